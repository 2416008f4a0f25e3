"""Every kind of message: its text is complete, and no emoji replaces a word."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.rendering import render
from tests.support import harness
from tests.support.harness import LiveBot

# A name between colons, or a character from the emoji ranges.
EMOJI = re.compile(r"^\W*(?::[a-z0-9_+-]+:|[\u2600-\u27bf\U0001f000-\U0001faff])", re.MULTILINE)
# A text in each template's messages that no other template has.
SIGNS = {
    "announcement": "INC-2026-001 P1, resolved: checkout fails. Channel",
    "card": "Declared by Ana Lopes, 2026-03-10",
    "check_in": "Is INC-2026-002 (",
    "digest": "Action items, ",
    "escalation": "is long overdue",
    "digest_changed": "changed the digest schedule",
    "digest_intro": "I'll post a digest of your team",
    "greeting": "You joined INC-2026-001",
    "hello": "This message is sent only once, and only to you",
    "item": "Action item: ",
    "item_return": "Did this item help",
    "item_thread": "To update this item, reply",
    "lead_wanted": "INC-2026-001 has no lead yet",
    "monthly": "Monthly report: ",
    "meeting": "*Review meeting for INC-2026-001",
    "meeting_draft": "beforehand and add anything that's missing",
    "notice": "resolved INC-2026-001",
    "reminder": "of your action items",
    "refusal_report": "Some steps failed for INC-2026-003",
    "role_help": "assigned you the role",
    "shared_postmortem": "\nFinalized by Mei",
    "summary": "*Finalized* by Mei",
    "update_overdue": "The status update on INC-2026-001 is overdue",
    "update_due": "A status update on INC-2026-001",
}


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """All bot messages of a workspace in which every template is used."""
    settings = harness.POLICY.model_dump(mode="json", exclude={"postmortem"}, exclude_none=True)
    settings["channels"]["escalate"] = "sre-weekly"
    settings["reminders"]["escalate_after_days"] = 1
    for name in ("lead_prompt_minutes", "inactive_hours", "update_overdue_intervals"):
        settings[name] = getattr(Policy(), name)
    policy = Policy.model_validate(settings)
    folder: Path = tmp_path_factory.mktemp("messages")
    url = f"sqlite:///{folder}/debrief.db"
    with harness.start_live_bot(url, policy=policy, first_use=True) as live_bot:
        channel, lead_request = _run_incident(live_bot)
        places = [
            [lead_request],
            *(live_bot.messages(name) for name in (channel, "incidents", "sre-weekly")),
        ]
        parents = [message["ts"] for message in places[1]]
        places += [live_bot.workspace.replies(channel, ts)[1:] for ts in parents]
        for person in ("ana", "ben", "mei"):
            places += [live_bot.workspace.dm(person), live_bot.workspace.ephemerals(person)]
        yield [message for place in places for message in place if message.get("bot_id")]


def _run_incident(live_bot: LiveBot) -> tuple[str, dict[str, Any]]:
    """Run an incident; return its channel and the request for a lead, which is replaced later."""
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.command("ben", "update 15m rolled back", channel)
    live_bot.command("ben", "impact 4,200 customers could not pay", channel)
    live_bot.sandbox.clock.advance(timedelta(minutes=16))
    live_bot.settle()
    lead_request = live_bot.messages(channel)[-1]
    live_bot.command("ana", "lead @mei", channel)
    live_bot.command("mei", "action Add an alert @ben 2026-03-13 P2", channel)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=30))
    live_bot.settle()
    live_bot.command("mei", "resolve fixed", channel)
    live_bot.settle()
    live_bot.command("mei", "meeting 2026-03-13 23:00", channel)  # by Mei's clock
    for step in ("submit good enough", "approve", "finalize"):
        live_bot.command("mei", f"postmortem {step}", channel)
    live_bot.settle()
    _run_following_weeks(live_bot, channel)
    return channel, lead_request


def _run_following_weeks(live_bot: LiveBot, channel: str) -> None:
    """Run the weeks after the incident."""
    for day, hour in ((12, 14), (16, 9), (16, 10)):
        live_bot.sandbox.clock.move_to(datetime(2026, 3, day, hour, 1, tzinfo=UTC))
        live_bot.settle()
    live_bot.press("mei", "sre-weekly", "Digest settings")
    live_bot.workspace.submit(
        "mei", {"comes": {"comes": "yes"}, "day": {"day": "friday"}, "hour": {"hour": "8"}}
    )
    live_bot.settle()
    live_bot.press("ben", channel, "Mark as done")
    live_bot.sandbox.clock.move_to(datetime(2026, 4, 1, 9, 1, tzinfo=UTC))
    live_bot.settle()
    live_bot.command("ana", "lead @mei", live_bot.declare())
    live_bot.settle()
    live_bot.sandbox.faults.on("error", method="conversations.invite", error="cant_invite")
    live_bot.declare()
    live_bot.sandbox.faults.clear()
    live_bot.sandbox.clock.move_to(datetime(2026, 4, 7, 10, 1, tzinfo=UTC))
    live_bot.settle()


def test_every_message_template_is_covered_here(messages: list[dict[str, Any]]) -> None:
    files = {path.stem for path in (render.TEMPLATES / "messages").glob("*.j2")}
    files -= {"lines", "slack_refused"}  # used for answers to commands
    assert set(SIGNS) == files
    for name, sign in SIGNS.items():
        assert any(sign in message["text"] for message in messages), name


def test_every_message_without_a_file_has_a_text_and_few_blocks(
    messages: list[dict[str, Any]],
) -> None:
    for message in messages:
        if not message.get("files"):
            assert message["text"].strip()
        assert len(message.get("blocks", [])) <= 50


def test_no_line_starts_with_an_emoji(messages: list[dict[str, Any]]) -> None:
    for message in messages:
        texts = [message["text"], *_texts(message.get("blocks", []))]
        assert [text for text in texts if EMOJI.search(text)] == []


def test_the_emoji_pattern_matches_only_at_the_start_of_a_line() -> None:
    assert EMOJI.search("well\n:fire: *Fire*")
    assert EMOJI.search("• \U0001f525 fire")
    assert not EMOJI.search("• *Fire* :fire:")


def test_the_card_is_short_but_has_impact_and_last_update(messages: list[dict[str, Any]]) -> None:
    (card,) = [message for message in messages if SIGNS["card"] in message["text"]]
    assert len(card["blocks"]) <= 12
    assert "4,200 customers" in card["text"]
    assert "rolled back" in card["text"]


def _texts(part: Any) -> Iterator[str]:
    """Yield every string in some blocks."""
    if isinstance(part, str):
        yield part
    children = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for child in children:
        yield from _texts(child)
