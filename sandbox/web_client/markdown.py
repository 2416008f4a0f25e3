"""Draw the `markdown` block: CommonMark with tables, without HTML and external images."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from sandbox.web_client import tokens
from sandbox.web_client.reader import Reader

_SLACK = re.compile(r"<([@#!][^<>\n]+)>")


def draw(text: str, reader: Reader) -> Markup:
    # markdown-it escapes all text itself; HTML is off, and links pass `is_link`.
    return Markup(_parser().render(text, {"reader": reader}))  # noqa: S704


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.validateLink = tokens.is_link  # type: ignore[method-assign,assignment]
    parser.inline.ruler.before("autolink", "slack", _find_slack)
    parser.add_render_rule("slack", _draw_slack)
    parser.add_render_rule("link_open", _draw_link)
    return parser


def _find_slack(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    match = _SLACK.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.push("slack", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _draw_slack(
    _: RendererHTML, stream: Sequence[Token], at: int, __: object, env: dict[str, Any]
) -> str:
    return str(tokens.draw(stream[at].content, env["reader"]))


def _draw_link(
    renderer: RendererHTML, stream: Sequence[Token], at: int, options: Any, env: dict[str, Any]
) -> str:
    stream[at].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(stream, at, options, env)
