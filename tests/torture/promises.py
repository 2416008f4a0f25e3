"""People of the simulated year and what they promised, as they themselves would remember it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
AT_ONCE = 2  # working days: on one they may have had their message already
PLACES = {
    "Europe/Lisbon": "PT", "America/New_York": "US", "Asia/Tokyo": "JP", "Europe/Berlin": "DE",
    "Asia/Kolkata": "IN", "Australia/Sydney": "AU", "America/Sao_Paulo": "BR",
    "Pacific/Auckland": "NZ", "America/St_Johns": "CA",
}  # fmt: skip


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))


@dataclass(eq=False)
class Person:
    """Somebody who works from nine to six; `good_days` are those on which the bot could reach them."""

    id: str
    zone: ZoneInfo
    country: str
    hour: int = 10
    back_on: date = date.min
    good_days: list[date] = field(default_factory=list)

    def works_on(self, day: date) -> bool:
        free = day.weekday() > 4 or day in _holidays(self.country, day.year)
        return not free and day >= self.back_on

    def can_be_told(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return 9 <= local.hour < 18 and self.works_on(local.date())

    def today(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def wake(self, at: datetime) -> None:
        """Count the day as one on which the person could be told, once their hour has come."""
        today = self.today(at)
        is_good = at.astimezone(self.zone).hour >= self.hour and self.can_be_told(at)
        if is_good and self.good_days[-1:] != [today]:
            self.good_days.append(today)

    def chances(self, since: date) -> int:
        """On how many of the last days after one they could have been told."""
        return sum(day > since for day in self.good_days[-40:])


def people(count: int) -> list[Person]:
    """So many people, spread over the places."""
    places = list(PLACES.items())
    spread = [places[number % len(places)] for number in range(count)]
    return [
        Person(f"U{number}", ZoneInfo(zone), country)
        for number, (zone, country) in enumerate(spread)
    ]


@dataclass
class Promise:
    """An item: `owner` does it, or leads and is asked who does; `others` looked after the incident.

    `since` is when anything about it was last changed.
    """

    owner: Person
    due: date
    since: datetime
    others: tuple[Person, Person]
    is_owned: bool = True
    quiet_until: datetime = BEGINS
    told: datetime | None = None
    is_open: bool = True

    def give(self, owner: Person | None, at: datetime) -> None:
        self.owner, self.is_owned = owner or self.others[0], owner is not None
        self.told, self.since = None, at
        if owner is None:
            self.quiet_until = BEGINS

    @property
    def second(self) -> Person:
        """Who hears of it when it is long late."""
        first, other = self.others
        return other if self.is_owned and first is self.owner else first

    def is_forgotten(self) -> bool:
        """Whether its owner could have been told of it on more days than it may take, and was not."""
        return self.owner.chances(self._expected() - DAY) > AT_ONCE

    def _expected(self) -> date:
        """By which day they must hear again: when their snooze is over, on its date, then each week."""
        told = self.owner.today(self.told) if self.told else date.min
        since = self.owner.today(self.since)
        if self.quiet_until > self.since and not (self.told and self.told >= self.quiet_until):
            return self.owner.today(self.quiet_until)
        if not self.is_owned:
            return told + WEEK if self.told else since + DAY
        return self.due if max(told, since) < self.due else max(told, since) + WEEK
