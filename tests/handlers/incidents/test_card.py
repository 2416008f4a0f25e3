"""The incident card: its content, buttons and bookmark."""

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


def test_the_card_shows_the_buttons_that_fit_the_status(town: Town) -> None:
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


def test_the_card_of_a_resolved_incident_links_to_its_postmortem(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    row = next(block for block in _card(town, channel)["blocks"] if block["type"] == "actions")
    summary = next(m for m in town.said(channel) if m["text"].startswith("Postmortem draft"))
    assert row["elements"][0]["url"].endswith("p" + summary["ts"].replace(".", ""))
    town.press("ben", channel, "Open the postmortem")
    assert town.ws.ephemerals("ben") == []
    town.incident("ana", "reopen it is back", channel)
    town.settle()
    assert "Open the postmortem" not in _labels(_card(town, channel))


def test_taking_the_lead_explains_the_role_in_an_ephemeral_message(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.press("ben", channel, "Take the lead")
    # A second message offers a summary.
    texts = [message["text"] for message in town.ws.ephemerals("ben")]
    assert "You lead INC-2026-001 now. Runs the response and decides." in texts
    assert "takes the role *lead*" in town.texts(channel)


def test_a_stale_take_the_lead_button_does_not_replace_the_lead(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    town.press("ben", channel, "Take the lead")  # the card still shows the button
    town.press("mei", channel, "Take the lead")
    (reply,) = town.ws.ephemerals("mei")
    assert reply["text"].startswith(f"<@{town.ws.person('ben').id}> leads INC-2026-001 already")
    town.press("ben", channel, "Take the lead")
    assert "already has lead" in town.ws.ephemerals("ben")[-1]["text"]


def test_the_change_severity_form_changes_the_severity(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Change severity")
    field = town.ws.open_view("ben")["blocks"][1]["element"]
    assert field["initial_option"]["value"] == "P1"
    labels = [option["text"]["text"] for option in field["options"]]
    assert "P3: A small fault with a way around it" in labels
    answer = town.ws.submit("ben", {})
    assert "already has severity P1" in answer["errors"]["incident_severity"]
    town.ws.submit("ben", {"incident_severity": {"incident_severity": "P3"}})
    town.settle()
    assert "set the severity to *P3*" in town.texts(channel)
    assert "P3, A small fault" in str(_card(town, channel)["blocks"])


def test_the_resolve_form_says_what_happens_next_and_resolves_the_incident(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Resolve")
    assert f"the draft is posted to <#{channel}>" in str(town.ws.open_view("ben")["blocks"])
    town.ws.submit("ben", {"note": {"note": "the pool is back at 40"}})
    town.settle()
    assert "resolved INC-2026-001: the pool is back at 40" in town.texts(channel)
    assert "Postmortem draft: INC-2026-001" in town.texts(channel)


def test_the_resolve_form_works_without_a_note_when_the_postmortem_is_skipped(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "postmortem skip because it was a drill", channel)
    town.settle()
    town.press("ben", channel, "Resolve")
    assert "no postmortem is drafted" in str(town.ws.open_view("ben")["blocks"])
    town.ws.submit("ben", {})
    town.settle()
    assert "INC-2026-001 P1, resolved" in _card(town, channel)["text"]
    assert "Postmortem draft" not in town.texts(channel)


def test_a_resolve_form_of_an_incident_cancelled_meanwhile_is_rejected(town: Town) -> None:
    channel = town.declare()
    town.press("ben", channel, "Resolve")
    town.incident("ana", "cancel a drill", channel)
    answer = town.ws.submit("ben", {"note": {"note": "restarted"}})
    assert "INC-2026-001 is already cancelled" in answer["errors"]["note"]


def test_stale_buttons_of_a_resolved_incident_are_rejected(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    for label in ("Take the lead", "Change severity", "Resolve"):
        town.press("mei", channel, label)
    texts = [message["text"] for message in town.ws.ephemerals("mei")]
    assert len(texts) == 3
    assert all("INC-2026-001 is already resolved" in text for text in texts)


def test_the_reopen_form_reopens_the_incident(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    town.press("ben", channel, "Reopen")
    town.ws.submit("ben", {"note": {"note": "the errors are back"}})
    town.settle()
    assert "reopened INC-2026-001: the errors are back" in town.texts(channel)
    assert "Resolve" in _labels(_card(town, channel))


def test_assigning_a_role_to_its_holder_is_rejected(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "role scribe @ben", channel)
    answer = town.incident("ana", "role scribe @ben", channel)
    assert answer.startswith("INC-2026-001 already has scribe")


def test_the_card_is_bookmarked_once(town: Town) -> None:
    channel = town.declare()
    (call,) = town.sandbox.record.called("bookmarks.add")
    assert call.args["title"] == "INC-2026-001 at a glance"
    assert call.args["link"].endswith(f"{channel}/p{_card(town, channel)['ts'].replace('.', '')}")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        assert incident.bookmark_id == call.answer["bookmark"]["id"]
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.BOOKMARK), town.sandbox.clock.now()
        )
    town.settle()
    assert len(town.sandbox.record.called("bookmarks.add")) == 1


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after"])
def test_a_bookmark_whose_response_was_lost_is_found_or_added_again(town: Town, fault: str) -> None:
    town.sandbox.faults.on(fault, method="bookmarks.add", times=1)
    channel = town.declare()
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    (bookmark,) = town.ws.channel(channel).bookmarks
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
    assert incident is not None
    assert incident.bookmark_id == bookmark["id"]


def test_without_the_scope_to_list_bookmarks_no_second_one_is_added(tmp_path: Path) -> None:
    """An app installed before the manifest asked for the scope."""
    manifest = yaml.safe_load((harness.ROOT / "manifest.yml").read_text("utf-8"))
    granted = tuple(s for s in manifest["oauth_config"]["scopes"]["bot"] if s != "bookmarks:read")
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", granted_scopes=granted) as town:
        town.sandbox.faults.on("dropped_after", method="bookmarks.add", times=1)
        with capture_logs() as log:
            channel = town.declare()
            town.sandbox.clock.advance(timedelta(minutes=6))
            town.settle()
        assert len(town.ws.channel(channel).bookmarks) == 1
        (line,) = [entry for entry in log if entry["event"] == "bookmark skipped"]
        assert line["reason"] == "missing_scope, needs bookmarks:read"
        with town.store.begin() as session:
            assert outbox.list_set_aside(session) == []


def test_a_refused_bookmark_does_not_hold_up_the_channel(town: Town) -> None:
    town.sandbox.faults.on("error", method="bookmarks.add", error="missing_scope")
    channel = town.declare()
    town.incident("ben", "lead", channel)
    town.settle()
    assert "takes the role *lead*" in town.texts(channel)
    with town.store.begin() as session:
        (job,) = outbox.list_set_aside(session)
    assert (job.kind, job.reason) == (JobKind.BOOKMARK, "missing_scope")
