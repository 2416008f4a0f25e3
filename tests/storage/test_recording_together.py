"""Versions of one message, delivered to several processes at the same moment."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from sqlmodel import select

from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.actor import Actor
from bot.domain.errors import AlreadyResolved
from bot.domain.job import JobKind
from bot.domain.timeline import SPOKEN_KINDS, TimelineEvent
from bot.incidents import lifecycle as use_cases
from bot.timeline import forgetting, reconciliation, recording
from bot.timeline.forgetting import AlreadyForgotten
from storage import timeline as stored
from storage.engine.store import Store
from storage.tables import OutboxRow
from tests.handlers.timeline.test_recording_order import DELETED, EDITS, SAID
from tests.storage.conftest import NOON, declare, run_concurrently

ROUNDS = 8


def deliver(store: Store, number: int, versions: Sequence[TimelineEvent]) -> None:
    """Record all versions of the message with this number at the same time."""

    def record(index: int) -> None:
        with store.begin() as session:
            version = replace(versions[index], message_id=f"177314400{number}.000100")
            recording.record(session, version, NOON)

    run_concurrently(len(versions), record)


def test_concurrent_edits_end_at_the_latest_version(store: Store) -> None:
    with store.begin() as session:
        incident = declare(session)
    for number in range(ROUNDS):
        deliver(store, number, [SAID, *EDITS, SAID, EDITS[0]])
    with store.begin() as session:
        events = stored.of_incident(session, incident.id)
    assert len(events) == ROUNDS
    assert {(event.text, event.version) for event in events} == {
        (EDITS[-1].text, EDITS[-1].version)
    }


def test_a_deletion_wins_over_concurrent_edits(store: Store) -> None:
    with store.begin() as session:
        incident = declare(session)
    for number in range(ROUNDS):
        deliver(store, number, [SAID, DELETED, *EDITS])
    with store.begin() as session:
        events = stored.of_incident(session, incident.id)
    assert len(events) == ROUNDS
    assert {(event.text, event.deleted) for event in events} == {("", True)}


def test_a_message_erased_for_three_reasons_at_once_is_erased_once(store: Store) -> None:
    """Deleted in Slack, missing from its history, and forgotten on request, all at the same moment."""
    with store.begin() as session:
        incident = declare(session)

    def erase(index: int, message: TimelineEvent) -> None:
        actor = Actor(
            person="U1", channel_id="C1", request_id=message.message_id, at=NOON, is_admin=True
        )
        with store.begin() as session, suppress(AlreadyForgotten):
            if index % 3 == 0:
                recording.record(session, replace(DELETED, message_id=message.message_id), NOON)
            elif index % 3 == 1:
                reconciliation.erase_missing(session, message.channel_id, message.message_id, NOON)
            else:
                forgetting.forget(session, actor, (message.channel_id, message.message_id))

    for number in range(ROUNDS):
        message = replace(SAID, message_id=f"177314400{number}.000100")
        deliver(store, number, [SAID])
        run_concurrently(6, partial(erase, message=message))
    with store.begin() as session:
        events = stored.of_incident(session, incident.id)
    messages = [event for event in events if event.kind in SPOKEN_KINDS]
    assert [(message.text, message.deleted) for message in messages] == [("", True)] * ROUNDS


def test_six_people_resolving_at_once_resolve_the_incident_once(store: Store) -> None:
    bot = Bot(store=store, policy=Policy())
    with store.begin() as session:
        incident = declare(session)

    def resolve(number: int) -> bool:
        actor = Actor(
            person=f"U{number}",
            channel_id=incident.channel_id or "",
            request_id=f"{number}",
            at=NOON,
        )
        try:
            with store.begin() as session:
                use_cases.resolve(session, bot, actor, "pool back")
        except AlreadyResolved:
            return False
        return True

    assert sorted(run_concurrently(6, resolve)) == [False] * 5 + [True]
    with store.begin() as session:
        history_jobs = select(OutboxRow).where(OutboxRow.kind == JobKind.READ_HISTORY)
        assert len(session.exec(history_jobs).all()) == 1
