"""Public holidays by place and by time zone."""

from datetime import date

import pytest

from bot.config import holidays
from bot.config.context import Bot
from bot.config.policy import Policy
from bot.people import working_hours
from storage.engine.store import Store
from storage.people import Person, save
from tests.support.harness import START, open_migrated


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2026, 10, 3)),
        ("America/New_York", date(2026, 11, 26)),
        ("Asia/Tokyo", date(2026, 3, 20)),
        ("Asia/Calcutta", date(2026, 1, 26)),  # another name for Asia/Kolkata
        ("Europe/Lisbon", date(2031, 4, 25)),
    ],
)
def test_a_zone_has_the_holidays_of_its_country(zone: str, day: date) -> None:
    assert day in holidays.for_zone(zone)
    assert date(2026, 3, 11) not in holidays.for_zone(zone)


@pytest.mark.parametrize("zone", ["UTC", "EST", "CET", "Etc/GMT+5", "Mars/Base"])
def test_a_zone_without_a_country_has_no_holidays(zone: str) -> None:
    assert date(2026, 1, 1) not in holidays.for_zone(zone)


def test_a_region_has_its_own_holidays_too() -> None:
    corpus_christi = date(2026, 6, 4)
    assert corpus_christi in holidays.for_place("DE-BY")
    assert corpus_christi not in holidays.for_place("DE")


@pytest.mark.parametrize("place", ["XX", "DE-XX", "", "de"])
def test_an_unknown_place_is_an_error(place: str) -> None:
    with pytest.raises(LookupError):
        holidays.for_place(place)


def test_the_configuration_maps_a_zone_to_another_place_or_to_none(tmp_path: object) -> None:
    store: Store = open_migrated(f"sqlite:///{tmp_path}/debrief.db")
    places = {"Europe/Berlin": "DE-BY", "Asia/Tokyo": False}
    bot = Bot(store=store, policy=Policy.model_validate({"reminders": {"holidays": places}}))
    with store.begin() as session:
        for number, zone in enumerate((*places, "America/New_York")):
            save(session, Person(id=f"U{number}", name="x", zone=zone), START)
        bavaria, japan, america = (
            working_hours.reminder_rules(session, bot, f"U{n}").days_off for n in range(3)
        )
    store.close()
    assert date(2026, 6, 4) in bavaria
    assert date(2026, 3, 20) not in japan
    assert date(2026, 11, 26) in america
