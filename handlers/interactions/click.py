"""Types of the tables in `handlers.interactions`: what a click, shortcut or submitted form does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.config.context import Bot
from bot.domain.markup import mrkdwn
from handlers.slack.payloads import Press, Shortcut, Submission
from handlers.views.answer import MessageReply
from handlers.views.blocks import Block
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


# A use case is done, and the sentence that only who clicked sees comes back; empty for none.
ButtonHandlers = Mapping[str, Callable[[Session, Bot, Press], str | MessageReply]]
# Builds the form that a click opens.
ButtonForms = Mapping[str, Callable[[Session, Bot, Press], Block]]
# Runs a click in a modal and returns what to show.
ModalHandlers = Mapping[str, Callable[[Session, Bot, Press], ModalChange]]


@dataclass(frozen=True, slots=True)
class NextForm:
    """A form that replaces the submitted one, because there's more to ask."""

    view: Block


# Runs a submitted form. Returns `UpdatedView` if a modal below it changed, `Next` to show another form
# in its place.
SubmissionHandlers = Mapping[str, Callable[[Session, Bot, Submission], object]]
# Builds the form that a shortcut opens.
ShortcutForms = Mapping[str, Callable[[Session, Bot, Shortcut], Block]]


def read_as_mrkdwn(sent: Submission, name: str) -> str:
    """Return a field's text in Slack's message format.

    A form returns text as typed, but recorded text is read as Slack's format.
    """
    return mrkdwn(sent.values.get(name) or "")
