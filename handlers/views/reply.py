"""The reply to a command or click that has buttons; one without is a plain string."""

from dataclasses import dataclass

from handlers.views.blocks import Block


@dataclass(frozen=True, slots=True)
class MessageReply:
    """A reply with buttons. `text` says everything that the blocks say."""

    text: str
    blocks: tuple[Block, ...]
