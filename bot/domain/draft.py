"""The draft of a postmortem: what the record shows, each statement with its evidence.

The values mirror the draft's JSON in the interface. All times are aware UTC; evidence is the ids of
the messages that a statement rests on, in the order of the record. What is unknown is None or empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.action_item import Priority
from bot.domain.incident import Severity, Status
from bot.domain.requirement import Need
from bot.domain.review import Review
from bot.domain.section import Section
from bot.domain.similar_incident import Related
from bot.domain.unread import Unread


class Basis(StrEnum):
    """What a moment rests on, firmest first."""

    MARKED = "marked"  # a reaction, a button, a command
    TYPED = "typed"  # entered later, with its time
    REPORTED = "reported"  # said in so many words: "at 14:32 we…"
    INFERRED = "inferred"  # read off what was said


class Detail(StrEnum):
    """How much of the story the timeline tells."""

    BRIEF = "brief"  # what changed how it stood, and what was decided
    NORMAL = "normal"  # what a reader needs to follow the story
    EVERYTHING = "everything"  # each message that says anything


class RowKind(StrEnum):
    """What a row of the timeline tells."""

    ALERT = "alert"
    REPORT = "report"
    ACTION = "action"
    DECISION = "decision"
    FINDING = "finding"
    STATUS = "status"
    COMMUNICATION = "communication"
    NOTE = "note"


class ImpactKind(StrEnum):
    """What a figure of the impact counts."""

    USERS = "users"
    REQUESTS = "requests"
    ERRORS = "errors"
    REVENUE = "revenue"
    TICKETS = "tickets"
    REGIONS = "regions"
    SLA = "sla"
    DATA = "data"
    DURATION = "duration"


class SuggestionState(StrEnum):
    """Suggested by a rule, accepted by a person, then done, or dropped with a reason."""

    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """That a person typed it into the postmortem: who, by name, and when. It needs no evidence."""

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A sentence and the ids of the messages it rests on, or who typed it."""

    text: str
    evidence: tuple[str, ...]
    written: Written | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One of the eight; `rule` names the rule that found it, `set_by` the person who set it, if one did."""

    at: datetime
    basis: Basis
    evidence: tuple[str, ...]
    rule: str = ""
    set_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """The eight moments, in the order in which they are meant to happen; None is unknown."""

    started: Moment | None = None
    detected: Moment | None = None
    acknowledged: Moment | None = None
    investigating: Moment | None = None
    identified: Moment | None = None
    mitigating: Moment | None = None
    restored: Moment | None = None
    resolved: Moment | None = None

    def named(self) -> Iterator[tuple[str, Moment | None]]:
        for name in MOMENTS:
            yield name, getattr(self, name)


MOMENTS = tuple(Moments.__dataclass_fields__)
FORMULAS = {
    "ttd": "detected - started",
    "tta": "acknowledged - detected",
    "ttm": "restored - started",
    "ttr": "resolved - started",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Durations:
    """Time to detect, acknowledge, mitigate and resolve; None where an end is unknown."""

    ttd: timedelta | None = None
    tta: timedelta | None = None
    ttm: timedelta | None = None
    ttr: timedelta | None = None

    def named(self) -> Iterator[tuple[str, timedelta | None]]:
        for name in FORMULAS:
            yield name, getattr(self, name)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineRow:
    """One row of the timeline. `times` counts the repeats that the row stands for, itself included.

    `author` is empty where the record speaks for itself, as of a silence.
    `is_post` is true of what an application posted as a public status page: it was public already.
    """

    at: datetime
    kind: RowKind
    text: str
    author: str
    evidence: tuple[str, ...]
    times: int = 1
    is_post: bool = False

    @property
    def is_silence(self) -> bool:
        """Whether it tells only that nothing was said."""
        return not self.author


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactFigure:
    """A number somebody gave, in the words in which they gave it."""

    text: str
    kind: ImpactKind
    value: int | float | None
    unit: str | None
    evidence: tuple[str, ...]
    written: Written | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionSuggestion:
    """Follow-up, suggested or accepted. `owner` is the id in the record, `owner_name` for readers.

    `item_id` is the stored action item's id, None for what no table knows yet. `because` is why it was
    dropped. `ticket` and `ticket_url` are its ticket's key and address in the team's tracker, where it has one.
    """

    text: str
    state: SuggestionState
    evidence: tuple[str, ...]
    owner: str | None = None
    owner_name: str | None = None
    due: date | None = None
    priority: Priority | None = None
    item_id: int | None = None
    because: str = ""
    done_at: datetime | None = None
    ticket: str = ""
    ticket_url: str = ""

    @property
    def status(self) -> str:
        """Its state as documents say it: what somebody accepted is open until it is done."""
        return "open" if self.state is SuggestionState.ACCEPTED else str(self.state)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cited:
    """A message that a statement rests on; `link` is its address in Slack, None where it has none."""

    id: str
    at: datetime
    author: str
    text: str
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """A person who wrote or held a role."""

    name: str
    roles: tuple[str, ...]
    messages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """An address that somebody linked."""

    url: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Completeness:
    """The share of the parts that are there, 0 to 1, and the names of those that are not."""

    score: float
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """How complete the record is that the draft was made from, and its fingerprint."""

    messages: int
    edited: int
    deleted: int
    gaps: int
    fetched: int
    sha256: str
    unreadable: int = 0  # messages without words that could be read; they count as gaps too
    corrected: int = 0  # entries of which people changed the text or the time
    hidden: int = 0  # entries that people took out
    unread: Unread | None = None  # what of the history is still being read; counts as a gap


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """The incident as the head of the document names it; people by display name."""

    key: str
    title: str
    severity: Severity | None
    status: Status
    services: tuple[str, ...]
    channel: str
    declared_at: datetime
    lead: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A drafted postmortem. The same record gives an equal draft.

    `sections` are those that people have written; their text is in the part of that name already.
    The last parts have no sentences but people's.
    """

    incident: Heading
    moments: Moments
    durations: Durations
    completeness: Completeness
    recording: Recording
    summary: tuple[Statement, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    impact: tuple[ImpactFigure, ...] = ()
    root_cause: tuple[Statement, ...] = ()
    contributing_factors: tuple[Statement, ...] = ()
    went_well: tuple[Statement, ...] = ()
    went_poorly: tuple[Statement, ...] = ()
    lucky: tuple[Statement, ...] = ()
    lessons: tuple[Statement, ...] = ()
    action_items: tuple[ActionSuggestion, ...] = ()
    participants: tuple[Participant, ...] = ()
    references: tuple[Reference, ...] = ()
    open_questions: tuple[str, ...] = field(default=())
    need: Need | None = None  # None until the policy was asked
    sections: tuple[Section, ...] = ()
    detection: tuple[Statement, ...] = ()
    resolution: tuple[Statement, ...] = ()
    five_whys: tuple[Statement, ...] = ()
    review: Review = field(default_factory=Review)
    dropped_items: tuple[
        ActionSuggestion, ...
    ] = ()  # what people accepted, and then decided against
    cited: tuple[Cited, ...] = ()  # the messages that the statements rest on
    items_as_of: datetime | None = None  # when an action item was last changed
    related: tuple[Related, ...] = ()  # incidents of before; none until the policy was asked
