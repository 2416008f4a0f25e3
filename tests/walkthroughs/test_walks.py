"""A complete incident as people experience it, over sockets and over signed HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import harness
from tests.support.harness import Town
from tests.support.postgres import postgres_database


@pytest.mark.parametrize("over_http", [False, True], ids=["sockets", "http"])
def test_an_incident_runs_from_declaration_to_digest(tmp_path: Path, over_http: bool) -> None:  # noqa: FBT001
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=over_http) as town:
        channel = _declare_and_work(town)
        _resolve(town, channel)
        _follow_through(town, channel)


def test_an_incident_runs_from_declaration_to_digest_with_postgresql(postgres: str) -> None:
    with postgres_database(postgres) as database, harness.town(database) as town:
        channel = _declare_and_work(town)
        _resolve(town, channel)
        _follow_through(town, channel)


def _declare_and_work(town: Town) -> str:
    answer = town.incident("ana", "declare P1 Checkout fails for cards")
    assert "INC-2026-001 is declared" in answer
    town.settle()
    channel = str(town.ws.channel("inc-2026-001-checkout-fails-for-cards").id)
    assert town.ws.person("ana").id in town.ws.channel(channel).members
    assert "INC-2026-001 P1, declared: Checkout fails for cards" in town.texts("incidents")

    town.incident("ben", "lead", channel)
    town.ws.join("ben", channel)
    alert = town.ws.alert("Beacon", channel, "FIRING error rate 41% on payments-api")
    town.ws.say("ben", channel, "looking", thread=alert)
    edited = town.ws.say("ben", channel, "about 3,900 customers could not pay")
    town.ws.edit(channel, edited, "actually 4,200 customers could not pay")
    cause = town.ws.say("ben", channel, "root cause: the pool was cut from 40 to 4")
    town.ws.react("ana", channel, cause, "pushpin")
    town.incident("ben", "status identified", channel)
    town.incident("ben", "action Alert on pool saturation @mei friday P1", channel)
    town.settle()
    return channel


def _resolve(town: Town, channel: str) -> None:
    assert "is resolved" in town.incident("ben", "resolve pool back at 40", channel)
    town.settle()
    messages = town.said(channel)
    card = messages[2]
    assert card["text"].startswith("INC-2026-001 P1, resolved. Checkout fails for cards.")
    assert town.ws.pins(channel) == [card["ts"]]
    summary = next(
        message
        for message in messages
        if message["text"].startswith("Postmortem draft: INC-2026-001")
    )
    thread = town.ws.replies(channel, summary["ts"])
    assert "root cause: the pool was cut from 40 to 4" in thread[1]["text"]
    files = [file["name"] for message in thread for file in message.get("files", [])]
    assert files == ["inc-2026-001-v1-timeline.png", "inc-2026-001-v1-postmortem.html"]
    (picture, _page) = town.ws.files
    assert picture.alt_text.startswith("Timeline of INC-2026-001")
    assert "INC-2026-001 P1, resolved" in town.texts("incidents")


def _follow_through(town: Town, channel: str) -> None:
    mei = "Alert on pool saturation"
    # Due on Friday 13 March in Mei's zone; ten o'clock in Tokyo the day before is 01:00 UTC.
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 0, 55, tzinfo=UTC))
    town.settle()
    assert town.ws.dm("mei") == []
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    (reminder,) = town.ws.dm("mei")
    assert mei in reminder["text"]
    assert "due Fri 13 Mar 2026" in reminder["text"]

    town.press("mei", channel, "Mark done")
    item = next(
        message
        for message in town.said(channel)
        if mei in message["text"] and "Action item" in message["text"]
    )
    assert "Done by" in item["text"]
    assert "Mark done" not in str(item["blocks"])

    town.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))
    town.settle()
    (digest,) = [
        message for message in town.said("sre-weekly") if "Action items, week 12" in message["text"]
    ]
    assert "Of 1 that fell due this week, 1 are done (100 %)" in digest["text"]
    assert len(town.ws.dm("mei")) == 1  # no more reminders once it's done
