"""A complete incident as people experience it, over sockets and over signed HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import harness
from tests.support.harness import LiveBot
from tests.support.postgres import postgres_database


@pytest.mark.parametrize("over_http", [False, True], ids=["sockets", "http"])
def test_an_incident_runs_from_declaration_to_digest(tmp_path: Path, over_http: bool) -> None:  # noqa: FBT001
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", over_http=over_http
    ) as live_bot:
        channel = _declare_and_work(live_bot)
        _resolve(live_bot, channel)
        _follow_through(live_bot, channel)


def test_an_incident_runs_from_declaration_to_digest_with_postgresql(postgres: str) -> None:
    with postgres_database(postgres) as database, harness.start_live_bot(database) as live_bot:
        channel = _declare_and_work(live_bot)
        _resolve(live_bot, channel)
        _follow_through(live_bot, channel)


def _declare_and_work(live_bot: LiveBot) -> str:
    answer = live_bot.command("ana", "declare P1 Checkout fails for cards")
    assert "INC-2026-001 declared" in answer
    live_bot.settle()
    channel = str(live_bot.workspace.channel("inc-2026-001-checkout-fails-for-cards").id)
    assert live_bot.workspace.person("ana").id in live_bot.workspace.channel(channel).members
    assert "INC-2026-001 P1, declared: Checkout fails for cards" in live_bot.text_in("incidents")

    live_bot.command("ben", "lead", channel)
    live_bot.workspace.join("ben", channel)
    alert = live_bot.workspace.alert("Beacon", channel, "FIRING error rate 41% on payments-api")
    live_bot.workspace.say("ben", channel, "looking", thread=alert)
    edited = live_bot.workspace.say("ben", channel, "about 3,900 customers could not pay")
    live_bot.workspace.edit(channel, edited, "actually 4,200 customers could not pay")
    cause = live_bot.workspace.say("ben", channel, "root cause: the pool was cut from 40 to 4")
    live_bot.workspace.react("ana", channel, cause, "pushpin")
    live_bot.command("ben", "status identified", channel)
    live_bot.command("ben", "action Alert on pool saturation @mei friday P1", channel)
    live_bot.settle()
    return channel


def _resolve(live_bot: LiveBot, channel: str) -> None:
    assert "is resolved" in live_bot.command("ben", "resolve pool back at 40", channel)
    live_bot.settle()
    messages = live_bot.messages(channel)
    card = messages[2]
    assert card["text"].startswith("INC-2026-001 P1, resolved. Checkout fails for cards.")
    assert live_bot.workspace.pins(channel) == [card["ts"]]
    summary = next(
        message
        for message in messages
        if message["text"].startswith("Postmortem draft: INC-2026-001")
    )
    thread = live_bot.workspace.replies(channel, summary["ts"])
    assert "The pool was cut from 40 to 4" in thread[1]["text"]
    files = [file["name"] for message in thread for file in message.get("files", [])]
    assert files == ["inc-2026-001-v1-timeline.png", "inc-2026-001-v1-postmortem.html"]
    (picture, _page) = live_bot.workspace.files
    assert picture.alt_text.startswith("Timeline for INC-2026-001")
    assert "INC-2026-001 P1, resolved" in live_bot.text_in("incidents")


def _follow_through(live_bot: LiveBot, channel: str) -> None:
    mei = "Alert on pool saturation"
    # Due on Friday 13 March in Mei's zone; ten o'clock in Tokyo the day before is 01:00 UTC.
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 0, 55, tzinfo=UTC))
    live_bot.settle()
    assert live_bot.workspace.dm("mei") == []
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    (reminder,) = live_bot.workspace.dm("mei")
    assert mei in reminder["text"]
    assert "due tomorrow" in reminder["text"]

    live_bot.press("mei", channel, "Mark as done")
    item = next(
        message
        for message in live_bot.messages(channel)
        if mei in message["text"] and "Action item" in message["text"]
    )
    assert "Done by" in item["text"]
    assert "Mark as done" not in str(item["blocks"])

    live_bot.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))
    live_bot.settle()
    (digest,) = [
        message
        for message in live_bot.messages("sre-weekly")
        if "Action items, 9\u201315 March 2026" in message["text"]
    ]
    assert "1 of 1 item due last week is done" in digest["text"]
    assert len(live_bot.workspace.dm("mei")) == 1  # no more reminders once it's done
