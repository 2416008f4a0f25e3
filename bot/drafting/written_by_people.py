"""What people wrote, in the shape of the draft's own: it stands in place of what the rules would say."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.domain.draft import ImpactFigure, ImpactKind, Statement, Written
from bot.domain.section import Section
from bot.drafting.reading import clean

_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\d{1,2}[.)])(?:\s+|$)")
_FIGURE = re.compile(
    r"(?P<sign>[$\u20ac\u00a3])? ?(?<![\w.:/-])(?P<value>\d{1,3}(?:,\d{3}){1,5}|\d{1,15}(?:\.\d{1,15})?)(?!\d)"
    r"(?P<scale>[kKmMbB](?!\w)| ?(?:thousand|million|billion)\b)? ?(?P<unit>%|[^\W\d_]+)?"
)
_SCALES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
# A number that stands alone counts what its field asks for.
_UNITS = {
    ImpactKind.USERS: "users",
    ImpactKind.REQUESTS: "requests",
    ImpactKind.TICKETS: "tickets",
    ImpactKind.REGIONS: "regions",
    ImpactKind.ERRORS: "%",
    ImpactKind.SLA: "%",
}
_NO_UNIT = frozenset({"and", "or", "in", "of", "at", "to", "on", "for", "from", "were", "was"})


def statements(section: Section) -> tuple[Statement, ...]:
    """Each line as a statement, without the bullet that somebody typed before it."""
    by = Written(by=section.by, at=section.at)
    return tuple(Statement(text=line, evidence=(), written=by) for line in lines(section.text))


def figures(section: Section) -> tuple[ImpactFigure, ...]:
    """The measures of an impact that was written: a line each, `kind: what was said of it`."""
    by = Written(by=section.by, at=section.at)
    return tuple(_figure(kind, said, by) for kind, said in measures(section.text))


def measures(text: str) -> Iterator[tuple[ImpactKind, str]]:
    """Each line of a written impact as its kind and the words; a line without a kind counts as users'."""
    for line in lines(text):
        named, _, said = line.partition(":")
        kind = next((kind for kind in ImpactKind if kind == named.strip().casefold()), None)
        if kind and said.strip():
            yield kind, said.strip()
        elif not kind:
            yield ImpactKind.USERS, line


def lines(text: str) -> list[str]:
    bare = (" ".join(_BULLET.sub("", line).split()) for line in clean_lines(text))
    return [line for line in bare if line]


def clean_lines(text: str) -> list[str]:
    return [clean(line) for line in text.splitlines()]


def _figure(kind: ImpactKind, said: str, by: Written) -> ImpactFigure:
    found = _FIGURE.search(said)
    value, unit = (_value(found), _unit(kind, found)) if found else (None, None)
    return ImpactFigure(text=said, kind=kind, value=value, unit=unit, evidence=(), written=by)


def _value(found: re.Match[str]) -> int | float:
    number = Decimal(found["value"].replace(",", ""))
    number *= _SCALES.get((found["scale"] or "").strip().lower()[:1], 1)
    return int(number) if number == number.to_integral_value() else float(number)


def _unit(kind: ImpactKind, found: re.Match[str]) -> str | None:
    word = found["unit"] or ""
    if found["sign"] or word.casefold() in _NO_UNIT:
        word = found["sign"] or ""
    return word or _UNITS.get(kind)
