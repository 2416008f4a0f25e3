"""The draft of a postmortem: statements from the record, each with its evidence.

The values match the published JSON schema of drafts. All times are aware UTC. Evidence consists of
message ids, in the order of the record. Unknown values are None or empty.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.action_item import Priority
from bot.domain.incident import Severity, Status
from bot.domain.key_times import Durations, Moments
from bot.domain.requirement import Requirement
from bot.domain.review import Review
from bot.domain.section import Section
from bot.domain.similar_incident import SimilarIncident
from bot.domain.unread_history import UnreadHistory


class Detail(StrEnum):
    """The level of detail of the timeline."""

    BRIEF = "brief"  # status changes and decisions
    NORMAL = "normal"  # what a reader needs to understand the course of events
    EVERYTHING = "everything"  # every message with content


class RowKind(StrEnum):
    """The kind of a timeline row."""

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
    LATENCY = "latency"
    SERVICES = "services"
    DOWNSTREAM = "downstream"
    REPUTATION = "reputation"

    @property
    def published(self) -> "ImpactKind":
        """Return the kind in version 1 of the JSON schemas, which have only the first nine."""
        return _PUBLISHED_KINDS.get(self, self)


_PUBLISHED_KINDS = {
    ImpactKind.LATENCY: ImpactKind.DURATION,
    ImpactKind.SERVICES: ImpactKind.REGIONS,
    ImpactKind.DOWNSTREAM: ImpactKind.REGIONS,
    ImpactKind.REPUTATION: ImpactKind.TICKETS,
}


class SuggestionState(StrEnum):
    """Suggested by a rule, accepted by a person, then done, or dropped with a reason."""

    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorship:
    """The author, by name, and time of text typed into the postmortem.

    Such text needs no evidence.
    """

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A sentence, with the ids of the messages that support it, or its author."""

    text: str
    evidence: tuple[str, ...]
    written: Authorship | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineRow:
    """One row of the timeline. `times` counts the messages merged into this row, at least 1.

    `author` is empty for rows without an author, such as a silence. `is_post` is true for a post by
    an app on a public status page, which was public already.
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
        """Return whether the row only marks a silence."""
        return not self.author


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactFigure:
    """A figure for the impact, in the original words."""

    text: str
    kind: ImpactKind
    value: int | float | None
    unit: str | None
    evidence: tuple[str, ...]
    written: Authorship | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionSuggestion:
    """Follow-up, suggested or accepted. `owner` is the id in the record, `owner_name` for readers.

    `item_id` is the id of the stored action item, None if it isn't stored yet. `because` is the reason
    for dropping it. `ticket` and `ticket_url` are the key and address of its ticket, or empty.
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
        """Return the state as documents show it: an accepted item is open until it's done."""
        return "open" if self.state is SuggestionState.ACCEPTED else str(self.state)


@dataclass(frozen=True, kw_only=True, slots=True)
class CauseCandidate:
    """A possible cause that `author` mentioned, where none is clear."""

    text: str
    evidence: tuple[str, ...]
    at: datetime
    author: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cited:
    """A message that a statement is based on. `link` is its permalink, or None."""

    id: str
    at: datetime
    author: str
    text: str
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """A person who wrote or had a role."""

    name: str
    roles: tuple[str, ...]
    messages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A link that somebody posted."""

    url: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Completeness:
    """The share of parts that are complete, 0 to 1, and the names of the missing ones."""

    score: float
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """The completeness of the record that the draft was made from, and its fingerprint."""

    messages: int
    edited: int
    deleted: int
    gaps: int
    fetched: int
    sha256: str
    unreadable: int = 0  # messages without readable words; they count as gaps too
    corrected: int = 0  # entries whose text or time people corrected
    hidden: int = 0  # entries that people removed
    unread: UnreadHistory | None = None  # the part of the history still being read; counts as a gap


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelWording:
    """The language model that worded parts of a draft, and how many of its sentences are used.

    `rejected` are those that the evidence check rejected.
    """

    name: str
    sentences: int
    rejected: int


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentHeader:
    """The incident's data for the document's header; people by display name.

    If it isn't `is_titled`, nobody declared it: `title` is what failed, in somebody's words, and
    `status` is a guess.
    """

    key: str
    title: str
    severity: Severity | None
    status: Status
    services: tuple[str, ...]
    channel: str
    declared_at: datetime
    lead: str | None = None
    is_titled: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A drafted postmortem. The same record gives an equal draft.

    `sections` are those written by people; their text is also in the field of the same name.
    `detection`, `resolution` and `five_whys` contain only text by people.
    """

    incident: IncidentHeader
    moments: Moments
    durations: Durations
    completeness: Completeness
    recording: Recording
    summary: tuple[Statement, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    impact: tuple[ImpactFigure, ...] = ()
    root_cause: tuple[Statement, ...] = ()
    cause_candidates: tuple[CauseCandidate, ...] = ()  # empty if there's a root cause
    contributing_factors: tuple[Statement, ...] = ()
    went_well: tuple[Statement, ...] = ()
    went_poorly: tuple[Statement, ...] = ()
    lucky: tuple[Statement, ...] = ()
    lessons: tuple[Statement, ...] = ()
    action_items: tuple[ActionSuggestion, ...] = ()
    participants: tuple[Participant, ...] = ()
    references: tuple[Reference, ...] = ()
    open_questions: tuple[str, ...] = field(default=())
    need: Requirement | None = None  # None until it's computed
    sections: tuple[Section, ...] = ()
    detection: tuple[Statement, ...] = ()
    resolution: tuple[Statement, ...] = ()
    five_whys: tuple[Statement, ...] = ()
    review: Review = field(default_factory=Review)
    dropped_items: tuple[
        ActionSuggestion, ...
    ] = ()  # accepted by a person, and later dropped with a reason
    cited: tuple[Cited, ...] = ()  # the messages that the statements are based on
    items_as_of: datetime | None = None  # when an action item was last changed
    version: int | None = None  # None if it isn't stored
    related: tuple[SimilarIncident, ...] = ()  # similar past incidents; empty until computed
    model: ModelWording | None = None  # None if no model worded it
