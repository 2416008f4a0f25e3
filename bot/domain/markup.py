"""Convert Slack's message text to readable text.

The syntax is from https://docs.slack.dev/messaging/formatting-message-text: `<@U1|name>`,
`<#C1|name>`, `<!subteam^S1|@name>`, `<!channel>`, `<!date^…^…|fallback>`, `<https://…|label>`, and
the three entities that Slack escapes.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

_TOKEN = re.compile(r"<([^<>\n]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_REFERENCE = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>|<(?:#|!subteam\^)([CGS][A-Z0-9]+)\|?>")
_REFERENCE_ID = re.compile(r"[CGS][A-Z]*[0-9][A-Z0-9]*")
_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)
_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://", re.IGNORECASE)
_HALF = re.compile(r"(<[^<>]*|&[a-z]*)$")


class MarkupText(str):
    """Text that is already in the markup of its target."""

    __slots__ = ()


def mrkdwn(value: str) -> str:
    """Escape the three characters that Slack asks for; nothing in the text can then ping or link."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(person: str) -> MarkupText:
    """Mention a person in Slack's markup."""
    return MarkupText(f"<@{person}>")


def mention_group(group_id: str) -> MarkupText:
    """Mention a user group, which notifies its members."""
    return MarkupText(f"<!subteam^{group_id}>")


def show_inert(value: object, longest: int) -> str:
    """Show a value that may be somebody's words in Slack: nobody is pinged, and links show their address."""
    return (
        value
        if isinstance(value, MarkupText)
        else shorten(mrkdwn(to_plain_text(str(value), {})), longest)
    )


def to_plain_text(text: str, names: Mapping[str, str]) -> str:
    """Turn Slack's text into readable text; `names` gives names by the id of a user, channel or user group."""
    readable = _TOKEN.sub(lambda match: _readable_token(match[1], names), text)
    for entity, character in _ENTITIES:
        readable = readable.replace(entity, character)
    return readable


def find_mentions(text: str) -> list[str]:
    """Return the ids of the users mentioned in a text, in order."""
    return re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>", text)


def find_references(text: str) -> list[str]:
    """Return the ids of users, and of channels and user groups without a label, that a text names."""
    matches = _REFERENCE.findall(text)
    return list(dict.fromkeys(user or reference for user, reference in matches))


def is_reference(value: str) -> bool:
    """Return whether this is the id of a channel or user group, and not an app's name."""
    return _REFERENCE_ID.fullmatch(value) is not None


def shorten(text: str, longest: int) -> str:
    """Shorten Slack's text, without leaving half of a mention, link or escape at the end."""
    if len(text) <= longest:
        return text
    return _HALF.sub("", text[: longest - 1]) + "…"


def _readable_token(token: str, names: Mapping[str, str]) -> str:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or label.lstrip("@") or target[1:])
    if target.startswith("#"):
        return "#" + (label or names.get(target[1:]) or target[1:])
    if target.startswith("!"):
        return label or _readable_special(target[1:].split("^"), names)
    if not label or label == target or target.endswith(label):
        return target.removeprefix("mailto:")
    return f"{_SCHEME.sub('', label)} ({target})"  # words that look like an address aren't one


def _readable_special(parts: list[str], names: Mapping[str, str]) -> str:
    """Return a mention of a user group or of everybody, or a date, if Slack gave no label."""
    kind, value = parts[0], parts[1] if len(parts) > 1 else ""
    if kind == "subteam":
        return f"@{names[value]}" if names.get(value) else "a user group"
    if kind == "date" and _SECONDS.fullmatch(value):
        return f"{datetime.fromtimestamp(int(value), UTC):%Y-%m-%d %H:%M} UTC"
    return f"@{kind}"
