"""Draw what Slack puts in angle brackets: mentions, channels, dates, links; and its three escapes."""

import re
from datetime import datetime

from markupsafe import Markup, escape

from sandbox.web_client.reader import Reader

_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_FORMS = {
    "date_num": "{0:%Y-%m-%d}",
    "date_slash": "{0:%m/%d/%Y}",
    "date": "{0:%B} {0.day}, {0.year}",
    "date_short": "{0:%b} {0.day}, {0.year}",
    "date_long": "{0:%A}, {0:%B} {0.day}, {0.year}",
    "time": "{0:%H:%M}",
    "time_secs": "{0:%H:%M:%S}",
}
_STAMP = re.compile(
    r"[0-9]{1,11}", re.ASCII
)  # up to the year 5138; a datetime holds no more than 9999


def decoded(text: str) -> str:
    """Undo Slack's escapes; the result is plain text, which must be escaped for HTML."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, reader: Reader) -> str:
    """Return stored text as a person would type it, for editing."""
    return decoded(re.sub(r"<([^<>\n]+)>", lambda match: _typed(match[1], reader), text))


def _typed(token: str, reader: Reader) -> str:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return "@" + reader.handle_of(target[1:])
    if target.startswith("#"):
        return "#" + reader.channel_of(target[1:])
    return label or target


def is_link(target: str) -> bool:
    return _LINK.match(target) is not None


def draw(token: str, reader: Reader) -> Markup:
    """Draw the content of angle brackets; unknown content stays unchanged."""
    target, _, label = token.partition("|")
    mark, rest = target[:1], target[1:]
    if mark == "@" and rest:
        return _mention("@" + _name(rest, label, reader))
    if mark == "#" and rest:
        return _mention("#" + (reader.channels.get(rest) or decoded(label) or rest))
    if mark == "!" and rest:
        return _special(rest, decoded(label), reader)
    if is_link(target):
        return link(decoded(target), decoded(label))
    return escape(f"<{decoded(token)}>")


def link(address: str, label: str = "") -> Markup:
    """Draw a web, mail or phone link; others are shown as text."""
    if not is_link(address):
        return escape(label or address)
    shown = label or address.removeprefix("mailto:")
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, shown)


def date(stamp: str, date_format: str, fallback: str, reader: Reader) -> Markup:
    """Draw a time in the reader's zone, or the fallback if the timestamp is invalid."""
    if not _STAMP.fullmatch(stamp):
        return escape(fallback)
    at = reader.local(stamp)
    shown = re.sub(r"\{(\w+)\}", lambda match: _formed(match, at), date_format)
    title = f"{at:%Y-%m-%d %H:%M %Z}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), title, shown)


def _formed(match: re.Match[str], at: datetime) -> str:
    pattern = _FORMS.get(match[1].removesuffix("_pretty"))
    return pattern.format(at) if pattern else match[0]


def _special(rest: str, label: str, reader: Reader) -> Markup:
    command, *parts = rest.split("^")
    if command == "date" and len(parts) >= 2:  # noqa: PLR2004 - a stamp and a form
        return date(parts[0], parts[1], label, reader)
    if command == "subteam" and parts:
        return _mention("@" + (label.lstrip("@") or parts[0]))
    return _mention("@" + command)


def _name(person: str, label: str, reader: Reader) -> str:
    return reader.name_of(person) if person in reader.people else decoded(label) or person


def _mention(text: str) -> Markup:
    return Markup('<span class="mention">{}</span>').format(text)
