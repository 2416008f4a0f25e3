"""A timeline row: whether an event has one, its kind, and its text."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.draft import RowKind, TimelineRow
from bot.domain.timeline import EventKind, Mark
from bot.drafting import wording
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import HEDGE, LAUGHTER
from bot.drafting.prose.cleaning import capitalize, clean, is_lead_in, is_only_chat, is_personal
from bot.drafting.reading.lines import Line, quote
from bot.drafting.reading.status_pages import Phase, strip_phase
from bot.drafting.recovery_course import is_unreserved
from bot.drafting.roles.model import Scores
from bot.drafting.roles.role import Role
from bot.drafting.root_cause.stated import FIRM_WEIGHT, causal_weight

MAX_ROW_LENGTH = 400  # characters of a row
_LONG_MESSAGE = 240  # characters of a message above which a row shows only the relevant clauses
_MIN_WORDS = 3  # words; fewer mean nothing without context
_MIN_FACT_WORDS = 2  # words that are enough for an action or a change of state
_CALL_TEXT = "[call"  # as `bot.slack_text.calls` writes a huddle or a call
_MIN_OBSERVATION_WORDS = 4  # minimum words of a fact
_RECOVERING = re.compile(
    r"\b(?:down to|falling|dropping|improv\w+|better|recovering)\b", re.IGNORECASE
)

_OBSERVED = re.compile(
    r"`[^`\n]+`|\u2192|->|\b\d[\d.,]*\d\b|\d ?(?:%|[kmgt]b\b|m?s\b|x\b|min\b)|\b\w+[_/]\w+"
    r"|\b[A-Z]{3,}\b|https?://"
)

_ACTION_KINDS = {
    EventKind.DECLARED: RowKind.STATUS,
    EventKind.STATUS: RowKind.STATUS,
    EventKind.SEVERITY: RowKind.STATUS,
    EventKind.SERVICES: RowKind.STATUS,
    EventKind.ROLE: RowKind.STATUS,
    EventKind.RESOLVED: RowKind.STATUS,
    EventKind.REOPENED: RowKind.STATUS,
    EventKind.CANCELLED: RowKind.STATUS,
    EventKind.SKIPPED: RowKind.DECISION,
    EventKind.ASKED: RowKind.DECISION,
    EventKind.NOTE: RowKind.NOTE,
    EventKind.IMPACT: RowKind.REPORT,
    EventKind.UPDATE: RowKind.COMMUNICATION,
    EventKind.ACTION: RowKind.ACTION,
}
_MARK_KINDS = {
    Mark.ROOT_CAUSE: RowKind.FINDING,
    Mark.DECISION: RowKind.DECISION,
    Mark.DETECTION: RowKind.REPORT,
    Mark.ACTION_ITEM: RowKind.ACTION,
    Mark.CONTRIBUTING_FACTOR: RowKind.FINDING,
}
# In this order: what was done matters more than what was seen, and that more than the trouble.
_SENSE_KINDS = {
    Sense.OVER: RowKind.STATUS,
    Sense.RECOVERY: RowKind.STATUS,
    Sense.FIXED: RowKind.STATUS,
    Sense.COMMUNICATION: RowKind.COMMUNICATION,
    Sense.FAILED: RowKind.FINDING,
    Sense.DONE: RowKind.ACTION,
    Sense.BEGUN: RowKind.ACTION,
    Sense.CAUSE: RowKind.FINDING,
    Sense.REASON: RowKind.FINDING,
    Sense.DECISION: RowKind.DECISION,
    Sense.CALM: RowKind.FINDING,
    Sense.FINDING: RowKind.FINDING,
    Sense.TAKEN: RowKind.ACTION,
    Sense.LOOKING: RowKind.ACTION,
    Sense.PROBLEM: RowKind.REPORT,
}

_SENSE_WEIGHTS = {
    Sense.OVER: 6,
    Sense.RECOVERY: 6,
    Sense.FIXED: 6,
    Sense.FAILED: 5,
    Sense.DONE: 5,
    Sense.BEGUN: 5,
    Sense.CAUSE: 5,
    Sense.REASON: 4,
    Sense.COMMUNICATION: 4,
    Sense.DECISION: 4,
    Sense.PROBLEM: 3,
    Sense.TAKEN: 3,
    Sense.FINDING: 2,
    Sense.CALM: 2,
    Sense.LOOKING: 2,
}
_THEORIES = (Role.HYPOTHESIS, Role.DISMISSED, Role.CAUSE)
_THEORY_WEIGHT = 4
_SURE = 100  # hundredths of log-odds above which the reader is sure of a role
# If denied or about the future, these aren't facts of the story; if qualified, they aren't a state.
_FACT_SENSES = {Sense.OVER, Sense.RECOVERY, Sense.FIXED, Sense.DONE, Sense.BEGUN}
_STATE_SENSES = {Sense.OVER, Sense.RECOVERY, Sense.FIXED}

_SEEN_SENSES = {Sense.PROBLEM, Sense.FINDING, Sense.LOOKING}
_POINTS_BACK = re.compile(r"\W*(?:that|this|it|these|those|they|there)\b(?!.*\d)", re.IGNORECASE)
_MAX_DANGLING_WORDS = 6
_ASIDES = {Role.CHATTER, Role.REQUEST, Role.FOLLOW_UP}  # these have no place in the story
# Changes of the state, and decisions: all that a brief timeline includes of messages.
_TURNING_SENSES = _STATE_SENSES | {Sense.FAILED, Sense.DONE, Sense.DECISION}


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes the rows of one record.

    `needed` are the messages that key times are based on: they have a row however short they are.
    `names` are the names of the people in the record. With `all_of_it`, any line with text has a row.
    """

    needed: Collection[str]
    names: Collection[str]
    all_of_it: bool = False

    def choose_kind(self, line: Line, roles: Sequence[Scores]) -> RowKind | None:
        """Return the kind of a line's row, None for small talk. `roles` are its clauses' scores."""
        is_kept = self.all_of_it or line.id in self.needed or line.text.startswith(_CALL_TEXT)
        kind = _row_kind(line, is_kept=is_kept)
        is_theory = line.event.kind is EventKind.MESSAGE and _has_theory(roles)
        return kind or (RowKind.FINDING if is_theory else None)

    def make(self, line: Line, roles: Sequence[Scores]) -> TimelineRow | None:
        """Return a line's row, None for small talk."""
        kind = self.choose_kind(line, roles)
        return self.make_as(line, roles, kind) if kind else None

    def make_as(self, line: Line, roles: Sequence[Scores], kind: RowKind) -> TimelineRow | None:
        """Return a line's row of this kind, None if nothing can be read."""
        text = quote(self._text(line, roles), MAX_ROW_LENGTH)
        if not re.search(r"\w", text):
            return None
        return TimelineRow(
            at=line.event.happened_at,
            kind=kind,
            text=text,
            author=line.author,
            evidence=(line.id,),
            # People may write in the form of a post too; only an app's post was public.
            is_post=line.phase is not None and line.event.kind is EventKind.ALERT,
        )

    def _text(self, line: Line, roles: Sequence[Scores]) -> str:
        """Return a row's text on one line. Of a message, only the clauses that tell something."""
        text = line.prose or line.text
        if not self.all_of_it and line.event.kind is EventKind.MESSAGE and line.is_by_person:
            clauses = find_telling_clauses(line, roles) or [text]
            return wording.join_sentences([clean(clause, self.names) for clause in clauses])
        if line.phase is Phase.UPDATE and not self.all_of_it:
            text = strip_phase(text)  # the row's kind says it
        parts = (part.strip() for part in text.splitlines() if part.strip())
        row = wording.action_text(line.event.kind, " / ".join(parts))
        return row if self.all_of_it else capitalize(row.removesuffix("."))


def is_observation(line: Line) -> bool:
    """Return whether a line without any known cue has a figure, a name or output.

    A responder's plain observation gives the reader the reason for the next step.
    """
    words = line.prose.split()
    is_question = line.prose.rstrip(" )").endswith("?")
    is_long_enough = len(words) >= _MIN_OBSERVATION_WORDS
    return not is_question and is_long_enough and _OBSERVED.search(line.prose) is not None


def find_telling_clauses(line: Line, roles: Sequence[Scores]) -> list[str]:
    """Return a message's clauses without its small talk; of a long one, only those with a cue."""
    with_cues = {cue.clause for cue in _relevant_cues(line) if cue.sense in _SENSE_KINDS}
    is_long = len(line.prose) > _LONG_MESSAGE
    telling = [
        clause
        for clause, scores in zip(line.clauses, roles, strict=True)
        if (clause in with_cues and not is_personal(clause))
        or not (is_long or _is_aside(clause, scores))
    ]
    telling = [clause for clause in telling if not is_lead_in(clause)]
    return telling or [clause for clause in line.clauses if not is_only_chat(clause)]


def _is_aside(clause: str, scores: Scores) -> bool:
    """Return whether a clause surely tells nothing of what happened."""
    role = max(scores, key=scores.__getitem__)
    return is_only_chat(clause) or is_personal(clause) or (role in _ASIDES and scores[role] > 0)


def compute_weight(line: Line, roles: Sequence[Scores]) -> int:
    """Return how important an unmarked line is. `roles` are the scores of its clauses.

    Observations add to it, and guesses subtract. Unless the reader is sure that a clause is a theory
    or rules one out: that explains why the next step was taken.
    """
    cues = list(_relevant_cues(line))
    weight = max((_SENSE_WEIGHTS.get(cue.sense, 1) for cue in cues), default=1)
    if any(causal_weight(cue, line) >= FIRM_WEIGHT for cue in cues):
        weight = max(weight, _SENSE_WEIGHTS[Sense.OVER])
    is_theory = _has_theory(roles)
    is_observation = _OBSERVED.search(line.prose) is not None
    is_doubtful = any(cue.is_hedged for cue in cues) or "?" in line.prose
    return (
        2 * max(weight, _THEORY_WEIGHT * is_theory)
        + is_observation
        - (is_doubtful and not is_theory)
        - (len(line.prose.split()) < _MIN_OBSERVATION_WORDS)
    )


def _has_theory(roles: Sequence[Scores]) -> bool:
    return any(scores[role] > _SURE for scores in roles for role in _THEORIES)


def is_turning_point(line: Line) -> bool:
    """Return whether a line is a turning point: a change of state, or recorded on purpose."""
    if line.event.kind in _ACTION_KINDS or line.event.marks or line.phase or line.alarm:
        return True
    cues = list(_relevant_cues(line))
    is_firm_cause = any(causal_weight(cue, line) >= FIRM_WEIGHT for cue in cues)
    return is_firm_cause or any(cue.sense in _TURNING_SENSES for cue in cues)


def _row_kind(line: Line, *, is_kept: bool) -> RowKind | None:
    event = line.event
    if event.kind in _ACTION_KINDS:
        return _ACTION_KINDS[event.kind]
    if line.phase:
        return RowKind.COMMUNICATION
    if event.kind is EventKind.ALERT or line.alarm:
        return RowKind.ALERT
    marked_kind = next((kind for mark, kind in _MARK_KINDS.items() if mark in event.marks), None)
    return marked_kind or _message_row_kind(line, is_kept=is_kept or bool(event.marks))


def _message_row_kind(line: Line, *, is_kept: bool) -> RowKind | None:
    """Return the kind of a message's row; None if it only asks or is too short."""
    cues = list(_relevant_cues(line))
    senses = {cue.sense for cue in cues}
    kind = next((kind for sense, kind in _SENSE_KINDS.items() if sense in senses), None)
    if kind and any(causal_weight(cue, line) >= FIRM_WEIGHT for cue in cues):
        kind = RowKind.FINDING
    if kind is RowKind.REPORT and _is_guess(line):
        kind = RowKind.FINDING
    if is_kept:
        return kind or RowKind.NOTE
    if LAUGHTER.match(line.prose) or (senses <= _SEEN_SENSES and _is_dangling(line)):
        return None
    shortest = _MIN_FACT_WORDS if not senses.isdisjoint(_FACT_SENSES) else _MIN_WORDS
    return kind if len(line.prose.split()) >= shortest else None


def _is_dangling(line: Line) -> bool:
    """Return whether a short remark is about something that another message named."""
    words = len(line.prose.split())
    return words <= _MAX_DANGLING_WORDS and _POINTS_BACK.match(line.prose) is not None


def _is_guess(line: Line) -> bool:
    """Return whether trouble is mentioned in a guess or a falling rate, so isn't a new report."""
    has_guess = any(
        clause.endswith("?") and HEDGE.search(clause.lower()) for clause in line.clauses
    )
    return has_guess or _RECOVERING.search(line.prose) is not None


def _relevant_cues(line: Line) -> Iterator[CueMatch]:
    for cue in line.cues:
        is_no_fact = cue.is_negated and cue.sense in _FACT_SENSES
        is_reserved = cue.sense in _STATE_SENSES and not is_unreserved(cue)
        if not (cue.is_question or is_no_fact or is_reserved):
            yield cue
