"""Tickets, which represent action items in the team's issue tracker, and the tracker interface."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.action_item import Priority
from bot.domain.errors import BotError


class TrackerKind(StrEnum):
    """The supported trackers, by their names in the configuration."""

    GITHUB = "github"
    JIRA = "jira"

    @property
    def label(self) -> str:
        """Return the display name."""
        return {"github": "GitHub", "jira": "Jira"}[self]


class TicketState(StrEnum):
    """The common state of item and ticket at their last comparison; unknown before the first one.

    A `LINK` is in another repository or project than the configured one, so it's only shown.
    """

    OPEN = "open"
    DONE = "done"
    UNKNOWN = "unknown"
    LINK = "link"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """The ticket of an action item. Without a `key`, it's requested but not created yet.

    `mark` is in the ticket's text, so that the ticket can be found if it's unknown whether it was
    created. `trouble` is a sentence that says why it couldn't be created or compared, empty
    otherwise.
    """

    item_id: int
    tracker: TrackerKind
    mark: str
    asked_by: str
    key: str = ""
    url: str = ""
    state: TicketState = TicketState.UNKNOWN
    trouble: str = ""
    checked_at: datetime | None = None
    made_at: datetime | None = None

    @property
    def is_link(self) -> bool:
        """Return whether it's only shown, without queries or changes in the tracker."""
        return self.state is TicketState.LINK


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """The content of a new ticket, in plain text. `link` is the item's permalink in Slack."""

    title: str
    lines: tuple[str, ...]
    mark: str
    link: str | None = None
    due: date | None = None
    priority: Priority | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackerTicket:
    """A ticket's state in the tracker."""

    key: str
    url: str
    done: bool


class SyncStep(StrEnum):
    """How to bring an item and its ticket in sync."""

    NOTHING = "nothing"
    PUSH = "push"  # change the ticket to match the item
    PULL = "pull"  # change the item to match the ticket


def choose_sync_step(agreed: TicketState, *, here: bool, there: bool) -> SyncStep:
    """Return how to sync: `here` is whether the item is done, `there` whether the ticket is closed.

    Both have two states, so if they differ, exactly one has changed since they were last in sync,
    and the other follows. If they're equal, there is nothing to do, so a change never echoes back.
    """
    if here == there:
        return SyncStep.NOTHING
    return SyncStep.PULL if here == (agreed is TicketState.DONE) else SyncStep.PUSH


class TrackerError(BotError):
    """The request to {tracker} failed."""

    unsure = False  # whether the request may have succeeded
    passes = True  # whether it affects other tickets too
    wait: timedelta | None = None  # the delay the tracker asked for


class TokenNotAccepted(TrackerError):
    """{tracker} doesn't accept my token. Whoever runs Debrief can renew {names}."""


class NotAllowed(TrackerError):
    """{tracker} returned an error: {said}. My token needs permission to read and write issues."""

    passes = False


class NotInTracker(TrackerError):
    """{tracker} has no {what}, or my token can't see it."""

    passes = False


class TicketMoved(TrackerError):
    """{tracker} says that {what} has moved. If the whole project or repository moved, update `debrief.toml`.
    If only this ticket moved, link it again."""

    passes = False


class TrackerRejected(TrackerError):
    """{tracker} returned an error: {said}."""

    passes = False


class TrackerBusy(TrackerError):
    """{tracker} is rate limiting me."""


class TrackerUnreachable(TrackerError):
    """{tracker} isn't reachable ({said})."""

    unsure = True


class Tracker(Protocol):
    """An issue tracker.

    All methods except `key_of` and `owns` use the network and may raise `TrackerError`.
    """

    @property
    def kind(self) -> TrackerKind: ...

    def key_of(self, address: str) -> str | None:
        """Return the key of the ticket at a web address; None if it's not one of this tracker's."""

    def owns(self, key: str) -> bool:
        """Return whether a ticket is in the configured repository or project."""

    def create(self, new: NewTicket) -> TrackerTicket: ...

    def find(self, mark: str, since: datetime) -> TrackerTicket | None:
        """Return the ticket with a mark that was created after a time, or None."""

    def look(self, key: str) -> TrackerTicket: ...

    def put(self, key: str, *, done: bool) -> TrackerTicket:
        """Close or reopen a ticket, and return its new state."""

    def check(self) -> str:
        """Check access to the configured repository or project.

        Return the problem, or an empty string.
        """


_ADDRESS = re.compile(r"<?(https?://[^\s<>|]+)(?:\|[^<>]*)?>?")


def parse_web_address(text: str) -> str | None:
    """Return the web address that is a text's only content, typed or in Slack's format, or None."""
    match = _ADDRESS.fullmatch(text.strip())
    return match[1].replace("&amp;", "&") if match else None
