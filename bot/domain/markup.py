"""Slack's text as people read it.

The forms are those of https://docs.slack.dev/messaging/formatting-message-text: `<@U1|name>`,
`<#C1|name>`, `<!subteam^S1|@name>`, `<!channel>`, `<!date^…^…|fallback>`, `<https://…|label>`, and
the three entities that Slack escapes.
"""

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"<([^<>\n]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_HALF = re.compile(r"(<[^<>]*|&[a-z]*)$")


def plain(text: str, names: Mapping[str, str]) -> str:
    """Turn Slack's text into readable text; `names` are of people and channels, by ID."""
    readable = _TOKEN.sub(lambda match: _spoken(match[1], names), text)
    for entity, character in _ENTITIES:
        readable = readable.replace(entity, character)
    return readable


def mentioned(text: str) -> list[str]:
    """The ids of the users whom a text mentions, in order."""
    return re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>", text)


def cut(text: str, longest: int) -> str:
    """Shorten Slack's text without leaving half a mention, link or escape at its end."""
    if len(text) <= longest:
        return text
    return _HALF.sub("", text[: longest - 1]) + "…"


def _spoken(token: str, names: Mapping[str, str]) -> str:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or label.lstrip("@") or target[1:])
    if target.startswith("#"):
        return "#" + (label or names.get(target[1:]) or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].split("^", 1)[0]
    if not label or label == target or target.endswith(label):
        return target.removeprefix("mailto:")
    return f"{label} ({target})"
