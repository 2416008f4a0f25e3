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
from tests.support.harness import LiveBot, eventually


def _count_messages(live_bot: LiveBot, channel: str, text: str) -> int:
    return sum(text in message["text"] for message in live_bot.messages(channel))


def test_a_rate_limited_message_waits_for_the_retry_after_time(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=30)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_retrying(live_bot), "the posting waits")
    assert _count_messages(live_bot, channel, "set the status") == 0
    live_bot.sandbox.clock.advance(timedelta(seconds=31))
    live_bot.settle()
    assert _count_messages(live_bot, channel, "set the status") == 1


@pytest.mark.parametrize("fault", ["server_error", "dropped_before", "dropped_after"])
def test_a_message_with_an_unknown_outcome_is_posted_exactly_once(
    live_bot: LiveBot, fault: str
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on(fault, method="chat.postMessage", times=1)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_retrying(live_bot), "the first try failed")
    live_bot.sandbox.clock.advance(timedelta(seconds=10))
    live_bot.settle()
    assert _count_messages(live_bot, channel, "set the status") == 1


def test_a_thread_reply_with_an_unknown_outcome_is_posted_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("dropped_after", method="chat.postMessage", times=2)
    live_bot.command("ana", "action add an alert @ben friday", channel)
    for _ in range(3):
        eventually(lambda: _is_retrying(live_bot) or live_bot.service.is_quiet(), "the try failed")
        live_bot.sandbox.clock.advance(timedelta(seconds=10))
    live_bot.settle()
    (item,) = [m for m in live_bot.messages(channel) if m["text"].startswith("Action item")]
    assert len(live_bot.workspace.replies(channel, item["ts"])) == 2


def test_a_channel_whose_creation_response_was_lost_is_used_and_not_created_twice(
    live_bot: LiveBot,
) -> None:
    live_bot.sandbox.faults.on("dropped_after", method="conversations.create", times=1)
    live_bot.command("ana", "declare db down")
    eventually(lambda: _is_retrying(live_bot), "the first try failed")
    live_bot.sandbox.clock.advance(timedelta(seconds=10))
    live_bot.settle()
    names = [
        channel.name
        for channel in live_bot.sandbox.state.channels.values()
        if channel.name.startswith("inc-")
    ]
    assert names == ["inc-2026-001-db-down"]
    assert _count_messages(live_bot, "inc-2026-001-db-down", "INC-2026-001, declared. db down") == 1


def test_a_permanently_refused_job_is_set_aside_and_later_jobs_run(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on(
        "error", method="conversations.setTopic", times=1, error="restricted_action"
    )
    live_bot.command("ana", "sev P3", channel)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert "Postmortem draft" in live_bot.text_in(channel)
    with live_bot.store.begin() as session:
        (job,) = outbox.list_set_aside(session)
    assert (job.kind, job.reason) == (JobKind.TOPIC, "restricted_action")


def test_messages_waiting_for_slack_are_posted_once_it_is_reachable_again(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.sandbox.faults.on("dropped_before", method="chat.postMessage")
    live_bot.command("ana", "status identified", channel)
    for _ in range(2):
        eventually(lambda: _is_retrying(live_bot), "it waits")
        live_bot.sandbox.clock.advance(timedelta(minutes=2))
    eventually(lambda: _is_retrying(live_bot), "it waits for minutes now")
    live_bot.sandbox.faults.clear()
    live_bot.sandbox.cut()
    eventually(
        lambda: _count_messages(live_bot, channel, "set the status") == 1,
        "it is posted after the reconnect",
    )


def test_a_refused_token_sets_no_job_aside(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="chat.postMessage", times=2, error="token_revoked")
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_retrying(live_bot), "the posting waits")
    _let_time_pass(live_bot, step=20.0)
    assert _count_messages(live_bot, channel, "set the status") == 1


def test_a_missing_scope_is_named_and_blocks_no_other_job(tmp_path: Path) -> None:
    manifest = yaml.safe_load((harness.ROOT / "manifest.yml").read_text("utf-8"))
    granted = tuple(s for s in manifest["oauth_config"]["scopes"]["bot"] if s != "pins:write")
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", granted_scopes=granted
    ) as live_bot:
        channel = live_bot.declare("db down")
        assert _count_messages(live_bot, channel, "db down") >= 1
        with live_bot.store.begin() as session:
            (job,) = outbox.list_set_aside(session)
        assert job.reason == "missing_scope, needs pins:write"


def test_a_waiting_message_is_posted_after_a_restart(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=60)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_retrying(live_bot), "the posting waits")
    live_bot.service.stop()
    live_bot.restart(away=timedelta(minutes=2))
    live_bot.settle()
    assert _count_messages(live_bot, channel, "set the status") == 1


def test_an_archived_channel_does_not_hold_up_other_channels(live_bot: LiveBot) -> None:
    channel = live_bot.declare("db down")
    live_bot.workspace.archive("ana", channel)
    live_bot.command("ana", "status identified", channel)
    other = live_bot.declare("cache down")
    live_bot.settle()
    assert _count_messages(live_bot, other, "cache down") >= 1


def test_messages_to_one_channel_keep_their_order(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    for status in ("investigating", "identified", "monitoring"):
        live_bot.command("ana", f"status {status}", channel)
    live_bot.settle()
    texts = [m["text"] for m in live_bot.messages(channel) if "set the status" in m["text"]]
    assert [text.split("*")[1] for text in texts] == ["Investigating", "Identified", "Monitoring"]


def _is_retrying(live_bot: LiveBot) -> bool:
    """Return whether a job was tried and waits for another try."""
    with live_bot.store.begin() as session:
        return outbox.retrying(session) > 0


def test_a_channel_gets_at_most_one_message_a_second(tmp_path: Path) -> None:
    policy = harness.POLICY.model_copy(update={"posting_interval": 1.0})
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(database, policy=policy, strict=True) as live_bot:
        live_bot.command("ana", "declare db down")
        _let_time_pass(live_bot)
        channel = str(live_bot.workspace.channel("inc-2026-001-db-down").id)
        for status in ("investigating", "identified", "monitoring"):
            live_bot.command("ana", f"status {status}", channel)
        _let_time_pass(live_bot)
        refused = [call.method for call in live_bot.sandbox.record.calls if call.status == 429]
        assert refused == []
        assert _count_messages(live_bot, channel, "set the status") == 3


def _let_time_pass(live_bot: LiveBot, step: float = 0.3) -> None:
    def is_quiet() -> bool:
        live_bot.sandbox.clock.advance(timedelta(seconds=step))
        return live_bot.service.is_quiet()

    eventually(is_quiet, "the outbox is empty")


def test_a_clock_jump_while_posting_repeats_no_message(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("slow", method="chat.postMessage", times=1, seconds=1.0)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_claimed(live_bot), "it is being posted")
    live_bot.sandbox.clock.advance(timedelta(minutes=10))  # longer than any claim
    live_bot.settle()
    live_bot.service._worker.stop()  # waits for the call in progress
    assert _count_messages(live_bot, channel, "set the status") == 1


def _is_claimed(live_bot: LiveBot) -> bool:
    with live_bot.store.begin() as session:
        return bool(session.exec(select(OutboxRow).where(OutboxRow.state == "claimed")).all())


def test_a_reminder_with_an_unknown_outcome_is_sent_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action Alert on saturation @mei friday", channel)
    live_bot.settle()
    live_bot.sandbox.faults.on("dropped_after", method="chat.postMessage", times=1)
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 1, 1, tzinfo=UTC))  # ten in Tokyo
    eventually(lambda: _is_retrying(live_bot), "the first try broke")
    live_bot.sandbox.clock.advance(timedelta(seconds=30))
    live_bot.settle()
    assert len(live_bot.workspace.dm("mei")) == 1
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []


def test_a_rate_limited_message_is_retried_without_searching_the_channel(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=1)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_retrying(live_bot), "the posting waits")
    live_bot.sandbox.clock.advance(timedelta(seconds=2))
    live_bot.settle()
    assert _count_messages(live_bot, channel, "set the status") == 1
    assert live_bot.sandbox.record.called("conversations.history") == []


def test_a_message_being_posted_by_one_process_is_not_posted_by_another(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("slow", method="chat.postMessage", times=1, seconds=7.0)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_claimed(live_bot), "it is being posted")
    other = harness.start_bot(live_bot.sandbox, live_bot.store)
    try:
        for _ in range(4):  # together longer than one claim lasts
            live_bot.sandbox.clock.advance(timedelta(seconds=6))
            until = live_bot.sandbox.clock.now() + timedelta(seconds=15)
            eventually(partial(_claimed_beyond, live_bot, until), "the claim is renewed")
        live_bot.settle()
    finally:
        other.stop()
    assert _count_messages(live_bot, channel, "set the status") == 1


def _claimed_beyond(live_bot: LiveBot, until: datetime) -> bool:
    with live_bot.store.begin() as session:
        query = select(OutboxRow).where(
            OutboxRow.state == "claimed", OutboxRow.kind == JobKind.NOTICE
        )
        row = session.exec(query).first()
        return bool(row and row.claimed_until and row.claimed_until > until)


def test_the_result_of_a_claim_that_was_taken_over_is_discarded(live_bot: LiveBot) -> None:
    live_bot.service._worker.stop()
    stored: list[str] = []
    job = Job(kind=JobKind.MEET, lane="person:U1", about={"person": "U1"})
    at, terms = live_bot.sandbox.clock.now(), ClaimTerms(lease=timedelta(0), pace=timedelta(0))
    with live_bot.store.begin() as session:
        outbox.enqueue(session, job, at)
    with live_bot.store.begin() as session:
        (first,) = outbox_claims.claim(session, at, terms, 1)
    with live_bot.store.begin() as session:
        (second,) = outbox_claims.claim(session, at + timedelta(seconds=1), terms, 1)
    sender = live_bot.service._worker.sender
    settle(sender, first, JobResult(then=lambda _: stored.append("first")))
    settle(sender, second, JobResult(then=lambda _: stored.append("second")))
    assert stored == ["second"]


def test_announcements_of_several_incidents_respect_their_channels_rate(tmp_path: Path) -> None:
    policy = harness.POLICY.model_copy(update={"posting_interval": 1.0})
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(database, policy=policy, strict=True) as live_bot:
        for title in ("db down", "cache down", "queue down"):
            live_bot.command("ana", f"declare {title}", "general")
        _let_time_pass(live_bot)
        refused = [call.method for call in live_bot.sandbox.record.calls if call.status == 429]
        assert refused == []
        assert _count_messages(live_bot, "incidents", "declared") == 3


@pytest.mark.parametrize(
    "error", [timedelta(days=1), -timedelta(days=1), timedelta(minutes=15)], ids=str
)
def test_a_message_posted_by_a_process_with_a_wrong_clock_is_found_by_the_next(
    live_bot: LiveBot, error: timedelta
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("dropped_after", method="chat.postMessage", times=1)
    live_bot.command("ana", "status identified", channel)
    eventually(lambda: _is_retrying(live_bot), "the first try failed")
    live_bot.service.stop()
    with live_bot.store.begin() as session:
        for row in session.exec(select(OutboxRow).where(OutboxRow.state == "waiting")):
            row.claimed_at = row.unsure_since = (row.claimed_at or row.written_at) + error
            row.not_before += error
    live_bot.restart(away=timedelta(hours=2))
    live_bot.settle()
    assert _count_messages(live_bot, channel, "set the status") == 1
    searches = [call for call in live_bot.sandbox.record.called("conversations.history")
              if call.args.get("include_all_metadata")]  # fmt: skip
    assert len(searches) == 1
