"""Rendered messages and views, and the problems that Slack or a reader would have with them."""

import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.markup import mention_group, shorten
from bot.rendering import render
from handlers.outbox.message_sender import MAX_TEXT_LENGTH
from sandbox import block_schema_types, block_validation
from tests.messages.facts import ANA, BEN, CHANNEL, GROUP, LINK, MEI, TICKET, TICKET_KEY

MESSAGE, MODAL, HOME, ANSWER = "message", "modal", "home", "answer"
# Beyond this length, Slack splits a text into several messages or stops reading.
LONGEST_ANSWER = 4_000
LONGEST_VIEW = 250_000  # bytes of JSON
# Mentions and links of our own; anything else in angle brackets came from somebody's text.
OWN_MARKUP = {f"<@{person}>" for person in (ANA, BEN, MEI)} | {
    f"<#{CHANNEL}>",
    mention_group(GROUP),
    f"<{TICKET}|{TICKET_KEY}>",
}
_DATE = re.compile(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\w :-]+>")
_LINK = re.compile(rf"<{re.escape(LINK)}\|[^<>]*>")
_TOKEN = re.compile(r"<[^<>]*>|[<>]")
_HALF = re.compile(r"&(?!(?:amp|lt|gt);)")
Block = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """`text` is a message's top-level text or a complete reply; `blocks` are those of a message or view."""

    kind: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    view: Block | None = None

    def as_json(self) -> Block:
        if self.view is not None:
            return self.view
        return {"text": self.text} | ({"blocks": [*self.blocks]} if self.blocks else {})

    def all(self, kind: str) -> list[Block]:
        """Every object of a type in the blocks, at any depth: `button`, `mrkdwn`, `input`."""
        return [part for part in walk(self.as_json()) if part.get("type") == kind]


def message(said: render.Message, laid_out: list[Block]) -> Shown:
    """A message as the outbox sends it."""
    return Shown(MESSAGE, text=shorten(said.text, MAX_TEXT_LENGTH), blocks=tuple(laid_out))


def view(made: Block) -> Shown:
    return Shown(made["type"], blocks=tuple(made["blocks"]), view=made)


def walk(part: Any) -> Iterator[Block]:
    if isinstance(part, dict):
        yield part
    parts = (
        part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
    )
    for inner in parts:
        yield from walk(inner)


def problems(shown: Shown) -> list[str]:
    """Reasons why Slack would refuse it, or whom it would mention; empty when there are none."""
    return [*_refusals(shown), *_too_long(shown), *_live(shown), *_addresses(shown)]


def live_markup(
    text: str, ours: Container[str] = OWN_MARKUP, link: re.Pattern[str] = _LINK
) -> list[str]:
    """Return the markup in a mrkdwn text that Slack would act on, except our own."""
    found = [token for token in _TOKEN.findall(text) if token not in ours]
    return [token for token in found if not (_DATE.fullmatch(token) or link.fullmatch(token))]


def _refusals(shown: Shown) -> Iterator[str]:
    if shown.view is not None:
        yield from block_validation.find_view_problems(shown.view, shown.kind)
        if len(json.dumps(shown.view)) > LONGEST_VIEW:
            yield "the view is too large"
    elif shown.blocks:
        yield from block_validation.find_block_problems([*shown.blocks], block_schema_types.MESSAGE)
        if block_validation.count_characters([*shown.blocks]) > block_validation.MESSAGE_CHARACTERS:
            yield f"{block_validation.count_characters([*shown.blocks])} characters in all blocks together"


def _too_long(shown: Shown) -> Iterator[str]:
    if shown.view is None and not 0 < len(shown.text.strip()) <= len(shown.text) <= LONGEST_ANSWER:
        yield f"a text of {len(shown.text)} characters"
    for part in shown.all("plain_text_input"):
        longest = part["max_length"]
        if not len(part.get("initial_value", "")) <= longest <= 3_000:
            yield f"{part['action_id']} begins with more than its {longest} characters"
    for part in [*shown.all("plain_text"), *shown.all("mrkdwn")]:
        if not part["text"].strip():
            yield "an empty text"


def _live(shown: Shown) -> Iterator[str]:
    marked = [part["text"] for part in shown.all("mrkdwn")]
    markdown_texts = [part["text"] for part in shown.all("markdown")]
    head = without_our_markdown(shown.text) if markdown_texts else shown.text
    for text in [head, *marked]:
        yield from (f"live: {token}" for token in live_markup(text))
        if _HALF.search(text):
            yield f"half an escape: {text[-40:]}"
    # Otherwise Slack looks for names of people and channels in the text.
    if any(part.get("verbatim") is not True for part in shown.all("mrkdwn")):
        yield "mrkdwn that is not verbatim"
    for text in markdown_texts:
        yield from (f"live: {token}" for token in _TOKEN.findall(without_our_markdown(text)))


def without_our_markdown(text: str) -> str:
    """Remove what our documents contain: quote markers, and the bare URLs of references."""
    return re.sub(r"^> ?|<https?://[^\s<>|]+>", "", text, flags=re.MULTILINE)


def _addresses(shown: Shown) -> Iterator[str]:
    for part in walk(shown.as_json()):
        for name in ("url", "image_url"):
            if name in part and not re.match(r"https?://", part[name]):
                yield f"an address that is not of the web: {part[name]}"
