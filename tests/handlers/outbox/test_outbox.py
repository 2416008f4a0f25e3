"""The outbox posts every message once and in order, whatever Slack responds."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import yaml
from sqlmodel import select

from bot.domain.job import Job, JobKind
from handlers.outbox.job_context import JobResult
from handlers.outbox.worker import settle
from storage import outbox, outbox_claims
from storage.outbox_claims import ClaimTerms
from storage.tables import OutboxRow
from tests.support import harness
from tests.support.harness import Town, eventually


def _count_messages(town: Town, channel: str, text: str) -> int:
    return sum(text in message["text"] for message in town.said(channel))


def test_a_rate_limited_message_waits_for_the_retry_after_time(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=30)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_retrying(town), "the posting waits")
    assert _count_messages(town, channel, "set the status") == 0
    town.sandbox.clock.advance(timedelta(seconds=31))
    town.settle()
    assert _count_messages(town, channel, "set the status") == 1


@pytest.mark.parametrize("fault", ["server_error", "dropped_before", "dropped_after"])
def test_a_message_with_an_unknown_outcome_is_posted_exactly_once(town: Town, fault: str) -> None:
    channel = town.declare()
    town.sandbox.faults.on(fault, method="chat.postMessage", times=1)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_retrying(town), "the first try failed")
    town.sandbox.clock.advance(timedelta(seconds=10))
    town.settle()
    assert _count_messages(town, channel, "set the status") == 1


def test_a_thread_reply_with_an_unknown_outcome_is_posted_once(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("dropped_after", method="chat.postMessage", times=2)
    town.incident("ana", "action add an alert @ben friday", channel)
    for _ in range(3):
        eventually(lambda: _is_retrying(town) or town.service.is_quiet(), "the try failed")
        town.sandbox.clock.advance(timedelta(seconds=10))
    town.settle()
    (item,) = [m for m in town.said(channel) if m["text"].startswith("Action item")]
    assert len(town.ws.replies(channel, item["ts"])) == 2


def test_a_channel_whose_creation_response_was_lost_is_used_and_not_created_twice(
    town: Town,
) -> None:
    town.sandbox.faults.on("dropped_after", method="conversations.create", times=1)
    town.incident("ana", "declare db down")
    eventually(lambda: _is_retrying(town), "the first try failed")
    town.sandbox.clock.advance(timedelta(seconds=10))
    town.settle()
    names = [
        channel.name
        for channel in town.sandbox.state.channels.values()
        if channel.name.startswith("inc-")
    ]
    assert names == ["inc-2026-001-db-down"]
    assert _count_messages(town, "inc-2026-001-db-down", "INC-2026-001, declared. db down") == 1


def test_a_permanently_refused_job_is_set_aside_and_later_jobs_run(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on(
        "error", method="conversations.setTopic", times=1, error="restricted_action"
    )
    town.incident("ana", "sev P3", channel)
    town.incident("ana", "resolve", channel)
    town.settle()
    assert "Postmortem draft" in town.texts(channel)
    with town.store.begin() as session:
        (job,) = outbox.list_set_aside(session)
    assert (job.kind, job.reason) == (JobKind.TOPIC, "restricted_action")


def test_messages_waiting_for_slack_are_posted_once_it_is_reachable_again(town: Town) -> None:
    channel = town.declare()
    town.settle()
    town.sandbox.faults.on("dropped_before", method="chat.postMessage")
    town.incident("ana", "status identified", channel)
    for _ in range(2):
        eventually(lambda: _is_retrying(town), "it waits")
        town.sandbox.clock.advance(timedelta(minutes=2))
    eventually(lambda: _is_retrying(town), "it waits for minutes now")
    town.sandbox.faults.clear()
    town.sandbox.cut()
    eventually(
        lambda: _count_messages(town, channel, "set the status") == 1,
        "it is posted after the reconnect",
    )


def test_a_refused_token_sets_no_job_aside(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="chat.postMessage", times=2, error="token_revoked")
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_retrying(town), "the posting waits")
    _let_time_pass(town, step=20.0)
    assert _count_messages(town, channel, "set the status") == 1


def test_a_missing_scope_is_named_and_blocks_no_other_job(tmp_path: Path) -> None:
    manifest = yaml.safe_load((harness.ROOT / "manifest.yml").read_text("utf-8"))
    granted = tuple(s for s in manifest["oauth_config"]["scopes"]["bot"] if s != "pins:write")
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", granted_scopes=granted) as town:
        channel = town.declare("db down")
        assert _count_messages(town, channel, "db down") >= 1
        with town.store.begin() as session:
            (job,) = outbox.list_set_aside(session)
        assert job.reason == "missing_scope, needs pins:write"


def test_a_waiting_message_is_posted_after_a_restart(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=60)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_retrying(town), "the posting waits")
    town.service.stop()
    town.restart(away=timedelta(minutes=2))
    town.settle()
    assert _count_messages(town, channel, "set the status") == 1


def test_an_archived_channel_does_not_hold_up_other_channels(town: Town) -> None:
    channel = town.declare("db down")
    town.ws.archive("ana", channel)
    town.incident("ana", "status identified", channel)
    other = town.declare("cache down")
    town.settle()
    assert _count_messages(town, other, "cache down") >= 1


def test_messages_to_one_channel_keep_their_order(town: Town) -> None:
    channel = town.declare()
    for status in ("investigating", "identified", "monitoring"):
        town.incident("ana", f"status {status}", channel)
    town.settle()
    texts = [m["text"] for m in town.said(channel) if "set the status" in m["text"]]
    assert [text.split("*")[1] for text in texts] == ["investigating", "identified", "monitoring"]


def _is_retrying(town: Town) -> bool:
    """Return whether a job was tried and waits for another try."""
    with town.store.begin() as session:
        return outbox.retrying(session) > 0


def test_a_channel_gets_at_most_one_message_a_second(tmp_path: Path) -> None:
    policy = harness.POLICY.model_copy(update={"posting_interval": 1.0})
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(database, policy=policy, strict=True) as town:
        town.incident("ana", "declare db down")
        _let_time_pass(town)
        channel = str(town.ws.channel("inc-2026-001-db-down").id)
        for status in ("investigating", "identified", "monitoring"):
            town.incident("ana", f"status {status}", channel)
        _let_time_pass(town)
        refused = [call.method for call in town.sandbox.record.calls if call.status == 429]
        assert refused == []
        assert _count_messages(town, channel, "set the status") == 3


def _let_time_pass(town: Town, step: float = 0.3) -> None:
    def is_quiet() -> bool:
        town.sandbox.clock.advance(timedelta(seconds=step))
        return town.service.is_quiet()

    eventually(is_quiet, "the outbox is empty")


def test_a_clock_jump_while_posting_repeats_no_message(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("slow", method="chat.postMessage", times=1, seconds=1.0)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_claimed(town), "it is being posted")
    town.sandbox.clock.advance(timedelta(minutes=10))  # longer than any claim
    town.settle()
    town.service._worker.stop()  # waits for the call in progress
    assert _count_messages(town, channel, "set the status") == 1


def _is_claimed(town: Town) -> bool:
    with town.store.begin() as session:
        return bool(session.exec(select(OutboxRow).where(OutboxRow.state == "claimed")).all())


def test_a_reminder_with_an_unknown_outcome_is_sent_once(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action Alert on saturation @mei friday", channel)
    town.settle()
    town.sandbox.faults.on("dropped_after", method="chat.postMessage", times=1)
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 1, 1, tzinfo=UTC))  # ten in Tokyo
    eventually(lambda: _is_retrying(town), "the first try broke")
    town.sandbox.clock.advance(timedelta(seconds=30))
    town.settle()
    assert len(town.ws.dm("mei")) == 1
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_rate_limited_message_is_retried_without_searching_the_channel(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=1)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_retrying(town), "the posting waits")
    town.sandbox.clock.advance(timedelta(seconds=2))
    town.settle()
    assert _count_messages(town, channel, "set the status") == 1
    assert town.sandbox.record.called("conversations.history") == []


def test_a_message_being_posted_by_one_process_is_not_posted_by_another(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("slow", method="chat.postMessage", times=1, seconds=7.0)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_claimed(town), "it is being posted")
    other = harness.serve(town.sandbox, town.store)
    try:
        for _ in range(4):  # together longer than one claim lasts
            town.sandbox.clock.advance(timedelta(seconds=6))
            until = town.sandbox.clock.now() + timedelta(seconds=15)
            eventually(partial(_claimed_beyond, town, until), "the claim is renewed")
        town.settle()
    finally:
        other.stop()
    assert _count_messages(town, channel, "set the status") == 1


def _claimed_beyond(town: Town, until: datetime) -> bool:
    with town.store.begin() as session:
        query = select(OutboxRow).where(
            OutboxRow.state == "claimed", OutboxRow.kind == JobKind.NOTICE
        )
        row = session.exec(query).first()
        return bool(row and row.claimed_until and row.claimed_until > until)


def test_the_result_of_a_claim_that_was_taken_over_is_discarded(town: Town) -> None:
    town.service._worker.stop()
    stored: list[str] = []
    job = Job(kind=JobKind.MEET, lane="person:U1", about={"person": "U1"})
    at, terms = town.sandbox.clock.now(), ClaimTerms(lease=timedelta(0), pace=timedelta(0))
    with town.store.begin() as session:
        outbox.enqueue(session, job, at)
    with town.store.begin() as session:
        (first,) = outbox_claims.claim(session, at, terms, 1)
    with town.store.begin() as session:
        (second,) = outbox_claims.claim(session, at + timedelta(seconds=1), terms, 1)
    sender = town.service._worker.sender
    settle(sender, first, JobResult(then=lambda _: stored.append("first")))
    settle(sender, second, JobResult(then=lambda _: stored.append("second")))
    assert stored == ["second"]


def test_announcements_of_several_incidents_respect_their_channels_rate(tmp_path: Path) -> None:
    policy = harness.POLICY.model_copy(update={"posting_interval": 1.0})
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(database, policy=policy, strict=True) as town:
        for title in ("db down", "cache down", "queue down"):
            town.incident("ana", f"declare {title}", "general")
        _let_time_pass(town)
        refused = [call.method for call in town.sandbox.record.calls if call.status == 429]
        assert refused == []
        assert _count_messages(town, "incidents", "declared") == 3


@pytest.mark.parametrize(
    "error", [timedelta(days=1), -timedelta(days=1), timedelta(minutes=15)], ids=str
)
def test_a_message_posted_by_a_process_with_a_wrong_clock_is_found_by_the_next(
    town: Town, error: timedelta
) -> None:
    channel = town.declare()
    town.sandbox.faults.on("dropped_after", method="chat.postMessage", times=1)
    town.incident("ana", "status identified", channel)
    eventually(lambda: _is_retrying(town), "the first try failed")
    town.service.stop()
    with town.store.begin() as session:
        for row in session.exec(select(OutboxRow).where(OutboxRow.state == "waiting")):
            row.claimed_at = row.unsure_since = (row.claimed_at or row.written_at) + error
            row.not_before += error
    town.restart(away=timedelta(hours=2))
    town.settle()
    assert _count_messages(town, channel, "set the status") == 1
    searches = [call for call in town.sandbox.record.called("conversations.history")
              if call.args.get("include_all_metadata")]  # fmt: skip
    assert len(searches) == 1
