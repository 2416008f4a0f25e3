"""Types of the tables in `handlers.interactions`: what a click, shortcut or submitted form does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.config.context import Bot
from bot.domain.markup import mrkdwn
from handlers.slack.requests import ButtonClick, Shortcut, Submission
from handlers.views.blocks import Block
from handlers.views.reply import MessageReply
from storage.engine.store import Session


@dataclass(frozen=True, slots=True)
class ModalChange:
    """What a click shows in its modal: another view in its place, or one on top of it."""

    view: Block
    on_top: bool = False


@dataclass(frozen=True, slots=True)
class UpdatedView:
    """The updated view of a modal below the submitted form."""

    view_id: str
    view: Block


Handler = TypeVar("Handler")
IncidentFinder = Callable[[Session, str], int | None]  # from the bot's value in a button or form
NOT_GRANTABLE = ""  # in place of a command: for members of the workspace only


@dataclass(frozen=True, slots=True)
class Interaction(Generic[Handler]):
    """A button, shortcut or form, and who may use it.

    Outsiders may if the configuration grants them `command`, which does the same. Everybody needs access
    to the incident that `find_incident` finds.
    """

    run: Handler
    command: str
    find_incident: IncidentFinder


# Runs a use case. Returns the reply that only the actor sees; empty for none.
ButtonHandlers = Mapping[
    str, Interaction[Callable[[Session, Bot, ButtonClick], str | MessageReply]]
]
# Builds the form that a click opens.
ButtonForms = Mapping[str, Interaction[Callable[[Session, Bot, ButtonClick], Block]]]
# Runs a click in a modal and returns what to show.
ModalHandlers = Mapping[str, Interaction[Callable[[Session, Bot, ButtonClick], ModalChange]]]


@dataclass(frozen=True, slots=True)
class NextForm:
    """A form that replaces the submitted one, because there's more to ask."""

    view: Block


# Runs a submitted form. Returns `UpdatedView` if a modal below it changed, `NextForm` to show another
# form in its place.
SubmissionHandlers = Mapping[str, Interaction[Callable[[Session, Bot, Submission], object]]]
# Builds the form that a shortcut opens. Its incident is the one of the channel it's used in.
ShortcutForms = Mapping[str, Interaction[Callable[[Session, Bot, Shortcut], Block]]]


def read_as_mrkdwn(sent: Submission, name: str) -> str:
    """Return a field's text in Slack's message format.

    A form returns text as typed, but recorded text is read as Slack's format.
    """
    return mrkdwn(sent.values.get(name) or "")
