"""The course of an incident: changes, statements of recovery, and what contradicted them.

One message proves little. "All green" is a component that was never broken if nothing was changed
before it, "fixed" is a hope if the alert fires again, and a change followed by more trouble isn't
the one that helped. So these rules look at what comes before and after.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from bot.domain.incident import Status
from bot.domain.timeline import EventKind
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import PERSISTS
from bot.drafting.reading.alerts import AlarmState, alert_name
from bot.drafting.reading.component_posts import parse_component_post
from bot.drafting.reading.lines import Line
from bot.drafting.reading.status_pages import Phase
from bot.drafting.reading.written_logs import is_written_log

_PARTIAL = re.compile(
    (
        r"\b(?:partial\w*|some|half|most(?:ly)?|start\w* to|begin\w* to|slowly|gradually|improv\w+"
        r"|better|falling|dropping|recovering|almost|nearly|continu\w+ to|working through|remaining"
        r"|signs of|\d+ of \d+|not (?:all|every)|wait\w*|(?:is|are) (?:on|under)way)\b"
    ),
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"[,;] (?:but|however|although|except)\b|\bexcept for\b|\bthe (?:problem|issue) is\b",
    re.IGNORECASE,
)
# What others report about themselves, or about something that turned out not to be the cause. That
# a provider is healthy says only that it always was; that it's back says more.
_ELSEWHERE = re.compile(
    (
        r"\b(?:provider|vendor|supplier|carrier|upstream"
        r"|third[- ]party)(?:'s)?\b[^.!?\n]{0,40}\b(?:healthy|fine|green|ok|okay|operational"
        r"|no (?:known )?(?:issues|incidents|problems))\b|\b(?!(?:users?|customers?|clients?|people"
        r"|support|merchants?|everyone|they|who|i|we|it|that|dashboards?|graphs?|metrics|logs?"
        r"|monitoring)\b)[\w'-]{1,60} (?:says?|claims?|reports?)\b"
        r"|\b(?:their|the provider'?s?|the vendor'?s?) status ?page\b|status ?page (?:to )?says?\b"
        r"|\bso (?:it'?s |that'?s )?not\b|\bruled out\b"
    ),
    re.IGNORECASE,
)
_WAITING = re.compile(r"\bwait\w* (?:for|until)\b[^.!?\n]{0,40}\brecover", re.IGNORECASE)
# Asking why is investigation, not trouble: it goes on when all is well.
_ASKING = re.compile(
    (
        r"\bstill (?:\w+ )?(?:looking|trying|attempting|investigating|figuring|wondering"
        r"|working (?:out|on why)|not (?:sure|clear)|unsure|unclear|curious"
        r"|don'?t (?:know|understand|get)|want|need|have to)\b"
    ),
    re.IGNORECASE,
)
_PAST_STATE = re.compile(
    (
        r"\bsince\b|\b(?:has|have|had) (?:always )?been\b|\bhad \w+ed\b"
        r"|\b(?:that|which|who) (?:was|were|got|had)\b|\b(?:yesterday(?!'s)|ago|this morning"
        r"|last (?:night|week|month|year))\b"
    ),
    re.IGNORECASE,
)
_RECOVERY_SENSES = (Sense.RECOVERY, Sense.CALM)
_STEP_SENSES = (Sense.BEGUN, Sense.DONE)
_VERBAL = re.compile(r"(?<![a-z])[a-z]{4,}(?:ing|ed|back|s)\b")
_STEM_LENGTH = 4  # letters that match "reverting" and "reverted"
_RECOVERED_PHASES = {
    Phase.MONITORING,
    Phase.RESOLVED,
}  # a status page uses these when users are fine
_TROUBLED_STATUSES = {Status.INVESTIGATING, Status.IDENTIFIED}


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class RecoveryCourse:
    """Positions in a record: `relapse` is the last line that contradicts a step or a recovery.

    `trouble` is the last line that says it's still bad. Both are -1 if there's none.
    """

    relapse: int
    trouble: int


class CachedLines(tuple[Line, ...]):  # noqa: SLOT001 - it has a cache
    """A record's lines with cached results, since many rules ask for the same."""

    @cached_property
    def memory(self) -> dict[Callable[..., object], object]:
        return {}


def compute_once(make: Callable[[Sequence[Line]], Found], lines: Sequence[Line]) -> Found:
    """Return `make(lines)`, cached if the lines are a `CachedLines`."""
    if not isinstance(lines, CachedLines):
        return make(lines)
    if make not in lines.memory:
        lines.memory[make] = make(lines)
    return cast("Found", lines.memory[make])


def is_written_afterwards(lines: Sequence[Line]) -> bool:
    """Return whether the record was written down afterwards."""
    return compute_once(is_written_log, lines)


def find_recovery_course(lines: Sequence[Line]) -> RecoveryCourse:
    """Return where a supposed recovery was contradicted."""
    return compute_once(_read_course, lines)


def _read_course(lines: Sequence[Line]) -> RecoveryCourse:
    reader = _CourseReader()
    for position, line in enumerate(lines):
        reader.take(position, line)
    return RecoveryCourse(relapse=reader.relapse, trouble=reader.trouble)


class _CourseReader:
    """Reads lines in order and tracks statements that a later line may contradict."""

    def __init__(self) -> None:
        self.relapse = -1
        self.trouble = -1
        self._claimed = False  # somebody said that it was fine, not contradicted since
        self._stepped = False  # something has been changed
        self._over = False  # the end was declared: "the rollback didn't help" now looks back

    def take(self, position: int, line: Line) -> None:
        is_trouble = has_trouble(line)
        if (is_failure_report(line) and not self._over) or (is_trouble and self._claimed):
            self.relapse = self.trouble = position
            self._claimed = self._over = False
        elif is_trouble:
            self.trouble = position
        elif find_recovery_claim(line, after_step=self._stepped):
            self._claimed = True
        self._stepped = self._stepped or find_change(line) is not None
        self._over = self._over or is_end(line)


def is_failure_report(line: Line) -> bool:
    """Return whether a person says that a step or recovery failed, or the incident was reopened."""
    if line.event.kind is EventKind.REOPENED:
        return True
    return line.is_by_person and any(
        not (cue.is_question or cue.is_negated) for cue in line.find_all(Sense.FAILED)
    )


def is_end(line: Line) -> bool:
    """Return whether a line declares the end."""
    end_cue = line.find_firm(Sense.OVER) if line.is_by_person else None
    return line.event.kind is EventKind.RESOLVED or bool(end_cue and not end_cue.is_hedged)


def has_trouble(line: Line) -> bool:
    """Return whether a line says that the trouble persists or is back."""
    if line.alarm or line.event.kind is EventKind.STATUS:
        return line.alarm is AlarmState.RAISED or line.event.detail in _TROUBLED_STATUSES
    if line.phase in _RECOVERED_PHASES:
        return False
    if _WAITING.search(line.prose):
        return True
    is_recovered = any(line.find_firm(sense) for sense in _RECOVERY_SENSES)
    return not is_recovered and any(_persists(cue, line) for cue in line.find_all(Sense.PROBLEM))


def _persists(cue: CueMatch, line: Line) -> bool:
    if cue.is_question or cue.is_negated or _ASKING.search(cue.clause):
        return False
    return line.phase is not None or PERSISTS.search(cue.clause) is not None


def find_recovery_claim(line: Line, *, after_step: bool) -> CueMatch | None:
    """Return a clause that says without reservation that users are fine; with a time, if any."""
    if line.alarm or is_failure_report(line) or parse_component_post(line):
        return None  # of a component that works again, others may still be down
    senses = _RECOVERY_SENSES if after_step or line.phase else (Sense.RECOVERY,)
    cues = [cue for sense in senses for cue in line.find_all(sense) if is_unreserved(cue)]
    return next((cue for cue in cues if "since" in cue.clause), cues[0] if cues else None)


def is_unreserved(cue: CueMatch) -> bool:
    """Return whether a statement of recovery is complete, about us, and a fact."""
    is_reserved = cue.is_question or cue.is_negated or cue.is_hedged
    return not (
        is_reserved
        or any(pattern.search(cue.clause) for pattern in (_PARTIAL, _EXCEPTION, _ELSEWHERE))
    )


def find_recoveries(lines: Sequence[Line], after: int) -> Iterator[tuple[Line, CueMatch | None]]:
    """Yield lines after position `after` that report recovery: people, status page, monitors."""
    raised: set[str] = {alert_name(line.text) for line in lines if line.alarm is AlarmState.RAISED}
    is_changed = False
    for position, line in enumerate(lines):
        if position > after:
            cue = find_recovery_claim(line, after_step=is_changed)
            is_alert_over = line.alarm is AlarmState.ENDED and (
                alert_name(line.text) in raised or is_changed
            )
            if cue or is_alert_over:
                yield line, cue
        is_changed = is_changed or find_change(line) is not None


def find_change(line: Line) -> CueMatch | None:
    """Return the clause in which a person reports a change, without asking or denying.

    "Has been disabled since March" is a state and "merged last week" was earlier, so neither is a
    step.
    """
    if not line.is_by_person:
        return None
    changes = (cue for sense in _STEP_SENSES for cue in line.find_all(sense))
    reported = (cue for cue in changes if not (cue.is_question or cue.is_negated))
    return next((cue for cue in reported if not _PAST_STATE.search(cue.clause)), None)


def find_first_mention(changes: Sequence[tuple[int, Line, CueMatch]]) -> tuple[Line, CueMatch]:
    """Return the first message about the last step: "rolled back" was "rolling back" before.

    "Flag is off" has no verb of its own, so it's the outcome of the step before it.
    """
    with_verbs = [change for change in changes if verb_stems(change[1])] or list(changes)
    last = verb_stems(with_verbs[-1][1])
    mentions = ((line, cue) for _, line, cue in changes if verb_stems(line) & last)
    return next(mentions, with_verbs[-1][1:])


def verb_stems(line: Line) -> set[str]:
    """Return the first letters of a step's verbs, which match its start to its end."""
    clauses = " ".join(cue.clause for cue in line.cues if cue.sense in _STEP_SENSES)
    return {word[:_STEM_LENGTH] for word in _VERBAL.findall(clauses.casefold())}


def find_changes(lines: Sequence[Line], after: int, until: int) -> list[tuple[int, Line, CueMatch]]:
    """Return the changes that people reported after position `after`, up to position `until`."""
    return [
        (position, line, cue)
        for position, line in enumerate(lines[: until + 1])
        if position > after and (cue := find_change(line))
    ]
