"""A command while it's being carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.config.context import Bot
from bot.domain import commands as words
from bot.domain.actor import Actor
from bot.domain.errors import NothingToRecord
from handlers.views.blocks import Block
from handlers.views.reply import MessageReply
from storage.engine.store import Session

MAX_LISTED = 20  # entries of a list; that many fit one ephemeral message


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandLine:
    """What a person typed, and what comes before a command where they typed it: `/incident `, or nothing."""

    text: str
    prefix: str


@dataclass(frozen=True)
class CommandCall:
    """One command in progress: the open transaction, the bot, the actor, the rest of the line."""

    session: Session
    bot: Bot
    actor: Actor
    word: words.Subcommand
    rest: str
    channel: tuple[str, bool] = ("", False)

    def require(self) -> str:
        """Return the rest of the line. Raises NothingToRecord if it's empty."""
        if not self.rest:
            raise NothingToRecord(command=self.bot.policy.command, usage=self.word.markup_usage)
        return self.rest


@dataclass(frozen=True, slots=True)
class Form:
    """A reply that is a form. `otherwise` is the text to send where no form can be opened."""

    view: Block
    otherwise: str


CommandHandlers = Mapping[str, Callable[[CommandCall], str | Form | MessageReply]]
