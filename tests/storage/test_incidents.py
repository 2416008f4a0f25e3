from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.incident import Role, Severity, Status
from bot.domain.job import JobKind, make_incident_job
from bot.domain.timeline import EventKind, Source, TimelineEvent
from storage import incidents, outbox, timeline
from storage.engine.statements import upsert
from storage.engine.store import Session, Store
from storage.incidents import Comparison
from storage.tables import CounterRow
from tests.storage.conftest import NOON, declare, run_concurrently


def lead_role(person: str, minutes: int = 0) -> Role:
    return Role(name="lead", person=person, since=NOON + timedelta(minutes=minutes))


def test_keys_are_numbered_per_year(session: Session) -> None:
    keys = [incidents.next_key(session, year) for year in (2026, 2026, 2027, 2026)]
    assert keys == ["INC-2026-001", "INC-2026-002", "INC-2027-001", "INC-2026-003"]


def test_a_key_grows_to_four_digits_after_999(session: Session) -> None:
    upsert(session, CounterRow, keys=("name",), name="incidents-2026", value=998)
    keys = [incidents.next_key(session, 2026) for _ in range(2)]
    assert keys == ["INC-2026-999", "INC-2026-1000"]


def test_concurrent_declarations_get_different_keys(store: Store) -> None:
    def take_keys(_: int) -> list[str]:
        keys = []
        for _again in range(5):
            with store.begin() as session:
                keys.append(incidents.next_key(session, 2026))
        return keys

    taken = [key for keys in run_concurrently(8, take_keys) for key in keys]
    assert sorted(taken) == [f"INC-2026-{number:03d}" for number in range(1, 41)]


def test_a_rolled_back_key_is_used_again(store: Store) -> None:
    def take_key_and_fail() -> None:
        with store.begin() as session:
            incidents.next_key(session, 2026)
            raise LookupError

    with pytest.raises(LookupError):
        take_key_and_fail()
    with store.begin() as session:
        assert incidents.next_key(session, 2026) == "INC-2026-001"


def test_an_incident_is_read_back_as_stored(store: Store) -> None:
    with store.begin() as session:
        incident = declare(session, title="größer als <gedacht> 🔥", private=True)
    with store.begin() as session:
        assert incidents.by_id(session, incident.id) == incident
    assert incident.title == "größer als <gedacht> 🔥"
    assert incident.private


def test_an_incident_is_found_by_channel_and_by_key_in_any_case(session: Session) -> None:
    incident = declare(session, 7)
    assert incidents.by_channel(session, "C7") == incident
    assert incidents.by_key(session, "inc-2026-007") == incident


def test_an_unknown_channel_or_key_is_none(session: Session) -> None:
    assert incidents.by_channel(session, "C404") is None
    assert incidents.by_key(session, "INC-2026-404") is None


def test_a_channel_belongs_to_one_incident(store: Store) -> None:
    with store.begin() as session:
        declare(session, 1)
    with pytest.raises(IntegrityError), store.begin() as session:
        declare(session, 2, channel_id="C1")


def test_several_incidents_may_have_no_channel_yet(session: Session) -> None:
    declared = [declare(session, number, channel_id=None) for number in (1, 2)]
    assert [incident.channel_id for incident in declared] == [None, None]


def test_open_incidents_are_listed_newest_first(session: Session) -> None:
    for number, status in enumerate(Status):
        declare(session, number, status=status, declared_at=NOON + timedelta(hours=number))
    found = [incident.status for incident in incidents.list_open(session)]
    assert found == [
        Status.MONITORING, Status.IDENTIFIED, Status.INVESTIGATING, Status.DECLARED,
    ]  # fmt: skip


def test_a_change_sets_only_the_given_fields(session: Session) -> None:
    incident = declare(session)
    changed = incidents.change(session, incident.id, severity=Severity.P2, resolved_at=NOON)
    assert changed == replace(incident, severity=Severity.P2, resolved_at=NOON)


def test_a_canvas_id_is_stored_even_when_empty(session: Session) -> None:
    incident = declare(session)
    assert incident.canvas_id is None
    for canvas_id in ("F0CANVAS", ""):
        assert incidents.change(session, incident.id, canvas_id=canvas_id).canvas_id == canvas_id
        assert incidents.by_id(session, incident.id).canvas_id == canvas_id


def test_assigning_a_role_replaces_its_holder(session: Session) -> None:
    incident = declare(session)
    incidents.assign(session, incident.id, lead_role("U1"))
    assert incidents.assign(session, incident.id, lead_role("U2", 5)).roles == (lead_role("U2", 5),)


def test_roles_are_sorted_by_the_time_they_were_assigned(session: Session) -> None:
    incident, scribe = declare(session), Role(name="scribe", person="U3", since=NOON)
    incidents.assign(session, incident.id, lead_role("U1", 5))
    assert incidents.assign(session, incident.id, scribe).roles == (scribe, lead_role("U1", 5))


def test_a_gap_does_not_undo_a_completed_comparison(session: Session) -> None:
    incident = declare(session)
    assert incidents.comparison(session, incident.id) == Comparison()
    proven = Comparison(compared_at=NOON, proven_until=NOON - timedelta(minutes=1))
    incidents.save_comparison(session, incident.id, proven)
    later = NOON + timedelta(hours=1)
    gap = Comparison(compared_at=later, gaps=1, gap_reason="not_in_channel")
    incidents.save_comparison(session, incident.id, gap)
    found = incidents.comparison(session, incident.id)
    assert found == replace(gap, proven_until=proven.proven_until)


def test_channels_of_open_or_recently_closed_incidents_are_active(session: Session) -> None:
    open_incident = declare(session, 1)
    recently_closed = declare(session, 2, status=Status.RESOLVED, resolved_at=NOON)
    declare(session, 3, status=Status.CANCELLED, resolved_at=NOON - timedelta(days=2))
    declare(session, 4, channel_id=None)
    found = incidents.list_with_active_channel(session, NOON - timedelta(days=1))
    assert [incident.id for incident in found] == [open_incident.id, recently_closed.id]


def test_an_announcement_is_stored_and_empty_at_first(session: Session) -> None:
    incident = declare(session)
    before = incidents.announcement(session, incident.id)
    incidents.change(session, incident.id, announcement={"channel": "C9", "ts": "1.2"})
    assert (before, incidents.announcement(session, incident.id)) == (
        {},
        {"channel": "C9", "ts": "1.2"},
    )


def test_a_due_status_update_is_claimed_once(store: Store) -> None:
    with store.begin() as session:
        due, later, resolved = (declare(session, number) for number in (1, 2, 3))
        for incident in (due, resolved):
            incidents.change(session, incident.id, update_due_at=NOON)
        incidents.change(session, later.id, update_due_at=NOON + timedelta(minutes=1))
        incidents.change(session, resolved.id, status=Status.RESOLVED)
    with store.begin() as session:
        assert incidents.claim_due_updates(session, NOON) == [due.id]
    with store.begin() as session:
        assert incidents.claim_due_updates(session, NOON) == []
        incidents.change(session, due.id, update_asked_at=None)
        assert incidents.claim_due_updates(session, NOON) == [due.id]


def test_incidents_without_a_lead_are_found_until_someone_was_asked(store: Store) -> None:
    with store.begin() as session:
        without_lead, with_lead, cancelled, already_asked, recent = (
            declare(session, number) for number in range(1, 6)
        )
        incidents.assign(session, without_lead.id, Role(name="scribe", person="U1", since=NOON))
        incidents.assign(session, with_lead.id, lead_role("U1"))
        incidents.change(session, cancelled.id, status=Status.CANCELLED)
        incidents.change(session, recent.id, declared_at=NOON + timedelta(minutes=1))
        outbox.enqueue(session, make_incident_job(already_asked.id, JobKind.LEAD_WANTED), NOON)
        outbox.enqueue(session, make_incident_job(without_lead.id, JobKind.CARD), NOON)
    with store.begin() as session:
        assert incidents.without_lead(session, NOON) == [without_lead.id]


@pytest.mark.parametrize(
    ("private", "events", "seen"),
    [
        (True, [], True),  # the person who declared it
        (True, [(EventKind.LEFT, 1, Source.HEARD)], False),
        (True, [(EventKind.LEFT, 1, Source.HEARD), (EventKind.JOINED, 2, Source.FETCHED)], True),
        (True, [(EventKind.LEFT, 1, Source.HEARD), (EventKind.MESSAGE, 2, Source.HEARD)], True),
        (True, [(EventKind.LEFT, 2, Source.HEARD), (EventKind.MESSAGE, 1, Source.HEARD)], False),
        (True, [(EventKind.LEFT, 1, Source.HEARD), (EventKind.DROPPED, 2, Source.COMMAND)], False),
        (False, [(EventKind.LEFT, 1, Source.HEARD)], True),
    ],
)
def test_a_person_who_left_a_private_channel_is_no_longer_a_responder(
    session: Session, *, private: bool, events: list[tuple[EventKind, int, Source]], seen: bool
) -> None:
    incident = declare(session)
    incidents.change(session, incident.id, private=private, channel_id="C9")
    for kind, minute, source in events:
        event = TimelineEvent(
            message_id=f"{minute}.0", channel_id="C9", author=incident.declared_by, text="",
            happened_at=NOON + timedelta(minutes=minute), kind=kind, source=source,
        )  # fmt: skip
        timeline.add(session, incident.id, event)
    assert incidents.is_responder(session, incident.id, incident.declared_by) is seen
    assert incidents.has_left(session, incident.id, incident.declared_by) != seen
