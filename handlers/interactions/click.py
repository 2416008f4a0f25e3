"""What a click, a shortcut or a sent form does: the types that the tables of `handlers.interactions` hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.config.context import Bot
from bot.rendering import render
from handlers.slack.payloads import Press, Shortcut, Submission
from handlers.views.answer import Shown
from handlers.views.blocks import Block
from storage.engine.store import Session


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of the modal that was clicked in: another in its place, or one on top of it."""

    view: Block
    on_top: bool = False


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A modal below the form that was sent, as it is now."""

    view_id: str
    view: Block


# A use case is done, and the sentence that only who clicked sees comes back; empty for none.
Pressed = Mapping[str, Callable[[Session, Bot, Press], str | Shown]]
# The form that a click opens, made from what is stored.
Opened = Mapping[str, Callable[[Session, Bot, Press], Block]]
# What a click in a modal does, and makes of the modal.
Turned = Mapping[str, Callable[[Session, Bot, Press], Turn]]


@dataclass(frozen=True, slots=True)
class Next:
    """Another form in the place of the one that was sent: there is more to ask."""

    view: Block


# What a form does once it is sent; `Redrawn` when something below it shows another thing now, `Next`
# when it stays open as another one.
Sent = Mapping[str, Callable[[Session, Bot, Submission], object]]
# The form that a shortcut opens.
Reached = Mapping[str, Callable[[Session, Bot, Shortcut], Block]]


def typed(sent: Submission, name: str) -> str:
    """What was put into a field, written as Slack writes a message: a form holds it as it was typed,
    and what is recorded is read as Slack's."""
    return render.mrkdwn(sent.values.get(name) or "")
