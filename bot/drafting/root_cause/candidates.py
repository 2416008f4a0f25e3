"""Sentences that may state the cause, with the facts that tell how likely each one does.

A sentence alone proves little: a guess that a fix and a recovery confirm is the cause, and a firm
statement that somebody dismisses later isn't. So most facts are about the messages before and after
that share its rarer words.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.drafting.cues.search import has_question_mark, mask_code
from bot.drafting.reading.lines import Line
from bot.drafting.roles.model import UNIT, Scores, to_probability
from bot.drafting.roles.reading import read_roles
from bot.drafting.roles.role import Role
from bot.drafting.root_cause.stated import causal_weight, find_cause_statements, may_name_cause


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MIN_SCORE = -300  # below this, a sentence is no candidate, unless a rule says so
_MAX_CANDIDATES = 300  # sentences; more would take too long to compare
_WORD = re.compile(r"[a-z][a-z0-9_.-]{3,}")
_COMMON_WORDS = _words(
    "that this with from have been will just what when they there then than your were would "
    "could should about into also like only some more very here back still again after before "
    "because which where while does doing done make made know think looks look going want "
    "need sure right good well okay yeah nope same team user users time minutes minute"
)
_RARE, _RARE_SHARE = 3, 0.3  # a word is rare in this many messages, or in this share of all of them
_MAX_MENTIONS = 60  # messages; a word in more of them says nothing about one
_MAX_SHARED, _MAX_SUPPORT = 2, 3.0
_LONG = 30  # characters
_WORDS_PER_POINT = 4
# What else a sentence may do tells little about the cause, so those scores would only add noise.
_WEIGHED = (
    Role.CAUSE,
    Role.HYPOTHESIS,
    Role.FINDING,
    Role.DISMISSED,
    Role.CHATTER,
    Role.SYMPTOM,
    Role.DECISION,
    Role.FOLLOW_UP,
    Role.RECOVERY,
    Role.STEP_DONE,
)
_SUPPORTING = (
    (Role.CAUSE,),
    (Role.STEP_BEGUN, Role.STEP_DONE, Role.DECISION),
    (Role.DISMISSED,),
    (Role.FOLLOW_UP,),
)
_PREPARING = ((Role.CAUSE,), (Role.HYPOTHESIS,))
_COUNTED = tuple(
    dict.fromkeys(
        (*(role for roles in (*_SUPPORTING, *_PREPARING) for role in roles), Role.RELAPSE)
    )
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may state the cause. `facts` are numbers in a fixed order, for the ranking."""

    line: Line
    clause: str
    scores: Scores
    facts: tuple[float, ...]

    @property
    def role(self) -> Role:
        """Return what the sentence does most likely."""
        return max(self.scores, key=self.scores.__getitem__)


def find_candidates(lines: Sequence[Line]) -> list[Candidate]:
    """Return the candidates in the order of the record."""
    return list(_Search(lines).run())


class _Search:
    """What the facts of all candidates of one record need."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._roles = read_roles(lines)
        self._chances = [_best_chances(clauses) for clauses in self._roles]
        self._words = [_find_words(line.prose) for line in lines]
        self._mentions: dict[str, list[int]] = defaultdict(list)
        for position, words in enumerate(self._words):
            for word in words:
                self._mentions[word].append(position)
        self._ruled = {(line.id, cue.clause) for line, cue in find_cause_statements(lines)}
        relapses = [chances[Role.RELAPSE] for chances in self._chances]
        self._relapse_after = [*list(accumulate(reversed(relapses), max))[::-1][1:], 0.0]

    def run(self) -> Iterator[Candidate]:
        found = sorted(self._find(), key=lambda entry: (-entry[0], entry[1:]))
        best = max((score for score, *_ in found), default=0)
        for _, position, place in sorted(found[:_MAX_CANDIDATES], key=lambda entry: entry[1:]):
            line = self._lines[position]
            scores, clause = self._roles[position][place], line.clauses[place]
            facts = self._facts(position, clause, scores, is_best=scores[Role.CAUSE] >= best)
            yield Candidate(line, clause, scores, facts)

    def _find(self) -> Iterator[tuple[int, int, int]]:
        """Yield the cause score, position and place of each candidate."""
        for position, line in enumerate(self._lines):
            if line.alarm:
                continue
            for place, scores in enumerate(self._roles[position]):
                clause = line.clauses[place]
                offers_one = max(scores[Role.CAUSE], scores[Role.HYPOTHESIS])
                is_likely = offers_one >= max(_MIN_SCORE, scores[Role.DISMISSED])
                is_ruled = (line.id, clause) in self._ruled
                if (is_likely or is_ruled) and may_name_cause(clause):
                    yield scores[Role.CAUSE], position, place

    def _facts(
        self, position: int, clause: str, scores: Scores, *, is_best: bool
    ) -> tuple[float, ...]:
        line, words = self._lines[position], self._rare_words(clause)
        weight = max(
            (causal_weight(cue, line) for cue in line.cues if cue.clause == clause), default=0
        )
        after, before = self._shared(words, position)
        top = max(scores, key=scores.__getitem__)
        return (
            *(scores[role] / UNIT for role in _WEIGHED),
            *(self._support(after, roles) for roles in _SUPPORTING),
            *(self._support(before, roles) for roles in _PREPARING),
            min(3.0, len(words) / _WORDS_PER_POINT),
            position / len(self._lines),
            float(has_question_mark(clause)),
            float(is_best),
            self._relapse_after[position],
            float(top is Role.CAUSE),
            float(top is Role.HYPOTHESIS),
            float(len(clause) > _LONG),
            float(not line.is_by_person),
            float(line.phase is not None),
            float(weight > 0),
            float(min(weight, 3)),
            float((line.id, clause) in self._ruled),
        )

    def _rare_words(self, clause: str) -> set[str]:
        limit = min(max(_RARE, int(len(self._lines) * _RARE_SHARE)), _MAX_MENTIONS)
        return {word for word in _find_words(clause) if len(self._mentions[word]) <= limit}

    def _shared(self, words: set[str], position: int) -> tuple[dict[int, int], dict[int, int]]:
        """Return how many rare words each later and each earlier message shares."""
        after: dict[int, int] = defaultdict(int)
        before: dict[int, int] = defaultdict(int)
        for word in sorted(words):
            for other in self._mentions[word]:
                if other != position:
                    (after if other > position else before)[other] += 1
        return after, before

    def _support(self, shared: dict[int, int], roles: Sequence[Role]) -> float:
        """Return how much messages that share words have these roles, at most `_MAX_SUPPORT`."""
        total = sum(
            min(count, _MAX_SHARED) * self._chances[other][role]
            for other, count in shared.items()
            for role in roles
        )
        return min(total, _MAX_SUPPORT)


def _best_chances(clauses: Sequence[Scores]) -> dict[Role, float]:
    """Return for each role that matters the highest probability of a line's clauses."""
    return {
        role: to_probability(max(scores[role] for scores in clauses)) if clauses else 0.0
        for role in _COUNTED
    }


def _find_words(text: str) -> set[str]:
    words = (word.rstrip("s.-") for word in _WORD.findall(mask_code(text)))
    return {word for word in words if word} - _COMMON_WORDS
