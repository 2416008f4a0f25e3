"""Parse the names of affected services as people type them."""

import re

from bot.domain.errors import NotAService, TooManyServices

MOST, LONGEST = 10, 40  # services of an incident, characters of a name
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?")
_ROUND = " \t`'\"\u201c\u201d\u2018\u2019"
_BETWEEN = re.compile(r"[,;\n](?: ?(?:and|&) )?| (?:and|&) ")


def parse_service_names(typed: str) -> tuple[str, ...]:
    """Parse names separated by commas, or by spaces if there is no comma: lowercase, no duplicates.

    With commas, spaces within a name become hyphens: "payments api, checkout". Raises `NotAService`
    for an invalid name, and `TooManyServices`.
    """
    spaced = "\n".join(" ".join(line.split()) for line in typed.split("\n"))
    parts = _BETWEEN.split(spaced) if _BETWEEN.search(spaced) else spaced.split()
    names = dict.fromkeys(_name(part) for part in parts if part.strip(_ROUND))
    if len(names) > MOST:
        raise TooManyServices(most=MOST)
    return tuple(names)


def _name(part: str) -> str:
    name = "-".join(part.strip(_ROUND).lower().split())
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        raise NotAService(given=part.strip(_ROUND)[:LONGEST])
    return name
