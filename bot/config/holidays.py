"""Public holidays: which ones a person has off, by country and time zone.

`Reminders.holidays` of the configuration maps a zone to a place if the zone's country isn't the
right one. `bot.people.working_hours` passes the days to the reminder rules.

The dates come from the `holidays` library, loaded on demand and one year at a time because its
import takes a quarter of a second. Zones and countries come from the tz database
(https://www.iana.org/time-zones), where some zones have several names.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

NO_HOLIDAYS: Container[date] = frozenset()


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The public holidays of one place, as a container of dates. Concurrent use is safe."""

    place: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _days_off(self.place, day.year)


def find(zone: str, configured_places: Mapping[str, str]) -> Container[date]:
    """Return the holidays of a zone: of its configured place, else of the zone's country.

    An empty place has none.
    """
    place = configured_places.get(zone)
    if place is None:
        return for_zone(zone)
    return for_place(place) if place else NO_HOLIDAYS


def for_place(place: str) -> Container[date]:
    """Return the holidays of a country ("DE") or a part of it ("DE-BY").

    Raises LookupError if unknown.
    """
    _days_off(place, 2026)
    return _Calendar(place)


@cache
def for_zone(zone: str) -> Container[date]:
    """Return the national holidays of the country of a time zone; none if it's unknown."""
    try:
        return for_place(_countries()[zone])
    except LookupError:
        return NO_HOLIDAYS


@cache
def _days_off(place: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415 - slow, and most commands don't need it

    country, _, part = place.partition("-")
    try:
        return frozenset(country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError as error:
        raise LookupError(place) from error


@cache
def _countries() -> dict[str, str]:
    """Return the country of each zone, including alias names: Asia/Calcutta is Asia/Kolkata."""
    folder = resources.files("tzdata") / "zoneinfo"
    rows = [line.split("\t") for line in _lines((folder / "zone.tab").read_text("utf-8"))]
    countries = {row[2]: row[0] for row in rows}
    for line in _lines((folder / "tzdata.zi").read_text("utf-8")):
        kind, zone, *names = line.split()
        # Names without a slash, such as EST and CET, belong to no country.
        if kind == "L" and zone in countries and "/" in names[0]:
            countries.setdefault(names[0], countries[zone])
    return countries


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
