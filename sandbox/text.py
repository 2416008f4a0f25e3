"""How Slack stores text: three characters escaped, links and mentions in angle brackets."""

import re
from collections.abc import Callable

CONTROL = re.compile(r"(<(?:[@#!][^<>]+|[a-z][a-z0-9+.-]*:[^<>]+)>)")
BARE_AND = re.compile(r"&(?!(?:amp|lt|gt);)")
LINK = re.compile(r"\bhttps?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"`*]")
PERSON = re.compile(r"(?<![\w@.])@([\w.\-]+)")
CHANNEL = re.compile(r"(?<![\w#&])#([\w\-]+)")

Lookup = Callable[[str], str | None]


def typed(text: str, person: Lookup, channel: Lookup) -> str:
    """What a person typed, as Slack stores it. Text that is already stored so comes out unchanged."""
    return "".join(
        part if CONTROL.fullmatch(part) else _typed_part(part, person, channel)
        for part in CONTROL.split(text)
    )


def posted(text: str) -> str:
    """What an app posted, as Slack stores it: `<` and `>` are the app's own markup and stay."""
    parts = re.split(r"(<[^<>]*>)", text)
    return "".join(
        part if part.startswith("<") else _linked(BARE_AND.sub("&amp;", part)) for part in parts
    )


def escaped(text: str) -> str:
    return BARE_AND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def named(text: str, person: Lookup, channel: Lookup) -> str:
    """`@ana` and `#general` replaced by what the look-ups give; unknown names stay as typed."""
    text = PERSON.sub(lambda found: person(found[1]) or found[0], text)
    return CHANNEL.sub(lambda found: channel(found[1]) or found[0], text)


def _typed_part(part: str, person: Lookup, channel: Lookup) -> str:
    return named(_linked(escaped(part)), person, channel)


def _linked(part: str) -> str:
    return LINK.sub(lambda found: f"<{found[0]}>", part)
