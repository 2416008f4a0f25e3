"""The timeline: messages and actions in an incident, each with its time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.domain.section import Section
from bot.domain.ticket import Ticket
from bot.domain.unread_history import UnreadHistory


class EventKind(StrEnum):
    """The kind of an entry, known from its source and never guessed from its text."""

    MESSAGE = "message"  # written by a person
    ALERT = "alert"  # written by an app
    COMMAND = "command"  # a person told the bot what to do, and the bot did it
    DECLARED = "declared"
    STATUS = "status"
    SEVERITY = "severity"
    SERVICES = "services"
    ROLE = "role"
    NOTE = "note"
    IMPACT = "impact"
    UPDATE = "update"
    ACTION = "action"
    JOINED = "joined"
    LEFT = "left"  # voluntarily or removed
    TOPIC = "topic"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    SKIPPED = "no postmortem"
    ASKED = "postmortem asked"
    REVIEW = "review"
    DROPPED = "dropped"  # an action item, with the reason
    FORGOTTEN = "forgotten"  # somebody had a message erased; `detail` is its id
    KEY_TIME = "key time"  # set by a person; its time is the time they set
    KEY_TIME_CLEARED = "key time cleared"


# Messages by people and apps, as opposed to actions.
SPOKEN_KINDS = frozenset({EventKind.MESSAGE, EventKind.ALERT, EventKind.COMMAND})


# Text by people, to the bot or not, as opposed to actions.
WORDED_KINDS = frozenset({EventKind.MESSAGE, EventKind.NOTE, EventKind.IMPACT, EventKind.UPDATE})


class Source(StrEnum):
    """How an entry reached the record."""

    HEARD = "heard"  # delivered as an event
    FETCHED = "fetched"  # read later from the channel's history
    COMMAND = "command"  # an action through the bot
    READ = "read"  # from a transcript or an export


class Deletion(StrEnum):
    """How a deletion became known. Only a `MISSING` message is restored if Slack shows it again."""

    REPORTED = "reported"  # Slack sent a deletion event
    MISSING = "missing"  # it's no longer in the channel's history
    FORGOTTEN = "forgotten"  # a person had it erased here; it may still be in Slack


class Mark(StrEnum):
    """What a person tagged a message as."""

    TIMELINE = "timeline"
    STARTED = "started"
    DETECTION = "detection"
    ROOT_CAUSE = "root_cause"
    CONTRIBUTING_FACTOR = "contributing_factor"
    WENT_WELL = "went_well"
    WENT_POORLY = "went_poorly"
    LUCKY = "lucky"
    DECISION = "decision"
    ACTION_ITEM = "action_item"
    RESTORED = "restored"
    SECURITY = "security"


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkChange:
    """A mark put on a message, or removed.

    `version` is its time from Slack as text; the latest version counts, in whatever order they
    arrive. `by_form` means that it's no reaction, so the absence of a reaction doesn't remove it.
    """

    message_id: str
    person: str
    mark: Mark
    version: str
    at: datetime
    removed: bool = False
    by_form: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEvent:
    """One entry of a timeline.

    `message_id` is Slack's `ts` exactly as sent (text, never a number); an action by command has an
    id of ours that starts with `deed-`. `author` is a Slack user id, or an app's name. `text` is as
    Slack sent it, without secrets; `bot.domain.markup.to_plain_text` makes it readable. `detail` is the
    value that an action set, such as the new status or the role.

    `version` orders the edits of a message: empty for the original, then Slack's time of the edit,
    so that the last one wins in whatever order they arrive. `client_id` is the id from the author's
    Slack client: the same message has been seen with two `ts`.

    `corrected_by` is who last corrected its text or time; then those are the corrected ones.
    `hidden` means that somebody removed it from the timeline.
    """

    message_id: str
    channel_id: str
    author: str
    text: str
    happened_at: datetime
    kind: EventKind = EventKind.MESSAGE
    source: Source = Source.HEARD
    thread_id: str | None = None
    detail: str = ""
    edited: bool = False
    deleted: bool = False
    deletion: Deletion | None = None
    version: str = ""
    client_id: str | None = None
    marks: frozenset[Mark] = frozenset()
    corrected_by: str = ""
    hidden: bool = False
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything a draft is made from.

    `events` are in order of `happened_at`. `people` maps user ids to display names, and `outsiders`
    those of guests and people from other workspaces to their labels ("external"). `gaps` counts parts
    of the channel's history that couldn't be compared with the record, and `unread` is the part still
    being read. `fetched` counts messages that weren't delivered live and were read later. `sections`
    are written by people, and `review` has the steps of the review. `tickets` are by action item id,
    and `items_as_of` is when one of the items last changed. `workspace` is the address of the Slack
    workspace, empty if unknown. `version` is the number under which the draft will be stored, if it
    will be.
    """

    incident: Incident
    events: tuple[TimelineEvent, ...]
    people: Mapping[str, str] = field(default_factory=dict)
    action_items: tuple[ActionItem, ...] = ()
    items_as_of: datetime | None = None
    workspace: str = ""
    tickets: Mapping[int, Ticket] = field(default_factory=dict)
    fetched: int = 0
    gaps: int = 0
    unread: UnreadHistory | None = None
    outsiders: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    review: Review = field(default_factory=Review)
    version: int | None = None

    def shown(self) -> "Record":
        """Return the record without hidden entries, which no part of a draft may use."""
        if not any(event.hidden for event in self.events):
            return self
        return replace(self, events=tuple(event for event in self.events if not event.hidden))


def to_slack_ts(at: datetime) -> str:
    """Format a time like Slack's message `ts`."""
    return f"{int(at.timestamp())}.{at.microsecond:06d}"


def from_slack_ts(ts: str) -> datetime:
    """Return the time of a Slack `ts`, which is seconds since 1970 with microseconds."""
    seconds, _, fraction = ts.partition(".")
    whole = datetime.fromtimestamp(int(seconds), UTC)
    return whole.replace(microsecond=int(fraction[:6].ljust(6, "0") or 0))
