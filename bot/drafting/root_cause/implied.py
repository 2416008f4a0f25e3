"""Causes stated without a causal word: confirmed by somebody else, or acted on at once."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.domain.timeline import EventKind
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import HEDGE
from bot.drafting.reading.lines import Line

_CONFIRMS = re.compile(
    (
        r"\W*(?:(?:ah|oh|yes|yep|yeah|ok)[,.! ]+)?(?:that matches|matches|agreed?\b(?=[.,! ]*$)|yes!+"
        r"|yep,? that|that'?s (?:it|the one|our bug)\b|bingo|makes (?:total |perfect )?sense"
        r"|that (?:would|does|totally) explain|that explains|nailed it|there it is"
        r"|(?:good|nice|great) (?:find|catch|spot)\b|well spotted|thanks for finding)"
    ),
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    (
        r"\W*(?:ok(?:ay)?[,. ]+|ah[,. ]+|right[,. ]+)?so\b(?! (?:i|we|you|that|can|should|far|yes|no"
        r"|if|when|what)\b)"
    ),
    re.IGNORECASE,
)
_MESSAGES_BACK, _SOON = 3, timedelta(minutes=5)
_MIN_WORDS, _MANY_WORDS = 5, 9  # minimum words of an explanation, and of a long one


def find_conclusions(lines: Sequence[Line]) -> Iterator[tuple[int, Line, CueMatch]]:
    """Yield explanations that others confirmed or their authors acted on, with their places."""
    for position, line in enumerate(lines):
        if not line.is_by_person or line.event.kind is not EventKind.MESSAGE:
            continue
        if (
            _CONFIRMS.match(line.prose)
            and (confirmed := _find_confirmed(lines, position)) is not None
        ):
            yield confirmed, lines[confirmed], _as_cause(lines[confirmed].clauses)
        clause = next((text for text in line.clauses if _CONCLUDES.match(text)), None)
        if (
            clause
            and _is_explanation(clause)
            and (line.find_firm(Sense.BEGUN) or _is_spelled_out(line, clause))
        ):
            yield position, line, _as_cause((clause,))


def _find_confirmed(lines: Sequence[Line], position: int) -> int | None:
    """Return the place of somebody else's message just before, if it explains something."""
    confirmation = lines[position]
    for back in range(position - 1, max(position - 1 - _MESSAGES_BACK, -1), -1):
        line = lines[back]
        near = confirmation.event.happened_at - line.event.happened_at <= _SOON
        if near and line.author != confirmation.author and line.is_by_person:
            is_explained = any(_is_explanation(clause) for clause in line.clauses)
            return back if is_explained else None
    return None


def _is_spelled_out(line: Line, clause: str) -> bool:
    """Return whether a conclusion is spelled out, including a reason or a problem."""
    senses = line.senses() & {Sense.REASON, Sense.CAUSE, Sense.PROBLEM}
    return bool(senses) and len(clause.split()) >= _MANY_WORDS


def _is_explanation(clause: str) -> bool:
    is_question = clause.rstrip(" )").endswith("?")
    return (
        len(clause.split()) >= _MIN_WORDS and not is_question and not HEDGE.search(clause.lower())
    )


def _as_cause(clauses: Sequence[str]) -> CueMatch:
    """Return the longest clause as a cause, since it's the one that explains."""
    return CueMatch(
        Sense.CAUSE, max(clauses, key=len), is_hedged=False, is_negated=False, is_question=False
    )
