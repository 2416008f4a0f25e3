"""Times typed by people the bot meets for the first time are read in their time zones."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.timeline import EventKind
from tests.support.harness import LiveBot, eventually

EXPECTED = datetime(2026, 3, 10, 13, 55, tzinfo=UTC)  # 22:55 in Tokyo
ASSUMED = "I couldn't look up your time zone"
TROUBLES: list[dict[str, Any]] = [
    {"name": "error", "error": "fatal_error"},
    {"name": "ratelimited", "retry_after": 60},
    {"name": "server_error", "status": 503},
    {"name": "dropped_before"},
]


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel = live_bot.declare()
    live_bot.workspace.add_person(name="zoe", real_name="Zoe Sato", tz="Asia/Tokyo")
    return channel


def _notes(live_bot: LiveBot, channel: str) -> dict[str, datetime]:
    recorded = live_bot.timeline(channel)
    return {event.text: event.happened_at for event in recorded if event.kind is EventKind.NOTE}


def _find_reply(live_bot: LiveBot, expected: str) -> str:
    def replies() -> list[str]:
        texts = [message["text"] for message in live_bot.workspace.ephemerals("zoe")]
        return [text for text in texts if expected in text]

    eventually(lambda: bool(replies()), f"zoe is told {expected!r}")
    return replies()[-1]


def test_the_time_in_a_first_command_is_read_in_its_authors_zone(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.workspace.join("zoe", channel)
    assert ASSUMED not in live_bot.command("zoe", "note 22:55 restarted the cache", channel)
    assert _notes(live_bot, channel) == {"restarted the cache": EXPECTED}


def test_the_time_in_a_first_mention_is_read_in_its_authors_zone(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.workspace.say("zoe", channel, "@debrief note 22:55 restarted the cache")
    assert ASSUMED not in _find_reply(live_bot, "restarted the cache")
    assert _notes(live_bot, channel) == {"restarted the cache": EXPECTED}


def test_a_first_key_time_is_read_in_its_authors_zone(live_bot: LiveBot, channel: str) -> None:
    live_bot.workspace.join("zoe", channel)
    assert "22:55" not in live_bot.command("zoe", "time started 22:55", channel)
    assert "13:55" in live_bot.command("ana", "time", channel)


def test_a_slow_profile_lookup_is_waited_for(live_bot: LiveBot, channel: str) -> None:
    live_bot.workspace.join("zoe", channel)
    live_bot.sandbox.faults.on("slow", method="users.info", seconds=1.0)
    assert ASSUMED not in live_bot.command("zoe", "note 22:55 restarted the cache", channel)
    assert _notes(live_bot, channel) == {"restarted the cache": EXPECTED}


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble["name"])
def test_utc_is_assumed_and_named_when_the_profile_lookup_fails(
    live_bot: LiveBot, channel: str, trouble: dict[str, Any]
) -> None:
    live_bot.sandbox.faults.on(method="users.info", **trouble)
    live_bot.workspace.join("zoe", channel)
    answer = live_bot.command("zoe", "note 13:55 restarted the cache", channel)
    assert f"{ASSUMED}" in answer
    assert "UTC" in answer
    live_bot.workspace.say("zoe", channel, "@debrief note 13:55 restarted the queue")
    assert ASSUMED in _find_reply(live_bot, "restarted the queue")
    assert ASSUMED not in live_bot.command("zoe", "note restarted the pool", channel)
    live_bot.sandbox.faults.clear()
    assert _notes(live_bot, channel)["restarted the cache"] == EXPECTED
    assert _notes(live_bot, channel)["restarted the queue"] == EXPECTED


def test_utc_is_assumed_when_the_profile_lookup_takes_too_long(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.sandbox.faults.on("slow", method="users.info", seconds=4.0)
    live_bot.workspace.join("zoe", channel)
    assert ASSUMED in live_bot.command("zoe", "note 13:55 restarted the cache", channel)
    assert _notes(live_bot, channel) == {"restarted the cache": EXPECTED}


def _menu_option(live_bot: LiveBot, channel: str, action: str) -> tuple[str, str, str]:
    """Find an option in the card's menu: message, menu and value."""
    for message in live_bot.messages(channel):
        for block in message.get("blocks", []):
            menu = block.get("accessory", {})
            for option in menu.get("options", []):
                if option["value"].startswith(f"{action}:"):
                    return message["ts"], menu["action_id"], option["value"]
    raise AssertionError(f"no menu has {action}")


def test_a_form_asks_for_utc_when_the_profile_lookup_fails(live_bot: LiveBot, channel: str) -> None:
    live_bot.sandbox.faults.on("error", method="users.info", error="fatal_error")
    live_bot.workspace.join("zoe", channel)
    values = {"kind": {"kind": "note"}, "text": {"text": "restarted the cache"}}
    live_bot.workspace.choose("zoe", channel, *_menu_option(live_bot, channel, "incident_note"))
    answer = live_bot.workspace.submit("zoe", values | {"time": {"time": "22:55"}})
    assert ASSUMED in answer["errors"]["time"]
    assert "errors" not in live_bot.workspace.submit(
        "zoe", values | {"time": {"time": "13:55 UTC"}}
    )
    assert _notes(live_bot, channel) == {"restarted the cache": EXPECTED}
