"""Drafting a postmortem blocks neither the channel nor commands."""

from threading import Event

import pytest

from bot.domain.draft import Detail, Draft
from bot.domain.timeline import Record
from bot.drafting.draft import draft
from bot.postmortems import drafts
from tests.support.harness import PATIENCE, Town


def test_commands_and_messages_are_handled_while_a_postmortem_is_being_drafted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = town.declare()
    drafting, answered = Event(), Event()

    def hold(record: Record, detail: Detail = Detail.NORMAL) -> Draft:
        drafting.set()
        assert answered.wait(PATIENCE)
        return draft(record, detail)

    monkeypatch.setattr(drafts, "draft", hold)
    town.incident("ana", "resolve cache restarted", channel)
    assert drafting.wait(PATIENCE)
    try:
        assert "late note" in town.incident("ben", "note late note", channel)
        assert "users return" in town.incident("mei", "impact users return", channel)
        town.ws.say("ben", channel, "it was the cache")
        town.sandbox.settle(PATIENCE)
        assert "it was the cache" in [event.text for event in town.recorded(channel)]
        assert not town.ws.files
    finally:
        answered.set()
    town.settle()
    assert town.ws.files
