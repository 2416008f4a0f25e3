"""Draw Block Kit as HTML: the blocks of messages, modals and the Home tab."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup, escape

from sandbox.web_client import emoji, form_elements, markdown, mrkdwn, rich_text, tokens
from sandbox.web_client.reader import Reader

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class RenderContext:
    """What blocks are drawn for: the reader, whether elements are usable, and what was typed.

    `pictures` are PNG files by file id; `typed` and `errors` are those of a modal.
    """

    reader: Reader
    live: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def picture(self, file_id: str) -> str | None:
        content = self.pictures.get(file_id)
        return data_uri(content) if content else None

    def filled(self, block_id: str, element: Mapping[str, Any]) -> Sequence[str]:
        name = form_elements.field(block_id, str(element.get("action_id", "")))
        return self.typed.get(name) or form_elements.initial(element)


def draw(blocks: Iterable[Mapping[str, Any]], context: RenderContext) -> Markup:
    return render("blocks.html.j2", blocks=list(blocks), drawing=context)


def text(value: Mapping[str, Any] | str | None, reader: Reader, *, line: bool = False) -> Markup:
    """Draw a text object; with `line`, without paragraphs, for labels and captions."""
    if not isinstance(value, Mapping):
        return escape(value or "")
    content = str(value.get("text", ""))
    if value.get("type") == "mrkdwn":
        return mrkdwn.inline(content, reader) if line else mrkdwn.draw(content, reader)
    return emoji.within(content) if value.get("emoji", True) else escape(content)


def render(template: str, **facts: object) -> Markup:
    # Every template escapes automatically, so the result is safe HTML.
    return Markup(environment().get_template(template).render(**facts))  # noqa: S704


def data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


@cache
def environment() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=ChainableUndefined,  # a block may lack any field
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {"text": text, "line": mrkdwn.inline, "markdown": markdown.draw}
    jinja.filters |= {
        "typed": tokens.typed,
        "rich_text": rich_text.draw,
        "choices": form_elements.choices,
        "emoji": emoji.draw,
    }
    jinja.globals |= {
        "field": form_elements.field,
        "press": form_elements.press,
        "is_link": tokens.is_link,
    }
    jinja.globals |= {"input_types": form_elements.INPUT_TYPES, "selects": form_elements.SELECTS}
    return jinja
