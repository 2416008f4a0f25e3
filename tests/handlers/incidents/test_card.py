"""The incident's card: what it shows, and what can be done from it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from structlog.testing import capture_logs

from bot.domain.job import JobKind, make_incident_job
from storage import incidents, outbox
from tests.support import harness
from tests.support.harness import Town


def _card(town: Town, channel: str) -> dict[str, Any]:
    return next(m for m in town.said(channel) if m["ts"] in town.ws.pins(channel))


def _labels(message: dict[str, Any]) -> list[str]:
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


def test_the_buttons_fit_the_state(town: Town) -> None:
    channel = town.declare()
    assert _labels(_card(town, channel))[0] == "Take the lead"
    assert _labels(_card(town, channel))[-2:] == ["Change severity", "Resolve"]
    town.press("ben", channel, "Take the lead")
    assert "Take the lead" not in _labels(_card(town, channel))
    assert f"<@{town.ws.person('ben').id}>" in str(_card(town, channel)["blocks"])
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert _labels(_card(town, channel)) == ["Open the postmortem", "Reopen", "Key times"]
    assert len(_card(town, channel)["blocks"]) <= 12


def test_the_card_of_what_is_over_leads_to_its_postmortem(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    row = next(each for each in _card(town, channel)["blocks"] if each["type"] == "actions")
    summary = next(m for m in town.said(channel) if m["text"].startswith("Postmortem draft"))
    assert row["elements"][0]["url"].endswith("p" + summary["ts"].replace(".", ""))
    town.press("ben", channel, "Open the postmortem")
    assert town.ws.ephemerals("ben") == []
    town.incident("ana", "reopen it is back", channel)
    town.settle()
    assert "Open the postmortem" not in _labels(_card(town, channel))


def test_who_takes_the_lead_reads_what_that_means(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.press("ben", channel, "Take the lead")
    told = [each["text"] for each in town.ws.ephemerals("ben")]  # another offers to catch up
    assert "You lead INC-2026-001 now. Runs the response and decides." in told
    assert "takes the role *lead*" in town.texts(channel)


def test_a_lead_is_not_taken_from_somebody_by_an_old_button(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    town.press("ben", channel, "Take the lead")  # the card still shows the button
    town.press("mei", channel, "Take the lead")
    (told,) = town.ws.ephemerals("mei")
    assert told["text"].startswith(f"<@{town.ws.person('ben').id}> leads INC-2026-001 already")
    town.press("ben", channel, "Take the lead")
    assert "already has lead" in town.ws.ephemerals("ben")[-1]["text"]


def test_the_severity_is_changed_with_a_form(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Change severity")
    field = town.ws.open_view("ben")["blocks"][1]["element"]
    assert field["initial_option"]["value"] == "P1"
    shown = [option["text"]["text"] for option in field["options"]]
    assert "P3: A small fault with a way around it" in shown
    refused = town.ws.submit("ben", {})
    assert "already has severity P1" in refused["errors"]["incident_severity"]
    town.ws.submit("ben", {"incident_severity": {"incident_severity": "P3"}})
    town.settle()
    assert "set the severity to *P3*" in town.texts(channel)
    assert "P3, A small fault" in str(_card(town, channel)["blocks"])


def test_it_is_resolved_with_a_form_that_says_what_follows(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Resolve")
    assert f"the draft is posted to <#{channel}>" in str(town.ws.open_view("ben")["blocks"])
    town.ws.submit("ben", {"note": {"note": "the pool is back at 40"}})
    town.settle()
    assert "resolved INC-2026-001: the pool is back at 40" in town.texts(channel)
    assert "Postmortem draft: INC-2026-001" in town.texts(channel)


def test_it_is_resolved_without_a_word_and_without_a_postmortem(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "postmortem skip because it was a drill", channel)
    town.settle()
    town.press("ben", channel, "Resolve")
    assert "no postmortem is drafted" in str(town.ws.open_view("ben")["blocks"])
    town.ws.submit("ben", {})
    town.settle()
    assert "INC-2026-001 P1, resolved" in _card(town, channel)["text"]
    assert "Postmortem draft" not in town.texts(channel)


def test_a_form_that_was_open_too_long_says_what_is_so_now(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Resolve")
    town.incident("ana", "cancel a drill", channel)
    answer = town.ws.submit("ben", {"note": {"note": "restarted"}})
    assert "INC-2026-001 is already cancelled" in answer["errors"]["note"]


def test_an_old_button_says_what_is_so_now(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    for label in ("Take the lead", "Change severity", "Resolve"):
        town.press("mei", channel, label)
    told = [each["text"] for each in town.ws.ephemerals("mei")]
    assert len(told) == 3
    assert all("INC-2026-001 is already resolved" in each for each in told)


def test_it_is_reopened_with_a_form(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    town.press("ben", channel, "Reopen")
    town.ws.submit("ben", {"note": {"note": "the errors are back"}})
    town.settle()
    assert "reopened INC-2026-001: the errors are back" in town.texts(channel)
    assert "Resolve" in _labels(_card(town, channel))


def test_nobody_gets_a_role_that_they_have(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "role scribe @ben", channel)
    again = town.incident("ana", "role scribe @ben", channel)
    assert again.startswith("INC-2026-001 already has scribe")


def test_the_card_is_bookmarked_once(town: Town) -> None:
    channel = town.declare()
    (made,) = town.sandbox.record.called("bookmarks.add")
    assert made.args["title"] == "INC-2026-001 at a glance"
    assert made.args["link"].endswith(f"{channel}/p{_card(town, channel)['ts'].replace('.', '')}")
    with town.store.begin() as session:
        kept = incidents.by_channel(session, channel)
        assert kept is not None
        assert kept.bookmark_id == made.answer["bookmark"]["id"]
        outbox.enqueue(
            session, make_incident_job(kept.id, JobKind.BOOKMARK), town.sandbox.clock.now()
        )
    town.settle()
    assert len(town.sandbox.record.called("bookmarks.add")) == 1


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after"])
def test_a_bookmark_that_nobody_knows_of_is_looked_for(town: Town, fault: str) -> None:
    town.sandbox.faults.on(fault, method="bookmarks.add", times=1)
    channel = town.declare()
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    (made,) = town.ws.channel(channel).bookmarks
    with town.store.begin() as session:
        kept = incidents.by_channel(session, channel)
    assert kept is not None
    assert kept.bookmark_id == made["id"]


def test_without_the_scope_to_look_no_second_bookmark_is_made(tmp_path: Path) -> None:
    """An app that was installed before the manifest asked for it."""
    asked = yaml.safe_load((harness.ROOT / "manifest.yml").read_text("utf-8"))
    granted = tuple(s for s in asked["oauth_config"]["scopes"]["bot"] if s != "bookmarks:read")
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", granted_scopes=granted) as town:
        town.sandbox.faults.on("dropped_after", method="bookmarks.add", times=1)
        with capture_logs() as log:
            channel = town.declare()
            town.sandbox.clock.advance(timedelta(minutes=6))
            town.settle()
        assert len(town.ws.channel(channel).bookmarks) == 1
        (line,) = [each for each in log if each["event"] == "bookmark skipped"]
        assert line["reason"] == "missing_scope, needs bookmarks:read"
        with town.store.begin() as session:
            assert outbox.list_set_aside(session) == []


def test_a_bookmark_that_is_refused_holds_nothing_up(town: Town) -> None:
    town.sandbox.faults.on("error", method="bookmarks.add", error="missing_scope")
    channel = town.declare()
    town.incident("ben", "lead", channel)
    town.settle()
    assert "takes the role *lead*" in town.texts(channel)
    with town.store.begin() as session:
        (aside,) = outbox.list_set_aside(session)
    assert (aside.kind, aside.reason) == (JobKind.BOOKMARK, "missing_scope")
