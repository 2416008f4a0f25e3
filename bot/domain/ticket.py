"""A ticket: an action item as it stands in the team's own tracker, and what a tracker must be able to do."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.action_item import Priority
from bot.domain.errors import BotError


class TrackerKind(StrEnum):
    """Which trackers there are, as the policy names them."""

    GITHUB = "github"
    JIRA = "jira"

    @property
    def label(self) -> str:
        """As people write it."""
        return {"github": "GitHub", "jira": "Jira"}[self]


class TicketState(StrEnum):
    """What was so in both places when they were compared last; unknown before the first time.

    A `LINK` is of another repository or project than the configured one: it is shown, and nothing else.
    """

    OPEN = "open"
    DONE = "done"
    UNKNOWN = "unknown"
    LINK = "link"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """The ticket of an action item. Without a `key` it is asked for, and not made yet.

    `mark` stands in the ticket itself, so that it is found when nobody knows whether it was made.
    `trouble` is the sentence that says why it could not be made or compared, empty when it could.
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
        """Whether it is only shown: nobody asks the tracker about it, or changes it there."""
        return self.state is TicketState.LINK


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """What a ticket is made of, all of it plain text. `link` is where the item stands in Slack."""

    title: str
    lines: tuple[str, ...]
    mark: str
    link: str | None = None
    due: date | None = None
    priority: Priority | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A ticket as the tracker has it."""

    key: str
    url: str
    done: bool


class Next(StrEnum):
    """What brings an item and its ticket in step again."""

    NOTHING = "nothing"
    PUSH = "push"  # the tracker follows the item
    PULL = "pull"  # the item follows the tracker


def next_step(agreed: TicketState, *, here: bool, there: bool) -> Next:
    """What to do when the item is done (`here`) or not, and the ticket is closed (`there`) or not.

    Each has two states, so where they differ exactly one has left what both had agreed on: that one
    changed last, and the other follows. Once they agree, nothing is left to be done, so that no
    change comes back as an echo.
    """
    if here == there:
        return Next.NOTHING
    return Next.PULL if here == (agreed is TicketState.DONE) else Next.PUSH


class TrackerTrouble(BotError):
    """{tracker} does not do what was asked."""

    unsure = False  # whether it may have been done all the same
    passes = True  # whether the next ticket would meet the same
    wait: timedelta | None = None  # how long the tracker says to wait


class TokenNotAccepted(TrackerTrouble):
    """{tracker} does not accept our token. Whoever runs Debrief can renew {names}."""


class NotAllowed(TrackerTrouble):
    """{tracker} does not let us do this: {said}. Its token needs the right to read and write issues there."""

    passes = False


class NotThere(TrackerTrouble):
    """{tracker} knows no {what}, or does not show it to us."""

    passes = False


class Moved(TrackerTrouble):
    """{tracker} says that {what} has moved. If the whole project or repository moved, update `debrief.toml`.
    If only this ticket moved, link it again."""

    passes = False


class NotTaken(TrackerTrouble):
    """{tracker} does not take it: {said}."""

    passes = False


class Busy(TrackerTrouble):
    """{tracker} asks us to wait."""


class Silent(TrackerTrouble):
    """{tracker} does not answer ({said})."""

    unsure = True


class Tracker(Protocol):
    """A tracker. Each method asks over the network, and raises `TrackerTrouble`; `key_of` and `owns` do not."""

    @property
    def kind(self) -> TrackerKind: ...

    def key_of(self, address: str) -> str | None:
        """The key of the ticket that a web address shows; None when it shows none of this tracker's."""

    def owns(self, key: str) -> bool:
        """Whether a ticket is in the configured repository or project."""

    def create(self, new: NewTicket) -> Found: ...

    def find(self, mark: str, since: datetime) -> Found | None:
        """The ticket with a mark that was made after a moment."""

    def look(self, key: str) -> Found: ...

    def put(self, key: str, *, done: bool) -> Found:
        """Close a ticket, or open it again; as it is afterwards."""

    def check(self) -> str:
        """Try whether the token reaches what the policy names, and say what was found."""


_ADDRESS = re.compile(r"<?(https?://[^\s<>|]+)(?:\|[^<>]*)?>?")


def address_in(text: str) -> str | None:
    """The web address that a text consists of, as Slack writes it or as it was typed; None for talk."""
    found = _ADDRESS.fullmatch(text.strip())
    return found[1].replace("&amp;", "&") if found else None
