"""Very long texts and pings that people type: Slack still accepts every message."""

import pytest

from bot.domain.markup import shorten
from tests.support.harness import Town

LONG = "x" * 3_000
PINGS = "<!channel> <!here> @channel <@U0> <https://evil|click> & *bold* {{ 7*7 }}"


def test_shortening_a_text_leaves_no_partial_mention() -> None:
    assert shorten("hello <@U123ABC> there", 12) == "hello …"
    assert shorten("a &amp; b", 6) == "a …"
    assert shorten("short", 10) == "short"


@pytest.mark.parametrize("typed", [LONG, PINGS], ids=["long", "pings"])
def test_long_texts_and_pings_break_no_message_and_ping_nobody(town: Town, typed: str) -> None:
    channel = town.declare(f"P1 {typed}")
    for command in ("note", "impact", "action @ben friday"):
        town.incident("ana", f"{command} {typed}", channel)
    town.ws.say("ana", channel, f"root cause: {typed}")
    town.incident("ana", f"resolve {typed}", channel)
    town.settle()
    calls = [call for call in town.sandbox.record.calls if call.method != "users.info"]
    assert [(call.method, call.answer) for call in calls if not call.ok] == []
    ours = [m for m in town.said(channel) + town.said("incidents") if m.get("bot_id")]
    assert len(ours) > 5
    for message in ours:
        assert "<!" not in message["text"].replace("<!date^", "")
        assert "<https://evil|" not in message["text"]
    alts = [file.alt_text for file in town.ws.files]  # plain text, so without escapes
    assert alts
    assert [alt for alt in alts if not alt or "&lt;" in alt] == []
    for list_command in ("timeline", "actions", "list"):
        assert "<!channel>" not in town.incident("ana", list_command, channel)
    assert "<!channel>" not in str(town.ws.open_view("ana"))
