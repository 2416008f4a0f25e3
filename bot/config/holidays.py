"""Public holidays: in which country a time zone lies, and on which days nobody works there.

The days are those of the library `holidays`, a year at a time and only when somebody asks: it takes
a quarter of a second to begin with. Zones and countries are those of the tz database
(https://www.iana.org/time-zones), where some zones are known by several names.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

NONE: Container[date] = frozenset()


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The days off of one place. Asking twice at once is harmless."""

    place: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _days_off(self.place, day.year)


def of(place: str) -> Container[date]:
    """The holidays of a country ("DE") or of a part of it ("DE-BY"); `LookupError` for no such place."""
    _days_off(place, 2026)
    return _Calendar(place)


@cache
def of_zone(zone: str) -> Container[date]:
    """The holidays of the whole country in which a zone lies; none where that is not known."""
    try:
        return of(_countries()[zone])
    except LookupError:
        return NONE


@cache
def _days_off(place: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415 - slow, and most commands need none

    country, _, part = place.partition("-")
    try:
        return frozenset(country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError as error:
        raise LookupError(place) from error


@cache
def _countries() -> dict[str, str]:
    """The country of each zone, also by the zone's other names: Asia/Calcutta is Asia/Kolkata."""
    folder = resources.files("tzdata") / "zoneinfo"
    rows = [line.split("\t") for line in _lines((folder / "zone.tab").read_text("utf-8"))]
    found = {row[2]: row[0] for row in rows}
    for line in _lines((folder / "tzdata.zi").read_text("utf-8")):
        kind, zone, *names = line.split()
        if kind == "L" and zone in found and "/" in names[0]:  # EST and CET are of no country
            found.setdefault(names[0], found[zone])
    return found


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
