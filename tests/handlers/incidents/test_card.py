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
from tests.support.harness import LiveBot


def _card(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return next(
        m for m in live_bot.messages(channel) if m["ts"] in live_bot.workspace.pins(channel)
    )


def _labels(message: dict[str, Any]) -> list[str]:
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


def test_the_card_shows_the_buttons_that_fit_the_status(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert _labels(_card(live_bot, channel))[0] == "Take the lead"
    assert _labels(_card(live_bot, channel))[-2:] == ["Set severity", "Resolve incident"]
    live_bot.press("ben", channel, "Take the lead")
    assert "Take the lead" not in _labels(_card(live_bot, channel))
    assert "*Lead:* Ben Okafor" in str(_card(live_bot, channel)["blocks"])
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    assert _labels(_card(live_bot, channel)) == [
        "Open postmortem",
        "Reopen incident",
        "Set key times",
    ]
    assert len(_card(live_bot, channel)["blocks"]) <= 12


def test_the_card_of_a_resolved_incident_links_to_its_postmortem(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    row = next(block for block in _card(live_bot, channel)["blocks"] if block["type"] == "actions")
    summary = next(
        m for m in live_bot.messages(channel) if m["text"].startswith("Postmortem draft")
    )
    assert row["elements"][0]["url"].endswith("p" + summary["ts"].replace(".", ""))
    live_bot.press("ben", channel, "Open postmortem")
    assert live_bot.workspace.ephemerals("ben") == []
    live_bot.command("ana", "reopen it is back", channel)
    live_bot.settle()
    assert "Open postmortem" not in _labels(_card(live_bot, channel))


def test_taking_the_lead_explains_the_role_in_an_ephemeral_message(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.press("ben", channel, "Take the lead")
    # A second message offers a summary.
    texts = [message["text"] for message in live_bot.workspace.ephemerals("ben")]
    assert (
        "You're now the incident lead for INC-2026-001. Run the response and make the calls."
        in texts
    )
    assert "took on the role of *lead*" in live_bot.text_in(channel)


def test_a_stale_take_the_lead_button_does_not_replace_the_lead(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    live_bot.press("ben", channel, "Take the lead")  # the card still shows the button
    live_bot.press("mei", channel, "Take the lead")
    (reply,) = live_bot.workspace.ephemerals("mei")
    assert reply["text"].startswith(
        f"<@{live_bot.workspace.person('ben').id}> already leads INC-2026-001"
    )
    live_bot.press("ben", channel, "Take the lead")
    assert "The lead of INC-2026-001 is already" in live_bot.workspace.ephemerals("ben")[-1]["text"]


def test_the_change_severity_form_changes_the_severity(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.press("ben", channel, "Set severity")
    field = live_bot.workspace.open_view("ben")["blocks"][1]["element"]
    assert field["initial_option"]["value"] == "P1"
    labels = [option["text"]["text"] for option in field["options"]]
    assert "P3: A minor problem with a workaround" in labels
    answer = live_bot.workspace.submit("ben", {})
    assert "The severity of INC-2026-001 is already P1" in answer["errors"]["incident_severity"]
    live_bot.workspace.submit("ben", {"incident_severity": {"incident_severity": "P3"}})
    live_bot.settle()
    assert "set the severity to *P3*" in live_bot.text_in(channel)
    assert "*Severity:* P3 (A minor problem" in str(_card(live_bot, channel)["blocks"])


def test_the_resolve_form_says_what_happens_next_and_resolves_the_incident(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.press("ben", channel, "Resolve incident")
    assert f"post it in <#{channel}>" in str(live_bot.workspace.open_view("ben")["blocks"])
    live_bot.workspace.submit("ben", {"note": {"note": "the pool is back at 40"}})
    live_bot.settle()
    assert "resolved INC-2026-001: the pool is back at 40" in live_bot.text_in(channel)
    assert "Postmortem draft: INC-2026-001" in live_bot.text_in(channel)


def test_the_resolve_form_works_without_a_note_when_the_postmortem_is_skipped(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "postmortem skip because it was a drill", channel)
    live_bot.settle()
    live_bot.press("ben", channel, "Resolve incident")
    ana = live_bot.workspace.person("ana").id
    assert f"I won't draft a postmortem, because <@{ana}> skipped it." in str(
        live_bot.workspace.open_view("ben")["blocks"]
    )
    live_bot.workspace.submit("ben", {})
    live_bot.settle()
    assert "INC-2026-001 P1, resolved" in _card(live_bot, channel)["text"]
    assert "Postmortem draft" not in live_bot.text_in(channel)


def test_a_resolve_form_of_an_incident_cancelled_meanwhile_is_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.press("ben", channel, "Resolve incident")
    live_bot.command("ana", "cancel a drill", channel)
    answer = live_bot.workspace.submit("ben", {"note": {"note": "restarted"}})
    assert "INC-2026-001 is already cancelled" in answer["errors"]["note"]


def test_stale_buttons_of_a_resolved_incident_are_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("error", method="chat.update", error="cant_update_message")
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    for label in ("Take the lead", "Set severity", "Resolve incident"):
        live_bot.press("mei", channel, label)
    texts = [message["text"] for message in live_bot.workspace.ephemerals("mei")]
    assert len(texts) == 3
    assert all("INC-2026-001 is already resolved" in text for text in texts)


def test_the_reopen_form_reopens_the_incident(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    live_bot.press("ben", channel, "Reopen incident")
    live_bot.workspace.submit("ben", {"note": {"note": "the errors are back"}})
    live_bot.settle()
    assert "reopened INC-2026-001: the errors are back" in live_bot.text_in(channel)
    assert "Resolve incident" in _labels(_card(live_bot, channel))


def test_assigning_a_role_to_its_holder_is_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "role scribe @ben", channel)
    answer = live_bot.command("ana", "role scribe @ben", channel)
    assert answer.startswith("The scribe of INC-2026-001 is already")


def test_the_card_is_bookmarked_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    (call,) = live_bot.sandbox.record.called("bookmarks.add")
    assert call.args["title"] == "INC-2026-001 at a glance"
    assert call.args["link"].endswith(
        f"{channel}/p{_card(live_bot, channel)['ts'].replace('.', '')}"
    )
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        assert incident.bookmark_id == call.answer["bookmark"]["id"]
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.BOOKMARK), live_bot.sandbox.clock.now()
        )
    live_bot.settle()
    assert len(live_bot.sandbox.record.called("bookmarks.add")) == 1


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after"])
def test_a_bookmark_whose_response_was_lost_is_found_or_added_again(
    live_bot: LiveBot, fault: str
) -> None:
    live_bot.sandbox.faults.on(fault, method="bookmarks.add", times=1)
    channel = live_bot.declare()
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    (bookmark,) = live_bot.workspace.channel(channel).bookmarks
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
    assert incident is not None
    assert incident.bookmark_id == bookmark["id"]


def test_without_the_scope_to_list_bookmarks_no_second_one_is_added(tmp_path: Path) -> None:
    """An app installed before the manifest asked for the scope."""
    manifest = yaml.safe_load((harness.ROOT / "manifest.yml").read_text("utf-8"))
    granted = tuple(s for s in manifest["oauth_config"]["scopes"]["bot"] if s != "bookmarks:read")
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", granted_scopes=granted
    ) as live_bot:
        live_bot.sandbox.faults.on("dropped_after", method="bookmarks.add", times=1)
        with capture_logs() as log:
            channel = live_bot.declare()
            live_bot.sandbox.clock.advance(timedelta(minutes=6))
            live_bot.settle()
        assert len(live_bot.workspace.channel(channel).bookmarks) == 1
        (line,) = [entry for entry in log if entry["event"] == "bookmark skipped"]
        assert line["reason"] == "missing_scope, needs bookmarks:read"
        with live_bot.store.begin() as session:
            assert outbox.list_set_aside(session) == []


def test_a_refused_bookmark_does_not_hold_up_the_channel(live_bot: LiveBot) -> None:
    live_bot.sandbox.faults.on("error", method="bookmarks.add", error="missing_scope")
    channel = live_bot.declare()
    live_bot.command("ben", "lead", channel)
    live_bot.settle()
    assert "took on the role of *lead*" in live_bot.text_in(channel)
    with live_bot.store.begin() as session:
        (job,) = outbox.list_set_aside(session)
    assert (job.kind, job.reason) == (JobKind.BOOKMARK, "missing_scope")
