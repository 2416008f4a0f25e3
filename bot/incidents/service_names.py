"""Parse the names of affected services as people type them."""

import re

from bot.domain.errors import NotAService, TooManyServices

MAX_SERVICES, MAX_NAME_LENGTH = 10, 40  # services of an incident, characters of a name
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?")
_QUOTES_AROUND = " \t`'\"\u201c\u201d\u2018\u2019"
_SEPARATOR = re.compile(r"[,;\n](?: ?(?:and|&) )?| (?:and|&) ")


def parse_service_names(typed: str) -> tuple[str, ...]:
    """Parse names separated by commas, or by spaces if there is no comma: lowercase, no duplicates.

    With commas, spaces within a name become hyphens: "payments api, checkout". Raises `NotAService`
    for an invalid name, and `TooManyServices`.
    """
    spaced = "\n".join(" ".join(line.split()) for line in typed.split("\n"))
    parts = _SEPARATOR.split(spaced) if _SEPARATOR.search(spaced) else spaced.split()
    names = dict.fromkeys(_parse_name(part) for part in parts if part.strip(_QUOTES_AROUND))
    if len(names) > MAX_SERVICES:
        raise TooManyServices(most=MAX_SERVICES)
    return tuple(names)


def _parse_name(part: str) -> str:
    name = "-".join(part.strip(_QUOTES_AROUND).lower().split())
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise NotAService(given=part.strip(_QUOTES_AROUND)[:MAX_NAME_LENGTH])
    return name
