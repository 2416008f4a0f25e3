"""Rich text as mrkdwn: messages that people type have been `rich_text` blocks since 2019.

Elements and styles: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Callable, Iterator

from bot.slack_text.json_values import Payload, number, part, parts, text

_STYLES = (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*"))  # innermost first
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_MAX_INDENT = 8  # levels of indentation that Slack offers


def rich_text_to_mrkdwn(block: Payload) -> str:
    """Return the sections, lists, quotes and code blocks of a `rich_text` block, joined by newlines."""
    groups = (_group(group) for group in parts(block, "elements"))
    return "\n".join(group for group in groups if group)


def escape_mrkdwn(value: str) -> str:
    """Escape plain text for mrkdwn. Existing escapes are kept."""
    return _BARE_AMPERSAND.sub("&amp;", value).replace("<", "&lt;").replace(">", "&gt;")


def _group(group: Payload) -> str:
    kind = text(group, "type")
    if kind == "rich_text_list":
        return "\n".join(_items(group))
    if kind == "rich_text_preformatted":
        return f"```\n{_inline(group)}\n```"
    inline = _inline(group).strip("\n")
    return _quote(inline) if kind == "rich_text_quote" else inline


def _items(group: Payload) -> Iterator[str]:
    indent = "    " * min(int(number(group, "indent") or 0), _MAX_INDENT)
    first = int(number(group, "offset") or 0) + 1
    for place, item in enumerate(parts(group, "elements"), first):
        bullet = f"{place}." if text(group, "style") == "ordered" else "•"
        yield f"{indent}{bullet} {_inline(item)}"


def _quote(lines: str) -> str:
    return "\n".join(f"&gt; {line}" for line in lines.split("\n"))


def _inline(group: Payload) -> str:
    return "".join(_element(element) for element in parts(group, "elements"))


def _element(element: Payload) -> str:
    convert = _ELEMENTS.get(text(element, "type"))
    mrkdwn = convert(element) if convert else escape_mrkdwn(text(element, "text"))
    return _apply_style(mrkdwn, part(element, "style"))


def _apply_style(mrkdwn: str, style: Payload) -> str:
    """Put style marks around the words, not around adjacent spaces."""
    words = mrkdwn.strip()
    if not words:
        return mrkdwn
    styled = words
    for name, mark in _STYLES:
        if style.get(name):
            styled = f"{mark}{styled}{mark}"
    return mrkdwn.replace(words, styled, 1)


def _link(element: Payload) -> str:
    url, label = text(element, "url"), escape_mrkdwn(text(element, "text"))
    return f"<{url}|{label}>" if label and label != url else f"<{url}>"


def _emoji(element: Payload) -> str:
    return f":{text(element, 'name')}:"


def _date(element: Payload) -> str:
    """Return a date as Slack shows it if it can't be localized."""
    fallback = escape_mrkdwn(text(element, "fallback"))
    at = number(element, "timestamp")
    if fallback or at is None:
        return fallback
    return f"<!date^{int(at)}^{text(element, 'format') or '{date} {time}'}|{int(at)}>"


_ELEMENTS: dict[str, Callable[[Payload], str]] = {
    "link": _link,
    "emoji": _emoji,
    "date": _date,
    "user": lambda element: f"<@{text(element, 'user_id')}>",
    "usergroup": lambda element: f"<!subteam^{text(element, 'usergroup_id')}>",
    "channel": lambda element: f"<#{text(element, 'channel_id')}>",
    "broadcast": lambda element: f"<!{text(element, 'range')}>",
    "color": lambda element: text(element, "value"),
}
