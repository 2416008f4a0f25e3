"""Requests from Slack as typed values: one class per kind. `payloads` parses them, once.

Each has its `actor`: a person, with the channel, the request's id and the time when it reached us. An `Event` is
what happens in a channel, whoever did it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import ClassVar

from bot.domain.actor import Actor
from bot.domain.timeline import TimelineEvent
from storage.channel_states import ChannelState


class DeliveryKind(Enum):
    """What decides how Slack shows the response to a request."""

    EVENT = auto()  # no response, only an acknowledgement
    COMMAND = auto()  # a response that only the actor sees
    INTERACTION = auto()  # a click or shortcut: replies go to its response URL, or open a modal
    FORM = auto()  # errors appear at a field of the form


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A request as delivered, and how to respond to it. Any payload can be parsed this far.

    `name` is Slack's name of the event, or of the kind of payload. `blocks` are the ids of a form's
    inputs. `claimed_teams` are the workspaces that the payload names for its person; `is_guest` is
    whether it calls them a guest or a stranger.
    """

    kind: DeliveryKind
    name: str
    response_url: str = ""
    trigger_id: str = ""
    blocks: tuple[str, ...] = ()
    claimed_teams: frozenset[str] = frozenset()
    is_guest: bool = False

    def is_claimed_outsider(self, team_id: str) -> bool:
        """Return whether the payload claims that the person isn't a member of our workspace.

        A claim is checked with Slack and never grants permissions.
        """
        return self.is_guest or not self.claimed_teams <= {team_id}

    @property
    def must_reply_in_modal(self) -> bool:
        """Whether it's a click or shortcut without a response URL: in a modal, or in App Home."""
        is_interaction = self.kind is DeliveryKind.INTERACTION
        return is_interaction and bool(self.trigger_id) and not self.response_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A slash command: the text after it."""

    actor: Actor
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ButtonClick:
    """A click on one of our buttons. `response_url` accepts up to five replies within 30 minutes.

    It's empty for a click in a modal. There, `view_id` is the modal's id and `about` the value we
    stored in it.
    """

    actor: Actor
    action: str
    value: str
    trigger_id: str
    response_url: str
    in_home: bool = False  # in App Home, where the only reply is to update the tab
    view_id: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A submitted form. `about` is the value we stored in it; `values` are keyed by block id.

    `root_id` is the id of the modal at the bottom of the stack, which may be the form itself.
    """

    actor: Actor
    form: str
    about: str
    root_id: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut: a global one, or one on a message, which `message` holds.

    `privately` is whether the message was posted where not everyone may read it.
    """

    actor: Actor
    name: str
    trigger_id: str
    message: TimelineEvent | None = None
    privately: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened in a channel. `delivery_id` stays the same when Slack delivers it again."""

    delivery_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelMessage(Event):
    """A message, an edit or a deletion in a channel, to be recorded.

    `actor` is the person who wrote it, if it's new; None for edits, deletions, apps and Slack's own lines.
    """

    message: TimelineEvent
    actor: Actor | None
    mentions_bot: bool = False  # Slack sends it as a `Mention` too
    is_bot_joining: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressedMessage:
    """A new message to the bot: its `text` without the mention, and the whole `message`."""

    command_prefix: ClassVar[str] = ""  # comes before a command there
    actor: Actor
    text: str
    message: TimelineEvent


class Mention(AddressedMessage):
    """A message in a channel that mentions the bot. It's recorded as a `ChannelMessage` too."""

    command_prefix = "@debrief "


class DirectMessage(AddressedMessage):
    """A direct message to the bot. Direct messages aren't stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReactionChange:
    """An emoji added to or removed from a message.

    `version` orders changes that arrive out of order.
    """

    actor: Actor
    message_id: str
    emoji: str
    version: str
    is_removed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeOpened:
    """The Home tab was opened."""

    actor: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLeft(Event):
    """A person left a channel or was removed from it, as an entry of the timeline."""

    departure: TimelineEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class BotJoined(Event):
    """The bot was added to a channel."""

    channel_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelChange(Event):
    """A channel was renamed, archived, unarchived, or made private or public."""

    channel_id: str
    state: ChannelState


Request = (
    Command
    | ButtonClick
    | Submission
    | Shortcut
    | ChannelMessage
    | Mention
    | DirectMessage
    | ReactionChange
    | HomeOpened
    | MemberLeft
    | BotJoined
    | ChannelChange
)
