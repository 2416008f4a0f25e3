"""The timeline: what people said and did in one incident, each entry with its own time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident
from bot.domain.review import Review
from bot.domain.section import Section
from bot.domain.ticket import Ticket
from bot.domain.unread import Unread


class Kind(StrEnum):
    """What an entry is, as far as the way it came in tells; never a guess about its meaning."""

    MESSAGE = "message"  # a person wrote it
    ALERT = "alert"  # an application wrote it
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
    LEFT = "left"  # of their own will, or removed
    TOPIC = "topic"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    SKIPPED = "no postmortem"
    ASKED = "postmortem asked"
    REVIEW = "review"
    DROPPED = "dropped"  # an action item, with the reason
    FORGOTTEN = "forgotten"  # somebody had a message erased; `detail` is its id
    KEY_TIME = "key time"  # somebody set one; it happened at the time that they set
    KEY_TIME_CLEARED = "key time cleared"


# What people and applications said, as opposed to what was done.
SPOKEN = frozenset({Kind.MESSAGE, Kind.ALERT, Kind.COMMAND})


# What people wrote, typed to the bot or not, as opposed to what they did.
WORDS = frozenset({Kind.MESSAGE, Kind.NOTE, Kind.IMPACT, Kind.UPDATE})


class Source(StrEnum):
    """How an entry reached the record."""

    HEARD = "heard"  # delivered while we listened
    FETCHED = "fetched"  # read from the channel's history afterwards
    COMMAND = "command"  # a deed done through the bot
    READ = "read"  # from a transcript or an export


class Deletion(StrEnum):
    """How we learned that a message is gone. Only a `MISSING` one comes back if Slack shows it again."""

    REPORTED = "reported"  # Slack sent us its deletion
    MISSING = "missing"  # the channel's history no longer has it
    FORGOTTEN = "forgotten"  # somebody asked us to forget it; it may still stand in Slack


class Mark(StrEnum):
    """What a person said that a message is."""

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
class Marked:
    """Somebody marks a message, or takes the mark back.

    `version` is Slack's time of that, as text: the newest word counts, however it arrives. `by_form` is
    that it was no reaction, so that nothing follows from there being none.
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

    `message_id` is Slack's `ts` exactly as Slack wrote it (text, never a number); a deed done by
    command has an id of ours that starts with `deed-`. `author` is a Slack user id, or the name of
    an application. `text` is as Slack sent it, secrets removed; `bot.domain.markup.plain` makes it
    readable. `detail` is the value that a deed set: the new status, the role's name.

    `version` orders what a message said: empty at first, then Slack's time of the edit, so that
    edits which arrive in any order end at the last. `client_id` is the id that a person's own
    program gave the message: the same one has been seen under two `ts`.

    `corrected_by` is who last corrected its text or time, which are the corrected ones then; `hidden`
    is that somebody took it out of the timeline.
    """

    message_id: str
    channel_id: str
    author: str
    text: str
    happened_at: datetime
    kind: Kind = Kind.MESSAGE
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

    `events` are in order of `happened_at`. `people` maps the ids that occur to display names, and
    `outsiders` those of guests and people of other workspaces to how they are marked ("external").
    `gaps` counts stretches of the channel's history that could not be compared with the record, and
    `unread` is what is still being read of it;
    `fetched` counts messages that were missed live and read afterwards. `sections` are what people
    have written of the postmortem, and `review` is how it stands. `tickets` are those of action items, by
    the item's id, and `items_as_of` is when one of the items was last changed. `workspace` is the address of
    the Slack workspace, empty where it is not known.
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
    unread: Unread | None = None
    outsiders: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    review: Review = field(default_factory=Review)

    def shown(self) -> "Record":
        """Without what somebody hid: no part of a draft rests on that."""
        if not any(event.hidden for event in self.events):
            return self
        return replace(self, events=tuple(event for event in self.events if not event.hidden))


def stamp_of(at: datetime) -> str:
    """Write a moment as Slack writes the `ts` of a message."""
    return f"{int(at.timestamp())}.{at.microsecond:06d}"


def moment_of(ts: str) -> datetime:
    """When a Slack message was written: its `ts` is seconds since 1970, to the microsecond."""
    seconds, _, fraction = ts.partition(".")
    whole = datetime.fromtimestamp(int(seconds), UTC)
    return whole.replace(microsecond=int(fraction[:6].ljust(6, "0") or 0))
