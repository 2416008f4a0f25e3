"""Interpret impact figures for the rules: losses of data, and stated objectives."""

import re

from bot.domain.draft import Draft, ImpactFigure, ImpactKind
from bot.drafting.requirement.claims import is_denied

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


def find_figures(draft: Draft, kind: ImpactKind) -> list[ImpactFigure]:
    """Return the draft's figures of a kind that have a number."""
    return [figure for figure in draft.impact if figure.kind is kind and figure.value is not None]


def amount_of(figure: ImpactFigure) -> float:
    """Return the number, or 0 if there's none."""
    return figure.value or 0


def is_loss(figure: ImpactFigure) -> bool:
    """Return whether a data figure is a loss; deleting old files on purpose isn't."""
    if figure.value is None:  # entered as lost data, in words
        return not is_denied(figure.text, _LOSSES)
    return bool(figure.value and _LOSS.search(figure.text)) and not is_denied(figure.text, _LOSSES)


def stated_objective(figure: ImpactFigure) -> float:
    """Return the objective named next to the figure, in percent, or 0."""
    match = _TARGET.search(figure.text)
    return float(match[1] or match[2]) if match else 0
