"""Slack's storage format of text: three escaped characters, links and mentions in angle brackets."""

import re
from collections.abc import Callable

CONTROL = re.compile(r"(<(?:[@#!][^<>]+|[a-z][a-z0-9+.-]*:[^<>]+)>)")
BARE_AND = re.compile(r"&(?!(?:amp|lt|gt);)")
LINK = re.compile(r"\bhttps?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"`*]")
PERSON = re.compile(r"(?<![\w@.])@([\w.\-]+)")
CHANNEL = re.compile(r"(?<![\w#&])#([\w\-]+)")

Lookup = Callable[[str], str | None]


def typed(text: str, person: Lookup, channel: Lookup) -> str:
    """Return typed text in the storage format. Text in that format stays unchanged."""
    return "".join(
        part if CONTROL.fullmatch(part) else _typed_part(part, person, channel)
        for part in CONTROL.split(text)
    )


def posted(text: str) -> str:
    """Return an app's text in the storage format: `<` and `>` are the app's own markup and stay."""
    parts = re.split(r"(<[^<>]*>)", text)
    return "".join(
        part if part.startswith("<") else _linked(BARE_AND.sub("&amp;", part)) for part in parts
    )


def escaped(text: str) -> str:
    return BARE_AND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def named(text: str, person: Lookup, channel: Lookup) -> str:
    """Replace `@ana` and `#general` by what the lookups return; unknown names stay."""
    text = PERSON.sub(lambda match: person(match[1]) or match[0], text)
    return CHANNEL.sub(lambda match: channel(match[1]) or match[0], text)


def _typed_part(part: str, person: Lookup, channel: Lookup) -> str:
    return named(_linked(escaped(part)), person, channel)


def _linked(part: str) -> str:
    return LINK.sub(lambda match: f"<{match[0]}>", part)
