"""Drafting a postmortem blocks neither the channel nor commands."""

from threading import Event

import pytest

from bot.domain.draft import Detail, Draft
from bot.domain.timeline import Record
from bot.drafting.draft import draft
from bot.postmortems import drafts
from tests.support.harness import TIMEOUT_SECONDS, LiveBot


def test_commands_and_messages_are_handled_while_a_postmortem_is_being_drafted(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = live_bot.declare()
    drafting, answered = Event(), Event()

    def hold(record: Record, detail: Detail = Detail.NORMAL) -> Draft:
        drafting.set()
        assert answered.wait(TIMEOUT_SECONDS)
        return draft(record, detail)

    monkeypatch.setattr(drafts, "draft", hold)
    live_bot.command("ana", "resolve cache restarted", channel)
    assert drafting.wait(TIMEOUT_SECONDS)
    try:
        assert "late note" in live_bot.command("ben", "note late note", channel)
        assert "users return" in live_bot.command("mei", "impact users return", channel)
        live_bot.workspace.say("ben", channel, "it was the cache")
        live_bot.sandbox.settle(TIMEOUT_SECONDS)
        assert "it was the cache" in [event.text for event in live_bot.timeline(channel)]
        assert not live_bot.workspace.files
    finally:
        answered.set()
    live_bot.settle()
    assert live_bot.workspace.files
