"""Very long texts and pings that people type: Slack still accepts every message."""

import pytest

from bot.domain.markup import shorten
from tests.support.harness import LiveBot

LONG = "x" * 3_000
PINGS = "<!channel> <!here> @channel <@U0> <https://evil|click> & *bold* {{ 7*7 }}"


def test_shortening_a_text_leaves_no_partial_mention() -> None:
    assert shorten("hello <@U123ABC> there", 12) == "hello …"
    assert shorten("a &amp; b", 6) == "a …"
    assert shorten("short", 10) == "short"


@pytest.mark.parametrize("typed", [LONG, PINGS], ids=["long", "pings"])
def test_long_texts_and_pings_break_no_message_and_ping_nobody(
    live_bot: LiveBot, typed: str
) -> None:
    channel = live_bot.declare(f"P1 {typed}")
    for command in ("note", "impact", "action @ben friday"):
        live_bot.command("ana", f"{command} {typed}", channel)
    live_bot.workspace.say("ana", channel, f"root cause: {typed}")
    live_bot.command("ana", f"resolve {typed}", channel)
    live_bot.settle()
    calls = [call for call in live_bot.sandbox.record.calls if call.method != "users.info"]
    assert [(call.method, call.answer) for call in calls if not call.ok] == []
    ours = [
        m for m in live_bot.messages(channel) + live_bot.messages("incidents") if m.get("bot_id")
    ]
    assert len(ours) > 5
    for message in ours:
        assert "<!" not in message["text"].replace("<!date^", "")
        assert "<https://evil|" not in message["text"]
    alts = [file.alt_text for file in live_bot.workspace.files]  # plain text, so without escapes
    assert alts
    assert [alt for alt in alts if not alt or "&lt;" in alt] == []
    for list_command in ("timeline", "actions", "list"):
        assert "<!channel>" not in live_bot.command("ana", list_command, channel)
    assert "<!channel>" not in str(live_bot.workspace.open_view("ana"))
