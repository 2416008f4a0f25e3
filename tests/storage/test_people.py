from dataclasses import replace

from storage import people
from storage.engine.store import Session
from storage.people import Person
from tests.storage.conftest import NOON

ANA = Person(id="U1", name="Ana Lopes", zone="Europe/Lisbon")
HAL = Person(id="U2", name="hal", zone="UTC", bot=True, deactivated=True)


def test_a_person_comes_back_as_learned(session: Session) -> None:
    for person in (ANA, HAL):
        people.save(session, person, NOON)
    assert [people.find(session, each) for each in ("U1", "U2")] == [ANA, HAL]


def test_what_is_learned_later_replaces_what_was_known(session: Session) -> None:
    people.save(session, ANA, NOON)
    people.save(session, replace(ANA, zone="Asia/Tokyo"), NOON)
    assert people.find(session, "U1") == replace(ANA, zone="Asia/Tokyo")


def test_a_stranger_is_nobody(session: Session) -> None:
    assert people.find(session, "U404") is None


def test_names_are_of_those_who_are_known(session: Session) -> None:
    people.save(session, ANA, NOON)
    assert people.names(session, ["U404", "U1", "U1"]) == {"U1": "Ana Lopes"}


def test_no_ids_have_no_names(session: Session) -> None:
    assert people.names(session, []) == {}
