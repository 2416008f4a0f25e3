"""Pages of the library: kept in step, and what is deleted is gone at once."""

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


def behind(session: Session) -> list[int]:
    return [incident_id for incident_id, _ in library.list_outdated(session, 100)]


def read(session: Session, incident_id: int, page: LibraryPage = PAGE) -> None:
    """As the clock does: what was touched until now is followed."""
    followed = dict(library.list_outdated(session, 100)).get(incident_id, 0)
    library.save_page(session, incident_id, page, followed)


def said(session: Session, incident_id: int, text: str, **facts: object) -> TimelineEvent:
    told = TimelineEvent(message_id=f"1.{len(text)}", channel_id="C1", author="U1", text=text, happened_at=NOON, **facts)  # type: ignore[arg-type]  # fmt: skip
    assert timeline.add(session, incident_id, told)
    found = timeline.find(session, "C1", told.message_id)
    assert found
    return found


def test_a_page_comes_back_as_it_was_put(session: Session) -> None:
    incident = declare(session)
    assert behind(session) == [incident.id]
    read(session, incident.id)
    assert library.page(session, incident.id) == PAGE
    assert behind(session) == []


def test_what_changes_an_incident_touches_its_page(session: Session) -> None:
    incident = declare(session)
    talk = said(session, incident.id, "it is down")
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
        lambda: said(session, incident.id, "a note", source=Source.COMMAND),
        lambda: timeline.revise(
            session, talk, said(session, incident.id, "it is rather slow"), NOON
        ),
        lambda: corrections.add(session, Correction(talk.id, "U1", text="it was slow"), NOON),
        lambda: corrections.add(session, Correction(talk.id, "U1", hidden=True), NOON),
        lambda: timeline.erase(session, talk, Deletion.MISSING),
        lambda: timeline.restore(session, talk, talk),
        lambda: action_items.change(session, item.id, by="U1", at=NOON, state=ItemState.DONE),
        lambda: postmortems.add(session, incident.id, at=NOON, template="quick", **empty),
    ):
        read(session, incident.id)
        assert behind(session) == []
        change()
        assert behind(session) == [incident.id]


def test_what_people_write_touches_it(session: Session) -> None:
    incident = declare(session)
    read(session, incident.id)
    written = Section(name=SectionName.ROOT_CAUSE, text="x", by="U1", at=NOON)
    sections.add(session, incident.id, written)
    assert behind(session) == [incident.id]


def test_a_change_while_a_page_was_read_is_followed_by_another_reading(session: Session) -> None:
    incident = declare(session)
    ((_, followed),) = library.list_outdated(session, 100)
    library.mark_outdated(session, incident.id)
    library.save_page(session, incident.id, PAGE, followed)
    assert behind(session) == [incident.id]


def test_what_was_deleted_is_gone_before_the_page_is_read_again(session: Session) -> None:
    incident = declare(session)
    talk = said(session, incident.id, "it is down")
    read(session, incident.id)
    timeline.erase(session, talk, Deletion.REPORTED)
    assert library.page(session, incident.id) == LibraryPage(title="Checkout fails")


def test_the_newest_are_read_first_and_not_all_at_once(session: Session) -> None:
    made = [declare(session, n, declared_at=NOON + timedelta(days=n)).id for n in (1, 2, 3)]
    assert [incident_id for incident_id, _ in library.list_outdated(session, 2)] == made[:0:-1]
