"""People of the simulated year, and what they should expect of the bot for each action item."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
AT_ONCE = (
    2  # working days on which a person may miss a reminder, because they had their message already
)
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
    """A person who works from nine to six; `good_days` are the days on which the bot could reach them."""

    id: str
    zone: ZoneInfo
    country: str
    hour: int = 10
    back_on: date = date.min
    good_days: list[date] = field(default_factory=list)

    def works_on(self, day: date) -> bool:
        free = day.weekday() > 4 or day in _holidays(self.country, day.year)
        return not free and day >= self.back_on

    def can_be_reminded(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return 9 <= local.hour < 18 and self.works_on(local.date())

    def today(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def wake(self, at: datetime) -> None:
        """Count the day as one on which the person could be reminded, once their hour has come."""
        today = self.today(at)
        is_good = at.astimezone(self.zone).hour >= self.hour and self.can_be_reminded(at)
        if is_good and self.good_days[-1:] != [today]:
            self.good_days.append(today)

    def chances(self, since: date) -> int:
        """Return on how many of the last 40 good days after `since` the person could have been reminded."""
        return sum(day > since for day in self.good_days[-40:])


def people(count: int) -> list[Person]:
    """Return so many people, spread over the time zones."""
    places = list(PLACES.items())
    spread = [places[number % len(places)] for number in range(count)]
    return [
        Person(f"U{number}", ZoneInfo(zone), country)
        for number, (zone, country) in enumerate(spread)
    ]


@dataclass
class ExpectedFollowUp:
    """An action item: `owner` does it, or as lead is asked for an owner; `others` handled the incident.

    The time of the last change is `since`.
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
        """The person to whom a long overdue item is escalated."""
        first, other = self.others
        return other if self.is_owned and first is self.owner else first

    def is_forgotten(self) -> bool:
        """Return whether the owner could have been reminded on more days than allowed, and wasn't."""
        return self.owner.chances(self._expected() - DAY) > AT_ONCE

    def _expected(self) -> date:
        """The next day on which a reminder is expected: after a snooze, on the due date, then every week."""
        last_reminder = self.owner.today(self.told) if self.told else date.min
        since = self.owner.today(self.since)
        if self.quiet_until > self.since and not (self.told and self.told >= self.quiet_until):
            return self.owner.today(self.quiet_until)
        if not self.is_owned:
            return last_reminder + WEEK if self.told else since + DAY
        return (
            self.due if max(last_reminder, since) < self.due else max(last_reminder, since) + WEEK
        )
