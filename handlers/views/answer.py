"""What is shown to somebody who asked: a text, with buttons where there are any."""

from dataclasses import dataclass

from handlers.views.blocks import Block


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer with buttons; `text` says all of it."""

    text: str
    blocks: tuple[Block, ...]
