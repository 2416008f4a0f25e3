"""What people wrote of a postmortem: every version stays, and the last one counts."""

from datetime import timedelta
from typing import Any

from bot.domain.section import Section, SectionName
from storage import sections
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare


def write(session: Session, incident_id: int, text: str, **changes: object) -> Section:
    values: dict[str, Any] = {"name": SectionName.ROOT_CAUSE, "by": "U1", "at": NOON, "text": text}
    return sections.add(session, incident_id, Section(**(values | changes)))


def test_a_section_comes_back_as_it_was_written(session: Session) -> None:
    one, other = declare(session, 1), declare(session, 2)
    kept = write(session, one.id, "Größe\nzwei")
    session.expire_all()
    assert kept.version == 1
    assert sections.of_incident(session, one.id) == (kept,)
    assert sections.of_incident(session, other.id) == ()
    assert sections.last(session, other.id, SectionName.ROOT_CAUSE) is None


def test_every_version_is_kept_and_the_last_counts(session: Session) -> None:
    incident = declare(session)
    first = write(session, incident.id, "one")
    second = write(session, incident.id, "two", by="U2", at=NOON + timedelta(hours=1))
    assert sections.history(session, incident.id, SectionName.ROOT_CAUSE) == [first, second]
    assert sections.of_incident(session, incident.id) == (second,)
    assert (first.version, second.version) == (1, 2)


def test_an_empty_text_gives_the_section_back_and_is_kept_too(session: Session) -> None:
    incident = declare(session)
    write(session, incident.id, "one")
    given_back = write(session, incident.id, "")
    assert sections.of_incident(session, incident.id) == ()
    assert sections.last(session, incident.id, SectionName.ROOT_CAUSE) == given_back


def test_sections_come_in_the_order_of_the_document(session: Session) -> None:
    incident = declare(session)
    for name in reversed(SectionName):
        write(session, incident.id, "text", name=name)
    assert [each.name for each in sections.of_incident(session, incident.id)] == [*SectionName]
