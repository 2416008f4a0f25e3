"""Status updates: posted everywhere, requested when due, and listed in the draft."""

from datetime import timedelta
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.domain.timeline import EventKind
from tests.support import harness
from tests.support.harness import LiveBot

_USAGE = "update [30m] &lt;what changed&gt;"


def _card(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return next(
        m for m in live_bot.messages(channel) if m["ts"] in live_bot.workspace.pins(channel)
    )


def _later(live_bot: LiveBot, minutes: int) -> None:
    live_bot.sandbox.clock.advance(timedelta(minutes=minutes))
    live_bot.settle()


def test_an_update_appears_in_the_channel_on_the_card_and_in_the_announcement(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    answer = live_bot.command("ben", "update 15m rolled back, errors are falling", channel)
    assert answer.startswith(
        f"Update recorded. I'm posting it in <#{channel}>. Next update due <!date^"
    )
    live_bot.settle()
    notice = next(m["text"] for m in live_bot.messages(channel) if m["text"].startswith("*Update*"))
    assert notice.startswith("*Update* by Ben Okafor: rolled back, errors are falling\n")
    assert "|2026-03-10 14:15 UTC>" in notice
    assert "UTC): rolled back, errors are falling" in _card(live_bot, channel)["text"]
    assert "*Next update due:*" in str(_card(live_bot, channel)["blocks"])
    assert "UTC): rolled back, errors are falling" in live_bot.text_in("incidents")
    assert (
        len([m for m in live_bot.messages("incidents") if m.get("bot_id")]) == 1
    )  # edited in place


def test_the_severity_sets_when_the_next_update_is_due(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P2 checkout is slow")
    assert "15:00 UTC" in live_bot.command("ben", "update looking", channel)
    live_bot.command("ben", "sev P4", channel)
    assert "No next update scheduled" in live_bot.command("ben", "update nobody sees it", channel)


@pytest.mark.parametrize(
    ("typed", "refusal"), [("", _USAGE), ("30m", _USAGE), ("48h x", "24 hours")]
)
def test_an_invalid_update_is_rejected(live_bot: LiveBot, typed: str, refusal: str) -> None:
    channel = live_bot.declare()
    assert refusal in live_bot.command("ben", f"update {typed}", channel)
    assert [event for event in live_bot.timeline(channel) if event.kind is EventKind.UPDATE] == []


def test_the_update_form_also_sets_the_status(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.press("ben", channel, "Post update")
    blocks = live_bot.workspace.open_view("ben")["blocks"]
    assert [block["element"]["initial_option"]["text"]["text"] for block in blocks[3:4]] == [
        "In 30 min"
    ]
    live_bot.workspace.submit(
        "ben",
        {
            "update": {"update": "the pool is too small"},
            "status": {"status": "identified"},
            "next": {"next": "60"},
        },
    )
    live_bot.settle()
    assert "status *Identified*: the pool is too small" in live_bot.text_in(channel)
    assert "set the status" not in live_bot.text_in(channel)  # one notice says both
    assert "P1, identified" in _card(live_bot, channel)["text"]
    assert "15:00 UTC" in _card(live_bot, channel)["text"]
    kinds = [event.kind for event in live_bot.timeline(channel)]
    assert kinds.count(EventKind.UPDATE) == kinds.count(EventKind.STATUS) == 1


def test_the_lead_is_asked_once_for_each_due_update(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ben", "lead", channel)
    live_bot.command("mei", "update 30m rolled back", channel)
    _later(live_bot, 29)
    assert live_bot.workspace.dm("ben") == []
    _later(live_bot, 2)
    _later(live_bot, 30)
    (request,) = live_bot.workspace.dm("ben")
    assert request["text"].startswith("A status update on INC-2026-001 (checkout fails) is due ")
    assert "Last update: rolled back" in request["text"]
    live_bot.press("ben", "dm", "Post update")
    live_bot.workspace.submit("ben", {"update": {"update": "all is well"}})
    live_bot.settle()
    assert "*Update* by Ben Okafor: all is well" in live_bot.text_in(channel)
    _later(live_bot, 31)
    assert len(live_bot.workspace.dm("ben")) == 2
    assert live_bot.workspace.dm("mei") == []


def test_without_a_lead_the_declarer_is_asked_for_a_due_update(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "update 30m rolled back", channel)
    _later(live_bot, 31)
    (request,) = live_bot.workspace.dm("ana")
    assert "because you declared the incident and it has no lead" in str(request["blocks"])


@pytest.mark.parametrize("command", ["update 2h it holds", "resolve fixed", "cancel a drill"])
def test_no_update_is_requested_once_it_was_posted_or_the_incident_is_over(
    live_bot: LiveBot, command: str
) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "update 30m rolled back", channel)
    _later(live_bot, 20)
    live_bot.command("mei", command, channel)
    _later(live_bot, 20)
    assert live_bot.workspace.dm("ana") == []


def test_a_request_delayed_by_slack_is_dropped_once_the_update_was_posted(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "update 30m rolled back", channel)
    live_bot.settle()
    live_bot.sandbox.faults.on("ratelimited", method="conversations.open", times=1, retry_after=30)
    live_bot.sandbox.clock.advance(timedelta(minutes=31))
    harness.eventually(
        lambda: bool(live_bot.sandbox.record.called("conversations.open")), "it was tried"
    )
    live_bot.command("mei", "update 1h it holds", channel)
    _later(live_bot, 1)
    assert live_bot.workspace.dm("ana") == []


def test_a_stale_post_update_button_in_a_dm_is_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("mei", "update 30m rolled back", channel)
    _later(live_bot, 31)
    live_bot.command("mei", "resolve fixed", channel)
    live_bot.settle()
    live_bot.press("ana", "dm", "Post update")
    assert "INC-2026-001 is already resolved" in live_bot.workspace.ephemerals("ana")[-1]["text"]
    assert live_bot.workspace.open_view("ana") is None


def test_the_postmortem_lists_updates_as_the_communication_log(tmp_path: Any) -> None:
    policy = Policy.model_validate(
        {"posting_interval": 0.01, "postmortem": {"template_by_severity": {"P1": "blameless"}}}
    )
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as live_bot:
        channel = live_bot.declare()
        live_bot.command("ben", "update 15m we will roll back the deploy", channel)
        live_bot.command("ben", "resolve rolled back", channel)
        live_bot.settle()
        text = "\n".join(
            reply["text"]
            for summary in live_bot.messages(channel)
            if summary["text"].startswith("Postmortem draft")
            for reply in live_bot.workspace.replies(channel, summary["ts"])
        )
        _, _, log = text.partition("Communication log")
        assert "internal | We will roll back the deploy (Ben Okafor)" in log


def test_an_update_cannot_ping_everybody(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ben", "update <!channel> <!here> help", channel)
    live_bot.settle()
    ours = [
        m["text"]
        for m in live_bot.messages(channel) + live_bot.messages("incidents")
        if m.get("bot_id")
    ]
    assert any("help" in text for text in ours)
    assert all("<!" not in text.replace("<!date^", "") for text in ours)
