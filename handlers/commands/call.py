"""A command on its way to its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.config.context import Bot
from bot.domain import commands as words
from bot.domain.actor import Actor
from bot.domain.errors import NothingSaid
from handlers.views.answer import Shown
from handlers.views.blocks import Block
from storage.engine.store import Session

SHOWN = 20  # entries of a list that still fit one ephemeral message


@dataclass(frozen=True)
class Call:
    """One command on its way: the open transaction, the bot, who asks, and the rest of the line."""

    session: Session
    bot: Bot
    actor: Actor
    word: words.Word
    rest: str
    channel: tuple[str, bool] = ("", False)

    def require(self) -> str:
        """The rest of the line, which must not be empty."""
        if not self.rest:
            raise NothingSaid(command=self.bot.policy.command, usage=self.word.usage)
        return self.rest


@dataclass(frozen=True, slots=True)
class Form:
    """An answer that opens over Slack; `otherwise` is what is said where it cannot."""

    view: Block
    otherwise: str


Answers = Mapping[str, Callable[[Call], str | Form | Shown]]
