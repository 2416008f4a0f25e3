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
from tests.storage.conftest import NOON, declare, together


def lead(person: str, minutes: int = 0) -> Role:
    return Role(name="lead", person=person, since=NOON + timedelta(minutes=minutes))


def test_keys_are_counted_in_each_year(session: Session) -> None:
    keys = [incidents.next_key(session, year) for year in (2026, 2026, 2027, 2026)]
    assert keys == ["INC-2026-001", "INC-2026-002", "INC-2027-001", "INC-2026-003"]


def test_a_key_of_a_year_with_a_thousand_incidents_grows(session: Session) -> None:
    upsert(session, CounterRow, keys=("name",), name="incidents-2026", value=998)
    keys = [incidents.next_key(session, 2026) for _ in range(2)]
    assert keys == ["INC-2026-999", "INC-2026-1000"]


def test_eight_who_count_at_once_get_eight_keys(store: Store) -> None:
    def count(_: int) -> list[str]:
        keys = []
        for _again in range(5):
            with store.begin() as session:
                keys.append(incidents.next_key(session, 2026))
        return keys

    given = [key for keys in together(8, count) for key in keys]
    assert sorted(given) == [f"INC-2026-{number:03d}" for number in range(1, 41)]


def test_a_key_that_was_rolled_back_is_given_again(store: Store) -> None:
    def count_and_fail() -> None:
        with store.begin() as session:
            incidents.next_key(session, 2026)
            raise LookupError

    with pytest.raises(LookupError):
        count_and_fail()
    with store.begin() as session:
        assert incidents.next_key(session, 2026) == "INC-2026-001"


def test_an_incident_comes_back_as_it_was_stored(store: Store) -> None:
    with store.begin() as session:
        made = declare(session, title="größer als <gedacht> 🔥", private=True)
    with store.begin() as session:
        assert incidents.by_id(session, made.id) == made
    assert made.title == "größer als <gedacht> 🔥"
    assert made.private


def test_an_incident_is_found_by_channel_and_by_key_in_any_case(session: Session) -> None:
    made = declare(session, 7)
    assert incidents.by_channel(session, "C7") == made
    assert incidents.by_key(session, "inc-2026-007") == made


def test_an_unknown_channel_or_key_is_no_incident(session: Session) -> None:
    assert incidents.by_channel(session, "C404") is None
    assert incidents.by_key(session, "INC-2026-404") is None


def test_a_channel_holds_one_incident(store: Store) -> None:
    with store.begin() as session:
        declare(session, 1)
    with pytest.raises(IntegrityError), store.begin() as session:
        declare(session, 2, channel_id="C1")


def test_incidents_may_wait_for_their_channels_side_by_side(session: Session) -> None:
    made = [declare(session, number, channel_id=None) for number in (1, 2)]
    assert [each.channel_id for each in made] == [None, None]


def test_what_is_not_over_is_listed_newest_first(session: Session) -> None:
    for number, status in enumerate(Status):
        declare(session, number, status=status, declared_at=NOON + timedelta(hours=number))
    found = [each.status for each in incidents.list_open(session)]
    assert found == [
        Status.MONITORING, Status.IDENTIFIED, Status.INVESTIGATING, Status.DECLARED,
    ]  # fmt: skip


def test_a_change_sets_its_fields_only(session: Session) -> None:
    made = declare(session)
    changed = incidents.change(session, made.id, severity=Severity.P2, resolved_at=NOON)
    assert changed == replace(made, severity=Severity.P2, resolved_at=NOON)


def test_a_canvas_is_kept_also_one_whose_id_nobody_knows(session: Session) -> None:
    made = declare(session)
    assert made.canvas_id is None
    for kept in ("F0CANVAS", ""):
        assert incidents.change(session, made.id, canvas_id=kept).canvas_id == kept
        assert incidents.by_id(session, made.id).canvas_id == kept


def test_a_role_is_held_by_the_last_who_took_it(session: Session) -> None:
    made = declare(session)
    incidents.assign(session, made.id, lead("U1"))
    assert incidents.assign(session, made.id, lead("U2", 5)).roles == (lead("U2", 5),)


def test_roles_are_in_the_order_in_which_they_were_taken(session: Session) -> None:
    made, scribe = declare(session), Role(name="scribe", person="U3", since=NOON)
    incidents.assign(session, made.id, lead("U1", 5))
    assert incidents.assign(session, made.id, scribe).roles == (scribe, lead("U1", 5))


def test_a_gap_takes_back_nothing_that_was_proven(session: Session) -> None:
    made = declare(session)
    assert incidents.comparison(session, made.id) == Comparison()
    proven = Comparison(compared_at=NOON, proven_until=NOON - timedelta(minutes=1))
    incidents.save_comparison(session, made.id, proven)
    later = NOON + timedelta(hours=1)
    gap = Comparison(compared_at=later, gaps=1, gap_reason="not_in_channel")
    incidents.save_comparison(session, made.id, gap)
    found = incidents.comparison(session, made.id)
    assert found == replace(gap, proven_until=proven.proven_until)


def test_people_still_talk_where_it_is_not_over_or_only_just(session: Session) -> None:
    running = declare(session, 1)
    just = declare(session, 2, status=Status.RESOLVED, resolved_at=NOON)
    declare(session, 3, status=Status.CANCELLED, resolved_at=NOON - timedelta(days=2))
    declare(session, 4, channel_id=None)
    found = incidents.list_with_active_channel(session, NOON - timedelta(days=1))
    assert [each.id for each in found] == [running.id, just.id]


def test_an_announcement_is_kept_and_there_is_none_at_first(session: Session) -> None:
    made = declare(session)
    before = incidents.announcement(session, made.id)
    incidents.change(session, made.id, announcement={"channel": "C9", "ts": "1.2"})
    assert (before, incidents.announcement(session, made.id)) == (
        {},
        {"channel": "C9", "ts": "1.2"},
    )


def test_an_update_that_is_due_is_taken_once(store: Store) -> None:
    with store.begin() as session:
        due, later, over = (declare(session, number) for number in (1, 2, 3))
        for each in (due, over):
            incidents.change(session, each.id, update_due_at=NOON)
        incidents.change(session, later.id, update_due_at=NOON + timedelta(minutes=1))
        incidents.change(session, over.id, status=Status.RESOLVED)
    with store.begin() as session:
        assert incidents.claim_due_updates(session, NOON) == [due.id]
    with store.begin() as session:
        assert incidents.claim_due_updates(session, NOON) == []
        incidents.change(session, due.id, update_asked_at=None)
        assert incidents.claim_due_updates(session, NOON) == [due.id]


def test_a_lead_is_missed_where_nobody_leads_and_nobody_was_asked(store: Store) -> None:
    with store.begin() as session:
        alone, led, over, asked, young = (declare(session, number) for number in range(1, 6))
        incidents.assign(session, alone.id, Role(name="scribe", person="U1", since=NOON))
        incidents.assign(session, led.id, lead("U1"))
        incidents.change(session, over.id, status=Status.CANCELLED)
        incidents.change(session, young.id, declared_at=NOON + timedelta(minutes=1))
        outbox.enqueue(session, make_incident_job(asked.id, JobKind.LEAD_WANTED), NOON)
        outbox.enqueue(session, make_incident_job(alone.id, JobKind.CARD), NOON)
    with store.begin() as session:
        assert incidents.without_lead(session, NOON) == [alone.id]


@pytest.mark.parametrize(
    ("private", "events", "seen"),
    [
        (True, [], True),  # who declared it
        (True, [(EventKind.LEFT, 1, Source.HEARD)], False),
        (True, [(EventKind.LEFT, 1, Source.HEARD), (EventKind.JOINED, 2, Source.FETCHED)], True),
        (True, [(EventKind.LEFT, 1, Source.HEARD), (EventKind.MESSAGE, 2, Source.HEARD)], True),
        (True, [(EventKind.LEFT, 2, Source.HEARD), (EventKind.MESSAGE, 1, Source.HEARD)], False),
        (True, [(EventKind.LEFT, 1, Source.HEARD), (EventKind.DROPPED, 2, Source.COMMAND)], False),
        (False, [(EventKind.LEFT, 1, Source.HEARD)], True),
    ],
)
def test_who_left_a_private_channel_last_is_not_in_it(
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
