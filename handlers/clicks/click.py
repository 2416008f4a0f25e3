"""What a click, a shortcut or a sent form does: the types that the tables of `handlers.clicks` hold."""

from collections.abc import Callable, Mapping

from bot.environment import Bot
from handlers.blocks import Block
from handlers.payloads import Press, Shortcut, Submission
from storage.engine import Session

# A use case is done, and the sentence that only who clicked sees comes back; empty for none.
Pressed = Mapping[str, Callable[[Session, Bot, Press], str]]
# The form that a click opens, made from what is stored.
Opened = Mapping[str, Callable[[Session, Bot, Press], Block]]
# What a form does once it is sent.
Sent = Mapping[str, Callable[[Session, Bot, Submission], object]]
# The form that a shortcut opens.
Reached = Mapping[str, Callable[[Session, Bot, Shortcut], Block]]
