"""What is shown to somebody who asked: a text, with buttons where there are any."""

from dataclasses import dataclass

from handlers.views.blocks import Block


@dataclass(frozen=True, slots=True)
class MessageReply:
    """A reply with buttons. `text` says everything too."""

    text: str
    blocks: tuple[Block, ...]
