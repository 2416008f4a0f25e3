"""Parse sections written by people into parts of the draft, which they replace."""

import re
from collections.abc import Iterator

from bot.domain.draft import Authorship, ImpactFigure, ImpactKind, Statement
from bot.domain.section import Section
from bot.drafting.numbers import VALUE, parse_number
from bot.drafting.reading.lines import replace_unprintable

_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\d{1,2}[.)])(?:\s+|$)")
_FIGURE = re.compile(
    rf"(?P<sign>[$\u20ac\u00a3])? ?(?<![\w.:/-]){VALUE}(?!\d)"
    r"(?P<scale>[kKmMbB](?!\w)| ?(?:thousand|million|billion)\b)? ?(?P<unit>%|[^\W\d_]+)?"
)
# The unit of a number without one, by kind.
_UNITS = {
    ImpactKind.USERS: "users",
    ImpactKind.REQUESTS: "requests",
    ImpactKind.TICKETS: "tickets",
    ImpactKind.REGIONS: "regions",
    ImpactKind.ERRORS: "%",
    ImpactKind.SLA: "%",
}
_NOT_UNITS = frozenset({"and", "or", "in", "of", "at", "to", "on", "for", "from", "were", "was"})


def parse_statements(section: Section) -> tuple[Statement, ...]:
    """Return each line as a statement, without its bullet."""
    authorship = Authorship(by=section.by, at=section.at)
    return tuple(
        Statement(text=line, evidence=(), written=authorship) for line in split_lines(section.text)
    )


def parse_figures(section: Section) -> tuple[ImpactFigure, ...]:
    """Return the figures of a written impact: one per line, as `kind: text`."""
    authorship = Authorship(by=section.by, at=section.at)
    return tuple(
        _parse_figure(kind, text, authorship) for kind, text in parse_measures(section.text)
    )


def parse_measures(text: str) -> Iterator[tuple[ImpactKind, str]]:
    """Yield kind and text of each line of a written impact; without a kind, it's about users."""
    for line in split_lines(text):
        name, _, measure = line.partition(":")
        kind = next((kind for kind in ImpactKind if kind == name.strip().casefold()), None)
        if kind and measure.strip():
            yield kind, measure.strip()
        elif not kind:
            yield ImpactKind.USERS, line


def split_lines(text: str) -> list[str]:
    bare = (" ".join(_BULLET.sub("", line).split()) for line in clean_lines(text))
    return [line for line in bare if line]


def clean_lines(text: str) -> list[str]:
    return [replace_unprintable(line) for line in text.splitlines()]


def _parse_figure(kind: ImpactKind, text: str, authorship: Authorship) -> ImpactFigure:
    match = _FIGURE.search(text)
    value, unit = (parse_number(match), _parse_unit(kind, match)) if match else (None, None)
    return ImpactFigure(
        text=text, kind=kind, value=value, unit=unit, evidence=(), written=authorship
    )


def _parse_unit(kind: ImpactKind, match: re.Match[str]) -> str | None:
    word = match["unit"] or ""
    if match["sign"] or word.casefold() in _NOT_UNITS:
        word = match["sign"] or ""
    return word or _UNITS.get(kind)
