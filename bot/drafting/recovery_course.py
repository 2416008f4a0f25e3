"""How it stood over time: changes made, words of recovery, and what took them back.

One message proves little. "All green" is a component that was never ill when nothing was changed
before it, "fixed" is a hope when the alarm goes off again, and a step that was followed by more
trouble is not the one that helped. So these rules look at what stands before and after.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from bot.domain.incident import Status
from bot.domain.timeline import Kind
from bot.drafting.alerts import Alarm
from bot.drafting.alerts import name as alert_name
from bot.drafting.cue_search import Hit
from bot.drafting.cue_senses import Sense
from bot.drafting.cues import AGAIN
from bot.drafting.reading import Line
from bot.drafting.status_page_feed import Phase
from bot.drafting.written_logs import is_chronicle

_PARTIAL = re.compile(
    r"\b(?:partial\w*|some|half|most(?:ly)?|start\w* to|begin\w* to|slowly|gradually|improv\w+|better|falling|"
    r"dropping|recovering|almost|nearly|continu\w+ to|working through|remaining|signs of|\d+ of \d+|not (?:all|every)|wait\w*|(?:is|are) (?:on|under)way)\b",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"[,;] (?:but|however|although|except)\b|\bexcept for\b|\bthe (?:problem|issue) is\b",
    re.IGNORECASE,
)
# What others say of themselves, or of something that turned out not to be it.
_ELSEWHERE = re.compile(
    r"\b(?!(?:users?|customers?|clients?|people|support|merchants?|everyone|they|who|i|we|it|that|dashboards?|graphs?|"
    r"metrics|logs?|monitoring)\b)[\w'-]{1,60} (?:says?|claims?|reports?)\b"
    r"|\b(?:their|the provider'?s?|the vendor'?s?) status ?page\b|status ?page (?:to )?says?\b"
    r"|\bso (?:it'?s |that'?s )?not\b|\bruled out\b",
    re.IGNORECASE,
)
_WAITING = re.compile(r"\bwait\w* (?:for|until)\b[^.!?\n]{0,40}\brecover", re.IGNORECASE)
# Who still asks why tells of an inquiry, not of trouble: it goes on when all is well.
_ASKING = re.compile(
    r"\bstill (?:\w+ )?(?:looking|trying|attempting|investigating|figuring|wondering|working (?:out|on why)|"
    r"not (?:sure|clear)|unsure|unclear|curious|don'?t (?:know|understand|get)|want|need|have to)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\bsince\b|\b(?:has|have|had) (?:always )?been\b|\bhad \w+ed\b|\b(?:that|which|who) (?:was|were|got|had)\b"
    r"|\b(?:yesterday(?!'s)|ago|this morning|last (?:night|week|month|year))\b",
    re.IGNORECASE,
)
_WELL = (Sense.RECOVERY, Sense.CALM)
_STEPS = (Sense.BEGUN, Sense.DONE)
_VERBAL = re.compile(r"(?<![a-z])[a-z]{4,}(?:ing|ed|back|s)\b")
_VERB = 4  # letters by which "reverting" and "reverted" are one verb
_PAGE_WELL = {Phase.MONITORING, Phase.RESOLVED}  # a page says these when users are well
_ILL = {Status.INVESTIGATING, Status.IDENTIFIED}


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Course:
    """`relapse` and `trouble` are the places of the last line that took a step or a recovery back,
    and of the last that says it is still bad; -1 where there is none."""

    relapse: int
    trouble: int


class Story(tuple[Line, ...]):  # noqa: SLOT001 - it remembers something
    """The lines of a record, which remember what was found in them: many rules ask for the same."""

    @cached_property
    def memory(self) -> dict[Callable[..., object], object]:
        return {}


def once(make: Callable[[Sequence[Line]], Found], lines: Sequence[Line]) -> Found:
    """What `make` finds in the lines; in those of a story it looks only once."""
    if not isinstance(lines, Story):
        return make(lines)
    if make not in lines.memory:
        lines.memory[make] = make(lines)
    return cast("Found", lines.memory[make])


def chronicle(lines: Sequence[Line]) -> bool:
    """Whether the record was written down afterwards."""
    return once(is_chronicle, lines)


def course(lines: Sequence[Line]) -> Course:
    """What was taken for the end, and what showed that it was not."""
    return once(_followed, lines)


def _followed(lines: Sequence[Line]) -> Course:
    reader = _Reader()
    for place, line in enumerate(lines):
        reader.take(place, line)
    return Course(relapse=reader.relapse, trouble=reader.trouble)


class _Reader:
    """Goes through the lines and remembers what a later one may take back."""

    def __init__(self) -> None:
        self.relapse = -1
        self.trouble = -1
        self._claimed = False  # somebody said that it was well, and nothing has denied it since
        self._stepped = False  # something has been changed
        self._over = False  # the end was declared: "the rollback didn't help" is now a memory

    def take(self, place: int, line: Line) -> None:
        ill = ails(line)
        if (denies(line) and not self._over) or (ill and self._claimed):
            self.relapse = self.trouble = place
            self._claimed = self._over = False
        elif ill:
            self.trouble = place
        elif claim(line, after_step=self._stepped):
            self._claimed = True
        self._stepped = self._stepped or step(line) is not None
        self._over = self._over or ends(line)


def denies(line: Line) -> bool:
    """Whether a person says that a step or a recovery was none, or the incident was reopened."""
    if line.event.kind is Kind.REOPENED:
        return True
    return line.by_person and any(not (hit.asked or hit.not_yet) for hit in line.said(Sense.FAILED))


def ends(line: Line) -> bool:
    """Whether a line declares the end."""
    over = line.firm(Sense.OVER) if line.by_person else None
    return line.event.kind is Kind.RESOLVED or bool(over and not over.unsure)


def ails(line: Line) -> bool:
    """Whether a line says that the trouble is there still, or there again."""
    if line.alarm or line.event.kind is Kind.STATUS:
        return line.alarm is Alarm.RAISED or line.event.detail in _ILL
    if line.phase in _PAGE_WELL:
        return False
    if _WAITING.search(line.prose):
        return True
    well = any(line.firm(sense) for sense in _WELL)
    return not well and any(_persists(hit, line) for hit in line.said(Sense.PROBLEM))


def _persists(hit: Hit, line: Line) -> bool:
    if hit.asked or hit.not_yet or _ASKING.search(hit.clause):
        return False
    return line.phase is not None or AGAIN.search(hit.clause) is not None


def claim(line: Line, *, after_step: bool) -> Hit | None:
    """The clause in which a line says, without reserve, that users are well; one with a time first."""
    if line.alarm or denies(line):
        return None
    senses = _WELL if after_step or line.phase else (Sense.RECOVERY,)
    hits = [hit for sense in senses for hit in line.said(sense) if unreserved(hit)]
    return next((hit for hit in hits if "since" in hit.clause), hits[0] if hits else None)


def unreserved(hit: Hit) -> bool:
    """Whether a word of recovery is said for all, of us, and as a fact."""
    reserved = hit.asked or hit.not_yet or hit.unsure
    return not (reserved or any(each.search(hit.clause) for each in (_PARTIAL, _BUT, _ELSEWHERE)))


def recoveries(lines: Sequence[Line], after: int) -> Iterator[tuple[Line, Hit | None]]:
    """The lines behind the place `after` that say that it is well: people, the page, the monitors."""
    raised: set[str] = {alert_name(line.text) for line in lines if line.alarm is Alarm.RAISED}
    stepped = False
    for place, line in enumerate(lines):
        if place > after:
            hit = claim(line, after_step=stepped)
            ended = line.alarm is Alarm.ENDED and (alert_name(line.text) in raised or stepped)
            if hit or ended:
                yield line, hit
        stepped = stepped or step(line) is not None


def step(line: Line) -> Hit | None:
    """The clause in which a person tells of a change begun or made, without asking or denying.

    "has been disabled since March" is a state, "merged last week" was before, and neither is a step.
    """
    if not line.by_person:
        return None
    changes = (hit for sense in _STEPS for hit in line.said(sense))
    told = (hit for hit in changes if not (hit.asked or hit.not_yet))
    return next((hit for hit in told if not _STATE.search(hit.clause)), None)


def begun(tried: Sequence[tuple[int, Line, Hit]]) -> tuple[Line, Hit]:
    """The first message about the last step: "rolled back" was "rolling back" before.

    "flag is off" has no verb of its own: it tells how the step before it ended.
    """
    told = [each for each in tried if verbs(each[1])] or list(tried)
    last = verbs(told[-1][1])
    same = ((line, hit) for _, line, hit in tried if verbs(line) & last)
    return next(same, told[-1][1:])


def verbs(line: Line) -> set[str]:
    """The heads of the words of a step, by which its beginning and its end are known as one."""
    told = " ".join(hit.clause for hit in line.hits if hit.sense in _STEPS)
    return {word[:_VERB] for word in _VERBAL.findall(told.casefold())}


def steps(lines: Sequence[Line], after: int, until: int) -> list[tuple[int, Line, Hit]]:
    """The changes that people told of behind the place `after`, up to the place `until`."""
    return [
        (place, line, hit)
        for place, line in enumerate(lines[: until + 1])
        if place > after and (hit := step(line))
    ]
