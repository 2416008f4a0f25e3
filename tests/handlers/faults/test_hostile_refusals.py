"""A refusal repeats what was typed without a live mention or a disguised link."""

import re

import pytest

from tests.support.harness import LiveBot, eventually

HOSTILE = "<!channel> <!here> <@U0EVIL> <#C0EVIL> <https://evil.example|https://good.example>"
LIVE = re.compile(r"<(?:!(?!date)|@U0EVIL|#C0EVIL)[^<>]*>|<https?://evil[^<>]*\|[^<>]*>")
# Commands that repeat what follows them when they don't understand it.
COMMANDS = [
    "away {}", "sev {}", "status {}", "role {}", "role {} @ana", "time {} 14:00", "time started {}",
    "postmortem {}", "services {}", "meeting {}", "search severity:{}", "search after:{}", "figures {}", "done {}",
    "drop {}", "actions {}", "digest {}", "note 25:99 {}", "declare {}", "check {}", "{}",
]  # fmt: skip


def _answers(live_bot: LiveBot) -> list[str]:
    return [message["text"] for message in live_bot.workspace.ephemerals("ana")]


def test_a_refused_command_is_quoted_without_live_markup(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = live_bot.declare()
    # Slack sends @channel as a live mention.
    monkeypatch.setattr(type(live_bot.workspace), "_escaped", lambda _, text: text)
    for command in COMMANDS:
        answer = live_bot.command("ana", command.format(HOSTILE), channel)
        assert LIVE.findall(answer) == [], command
        if "good.example" in answer:
            assert "https://evil.example" in answer, command


def test_a_refused_mention_or_direct_message_is_quoted_without_live_markup(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    for command in ("away {}", "role {}", "nonsense {}"):
        before = len(_answers(live_bot))
        text = command.format(HOSTILE)
        live_bot.workspace.say("ana", channel, f"@debrief {text}")
        eventually(lambda n=before: len(_answers(live_bot)) > n, "ana is answered")  # type: ignore[misc]
        live_bot.workspace.say_to_bot("ana", text)
        eventually(lambda n=before: len(_answers(live_bot)) > n + 1, "ana is answered directly")  # type: ignore[misc]
    assert [live for answer in _answers(live_bot) for live in LIVE.findall(answer)] == []
