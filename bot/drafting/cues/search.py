"""Search a text for cues: all clauses at once, once per sense.

A cue starts at the start of a word. Its pattern begins with the character before that word, because
the regex engine finds such places much faster than it can try every cue at every letter.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.drafting.cues.action_reports import blank_quotes, reports_action
from bot.drafting.cues.review import REVIEW_CUES
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import CUES, HEDGE, NEGATION

_URL = re.compile(r"https?://[^\s<>|)\]\"'`]+")
_INLINE_CODE = re.compile(r"`[^`\n]*`")
# In a hurry, people leave out the question mark.
_QUESTION = re.compile(
    r"\W*(?:(?:ok|so|and|but|also|hey|btw|wait) )?(?:(?:can|could|should|shall|may|would|do|does"
    r"|did|is|are|was|were|has|have|any) (?:i|we|you|they|he|she|it|that|this|there|the|any\w+"
    r"|some\w+|chance|idea|update)\b|(?:who|what|why|how)(?:'?s|'?re| is| are| do| does| did| was"
    r"| were| about| come)\b)"
)
_CAUSAL = frozenset({Sense.CAUSE, Sense.REASON})
_ACTIONS = frozenset({Sense.BEGUN, Sense.DONE})
# For these senses, quoted text doesn't count.
_NEVER_QUOTED = _ACTIONS | {Sense.RECOVERY, Sense.CALM, Sense.FIXED, Sense.OVER}
_NEGATION_WINDOW = 12  # characters before a cause where a denial counts


def _compile(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"[^\w](?:{'|'.join(patterns)})", re.MULTILINE)


_PATTERNS = {
    sense: _compile([cue.pattern for cue in CUES if cue.sense is sense]) for sense in Sense
}
# Few messages look back, so one pattern for all of these senses saves five searches.
_REVIEWED = frozenset(cue.sense for cue in REVIEW_CUES)
_LOOKING_BACK = _compile([cue.pattern for cue in REVIEW_CUES])
_COMMON = tuple(sense for sense in Sense if sense not in _REVIEWED)


@dataclass(frozen=True, slots=True)
class CueMatch:
    """A cue found in a clause.

    `is_hedged`: the clause hedges. `is_negated`: it denies or hopes. `is_question`: it asks.
    """

    sense: Sense
    clause: str
    is_hedged: bool
    is_negated: bool
    is_question: bool
    strength: int = 1  # number of cues of this sense in the clause


def find_cues(clauses: Sequence[str]) -> Iterator[CueMatch]:
    """Yield the cues in a text's clauses, clause by clause. No clause may contain a line break."""
    if not clauses:
        return
    words = "\n" + mask_code("\n".join(clauses))
    positions = _find_positions(words)
    ends = list(accumulate(len(part) + 1 for part in words[1:].split("\n")))
    for number in sorted(positions):
        start, end = (ends[number - 1] if number else 0) + 1, ends[number]
        clause = words[start:end]
        is_hedged = HEDGE.search(clause) is not None
        is_question = has_question_mark(clause) or _QUESTION.match(clause) is not None
        for sense, (first, count) in positions[number].items():
            is_negated = _is_negated(sense, words, start, first) or _is_no_action(sense, clause)
            yield CueMatch(sense, clauses[number], is_hedged, is_negated, is_question, count)


def has_question_mark(clause: str) -> bool:
    """Return whether a clause ends with a question mark, before closing brackets and markup."""
    return clause.rstrip(" )*_").endswith("?")


def mask_code(text: str) -> str:
    """Return the text to search: lower case, without the contents of code and URLs."""
    bare = (
        _INLINE_CODE.sub("`…`", _URL.sub("https:…", text)) if "`" in text or "://" in text else text
    )
    return bare.replace("\u2019", "'").lower()


def _find_positions(words: str) -> dict[int, dict[Sense, tuple[int, int]]]:
    """Return by clause each sense's first position and number of cues."""
    breaks = [match.start() for match in re.finditer("\n", words)]
    positions: dict[int, dict[Sense, tuple[int, int]]] = {}
    without_quotes = blank_quotes(words)
    for sense in Sense if _LOOKING_BACK.search(words) else _COMMON:
        for match in _PATTERNS[sense].finditer(without_quotes if sense in _NEVER_QUOTED else words):
            senses = positions.setdefault(bisect_right(breaks, match.start()) - 1, {})
            first, count = senses.get(sense, (match.start() + 1, 0))
            senses[sense] = first, count + 1
    return positions


def _is_no_action(sense: Sense, clause: str) -> bool:
    return sense in _ACTIONS and not reports_action(clause)


def _is_negated(sense: Sense, words: str, start: int, first: int) -> bool:
    """Return whether a denial, hope or future tense comes before the cue.

    For causes, only right before it ("not due to"): "we can't merge because …" doesn't deny a
    cause.
    """
    begin = max(start, first - _NEGATION_WINDOW) if sense in _CAUSAL else start
    return NEGATION.search(words, begin, first) is not None
