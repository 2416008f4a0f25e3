from dataclasses import replace

from storage import people
from storage.engine.store import Session
from storage.people import Person
from tests.storage.conftest import NOON

ANA = Person(id="U1", name="Ana Lopes", zone="Europe/Lisbon")
HAL = Person(id="U2", name="hal", zone="UTC", bot=True, deactivated=True)


def test_a_person_is_read_back_as_stored(session: Session) -> None:
    for person in (ANA, HAL):
        people.save(session, person, NOON)
    assert [people.find(session, person_id) for person_id in ("U1", "U2")] == [ANA, HAL]


def test_saving_a_person_again_replaces_the_earlier_facts(session: Session) -> None:
    people.save(session, ANA, NOON)
    people.save(session, replace(ANA, zone="Asia/Tokyo"), NOON)
    assert people.find(session, "U1") == replace(ANA, zone="Asia/Tokyo")


def test_an_unknown_person_is_none(session: Session) -> None:
    assert people.find(session, "U404") is None


def test_names_cover_only_known_people(session: Session) -> None:
    people.save(session, ANA, NOON)
    assert people.names(session, ["U404", "U1", "U1"]) == {"U1": "Ana Lopes"}


def test_no_ids_give_no_names(session: Session) -> None:
    assert people.names(session, []) == {}
