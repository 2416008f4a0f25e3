"""Library pages: updated after every change, and without deleted text at once."""

from datetime import timedelta
from typing import Any

from bot.domain.action_item import ItemState
from bot.domain.library_page import LibraryPage, Traits
from bot.domain.section import Section, SectionName
from bot.domain.timeline import Deletion, Source, TimelineEvent
from storage import action_items, corrections, incidents, library, postmortems, sections, timeline
from storage.corrections import Correction
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare

PAGE = LibraryPage(
    title="Checkout fails",
    traits=Traits(
        services=("checkout", "payments-db"),
        errors=("PoolTimeoutException", "HTTP 503"),
        modes=("connection pool exhausted",),
        alerts=("checkout error rate",),
        causes=("the pool was too small",),
    ),
    items=("add an alert on the pool",),
    lines=("we restarted the pods", "Café was down too"),
)


def outdated(session: Session) -> list[int]:
    return [incident_id for incident_id, _ in library.list_outdated(session, 100)]


def save_page(session: Session, incident_id: int, page: LibraryPage = PAGE) -> None:
    """Save a page as the scheduler does: it includes every change up to now."""
    change_number = dict(library.list_outdated(session, 100)).get(incident_id, 0)
    library.save_page(session, incident_id, page, change_number)


def add_message(session: Session, incident_id: int, text: str, **facts: object) -> TimelineEvent:
    message = TimelineEvent(message_id=f"1.{len(text)}", channel_id="C1", author="U1", text=text, happened_at=NOON, **facts)  # type: ignore[arg-type]  # fmt: skip
    assert timeline.add(session, incident_id, message)
    found = timeline.find(session, "C1", message.message_id)
    assert found
    return found


def test_a_library_page_is_read_back_as_stored(session: Session) -> None:
    incident = declare(session)
    assert outdated(session) == [incident.id]
    save_page(session, incident.id)
    assert library.page(session, incident.id) == PAGE
    assert outdated(session) == []


def test_every_change_of_an_incident_marks_its_page_outdated(session: Session) -> None:
    incident = declare(session)
    message = add_message(session, incident.id, "it is down")
    item = action_items.add(session, incident_id=incident.id, text="x", state=ItemState.OPEN, created_by="U1", created_at=NOON)  # fmt: skip
    empty: dict[str, Any] = {
        "markdown": "",
        "html": "",
        "picture": b"",
        "picture_text": "",
        "document": {},
    }
    for change in (
        lambda: incidents.change(session, incident.id, title="Checkout is down"),
        lambda: incidents.save_comparison(
            session, incident.id, incidents.Comparison(compared_at=NOON)
        ),
        lambda: add_message(session, incident.id, "a note", source=Source.COMMAND),
        lambda: timeline.revise(
            session, message, add_message(session, incident.id, "it is rather slow"), NOON
        ),
        lambda: corrections.add(session, Correction(message.id, "U1", text="it was slow"), NOON),
        lambda: corrections.add(session, Correction(message.id, "U1", hidden=True), NOON),
        lambda: timeline.erase(session, message, Deletion.MISSING),
        lambda: timeline.restore(session, message, message),
        lambda: action_items.change(session, item.id, by="U1", at=NOON, state=ItemState.DONE),
        lambda: postmortems.add(session, incident.id, at=NOON, template="quick", **empty),
    ):
        save_page(session, incident.id)
        assert outdated(session) == []
        change()
        assert outdated(session) == [incident.id]


def test_a_typed_section_marks_the_page_outdated(session: Session) -> None:
    incident = declare(session)
    save_page(session, incident.id)
    section = Section(name=SectionName.ROOT_CAUSE, text="x", by="U1", at=NOON)
    sections.add(session, incident.id, section)
    assert outdated(session) == [incident.id]


def test_a_change_made_while_a_page_is_written_leaves_it_outdated(session: Session) -> None:
    incident = declare(session)
    ((_, change_number),) = library.list_outdated(session, 100)
    library.mark_outdated(session, incident.id)
    library.save_page(session, incident.id, PAGE, change_number)
    assert outdated(session) == [incident.id]


def test_deleted_text_is_removed_before_the_page_is_rewritten(session: Session) -> None:
    incident = declare(session)
    message = add_message(session, incident.id, "it is down")
    save_page(session, incident.id)
    timeline.erase(session, message, Deletion.REPORTED)
    assert library.page(session, incident.id) == LibraryPage(title="Checkout fails")


def test_the_newest_incidents_are_indexed_first_and_in_batches(session: Session) -> None:
    incident_ids = [declare(session, n, declared_at=NOON + timedelta(days=n)).id for n in (1, 2, 3)]
    assert [incident_id for incident_id, _ in library.list_outdated(session, 2)] == incident_ids[
        :0:-1
    ]
