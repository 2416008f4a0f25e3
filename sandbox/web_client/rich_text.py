"""Draw the `rich_text` block: a tree of sections, lists, quotes and code."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from sandbox.web_client import emoji, tokens
from sandbox.web_client.reader import Reader

_STYLES = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}
_TAGS = {
    "rich_text_section": "p",
    "rich_text_quote": "blockquote",
    "rich_text_preformatted": "pre",
}


def draw(block: Mapping[str, Any], reader: Reader) -> Markup:
    return Markup().join(_part(part, reader) for part in block.get("elements", ()))


def _part(part: Mapping[str, Any], reader: Reader) -> Markup:
    kind = str(part.get("type"))
    if kind == "rich_text_list":
        return _list(part, reader)
    tag = _TAGS.get(kind)
    if tag is None:
        return Markup('<p class="unknown">[{}]</p>').format(kind)
    return Markup("<{0}>{1}</{0}>").format(tag, _inline(part.get("elements", ()), reader))


def _list(part: Mapping[str, Any], reader: Reader) -> Markup:
    tag = "ol" if part.get("style") == "ordered" else "ul"
    items = Markup().join(
        Markup("<li>{}</li>").format(_inline(item.get("elements", ()), reader))
        for item in part.get("elements", ())
    )
    return Markup('<{0} class="indent-{1}">{2}</{0}>').format(
        tag, int(part.get("indent", 0)), items
    )


def _inline(elements: Iterable[Mapping[str, Any]], reader: Reader) -> Markup:
    return Markup().join(_styled(element, reader) for element in elements)


def _styled(element: Mapping[str, Any], reader: Reader) -> Markup:
    drawn = _element(element, reader)
    for style, tag in _STYLES.items():
        if element.get("style", {}).get(style):
            drawn = Markup("<{0}>{1}</{0}>").format(tag, drawn)
    return drawn


def _element(element: Mapping[str, Any], reader: Reader) -> Markup:
    kind = element.get("type")
    fields = {key: str(value) for key, value in element.items()}
    if kind == "text":
        return Markup("<br>").join(escape(line) for line in fields.get("text", "").split("\n"))
    if kind == "link":
        return tokens.link(fields.get("url", ""), fields.get("text", ""))
    if kind == "emoji":
        return emoji.draw(fields.get("name", ""))
    if kind == "date":
        form, fallback = fields.get("format", ""), fields.get("fallback", "")
        return tokens.date(fields.get("timestamp", ""), form, fallback, reader)
    return tokens.draw(_as_token(fields), reader)


def _as_token(fields: Mapping[str, str]) -> str:
    """Return a mention as in mrkdwn; for other elements, the name of the type."""
    kind = fields.get("type")
    if kind == "user":
        return "@" + fields.get("user_id", "")
    if kind == "channel":
        return "#" + fields.get("channel_id", "")
    if kind == "usergroup":
        return "!subteam^" + fields.get("usergroup_id", "")
    if kind == "broadcast":
        return "!" + fields.get("range", "")
    return str(kind)
