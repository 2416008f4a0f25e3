"""Postmortem sections typed by people: every version is kept, and the last one counts."""

from datetime import timedelta
from typing import Any

from bot.domain.section import Section, SectionName
from storage import sections
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare


def write(session: Session, incident_id: int, text: str, **changes: object) -> Section:
    values: dict[str, Any] = {"name": SectionName.ROOT_CAUSE, "by": "U1", "at": NOON, "text": text}
    return sections.add(session, incident_id, Section(**(values | changes)))


def test_a_section_is_read_back_as_stored(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    section = write(session, one.id, "Größe\nzwei")
    session.expire_all()
    assert section.version == 1
    assert sections.of_incident(session, one.id) == (section,)
    assert sections.of_incident(session, other.id) == ()
    assert sections.last(session, other.id, SectionName.ROOT_CAUSE) is None


def test_every_version_is_kept_and_the_last_one_counts(session: Session) -> None:
    incident = declare(session)
    first = write(session, incident.id, "one")
    second = write(session, incident.id, "two", by="U2", at=NOON + timedelta(hours=1))
    assert sections.history(session, incident.id, SectionName.ROOT_CAUSE) == [first, second]
    assert sections.of_incident(session, incident.id) == (second,)
    assert (first.version, second.version) == (1, 2)


def test_an_empty_text_restores_the_generated_section_and_is_kept_as_a_version(
    session: Session,
) -> None:
    incident = declare(session)
    write(session, incident.id, "one")
    emptied = write(session, incident.id, "")
    assert sections.of_incident(session, incident.id) == ()
    assert sections.last(session, incident.id, SectionName.ROOT_CAUSE) == emptied


def test_sections_are_in_document_order(session: Session) -> None:
    incident = declare(session)
    for name in reversed(SectionName):
        write(session, incident.id, "text", name=name)
    assert [section.name for section in sections.of_incident(session, incident.id)] == [
        *SectionName
    ]
