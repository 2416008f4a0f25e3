"""What figures of the impact say beside their number: a loss, or the objective that was missed."""

import re

from bot.domain.draft import Draft, ImpactFigure, ImpactKind
from bot.drafting.requirement_words import denied

_LOSS = re.compile(
    r"\b(?:lost|los[st]|losing|missing|corrupt\w*|wiped|gone|accidentally|by mistake)\b",
    re.IGNORECASE,
)
_LOSSES = (r"\blost\b", r"\bloss\b", r"\bmissing\b", r"\bcorrupt\w*", r"\bwiped\b", r"\bgone\b")
_GOAL = r"(?:target|slo|sla|objective|goal)"
_TARGET = re.compile(
    rf"\b{_GOAL}\D{{0,12}}(\d{{2}}(?:\.\d+)?) ?%|(?<![\d.])(\d{{2}}(?:\.\d+)?) ?% {_GOAL}\b",
    re.IGNORECASE,
)


def figures(draft: Draft, kind: ImpactKind) -> list[ImpactFigure]:
    """What the draft tells of a kind with a number."""
    return [each for each in draft.impact if each.kind is kind and each.value is not None]


def amount(figure: ImpactFigure) -> float:
    """How much; 0 where no number was said."""
    return figure.value or 0


def tells_loss(figure: ImpactFigure) -> bool:
    """Whether a figure of data tells of a loss: deleting old files on purpose is none."""
    if figure.value is None:  # entered as lost data, in words
        return not denied(figure.text, _LOSSES)
    return bool(figure.value and _LOSS.search(figure.text)) and not denied(figure.text, _LOSSES)


def objective(figure: ImpactFigure) -> float:
    """The objective in percent that is named beside the figure; 0 where none is."""
    named = _TARGET.search(figure.text)
    return float(named[1] or named[2]) if named else 0
