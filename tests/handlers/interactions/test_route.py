"""The route of a request: each payload is parsed once, and nothing behind the parsers reads it.

A payload that notes every read goes through the wire. A second parse, wherever it is, reads the same
field again.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event
from types import FrameType
from typing import Any
from unittest.mock import Mock, sentinel

import pytest
from slack_bolt import BoltContext

from handlers import app
from handlers.transport import bolt_dispatcher
from tests.support import harness
from tests.support.harness import LiveBot

# Only these may read payloads: the first two for the others.
ACCESSORS = {"bot.slack_text.json_values", "handlers.slack.fields"}
PARSERS = ("handlers.slack.", "bot.slack_text.")
Reads = list[tuple[str, str]]  # the module that reads, and the path of the field


class Watched(dict[str, Any]):
    """An object of a payload that notes which of our modules reads which field."""

    reads: Reads
    path: str

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def _note(self, name: str) -> None:
        module = next(_modules(sys._getframe(2)))
        if module.startswith(("bot.", "handlers.", "storage.")):
            self.reads.append((module, f"{self.path}{name}"))


def _modules(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        module = str(frame.f_globals["__name__"])
        if module not in ACCESSORS:
            yield module
        frame = frame.f_back


def _watch(value: Any, reads: Reads, path: str = "") -> Any:
    if isinstance(value, list):
        return [_watch(item, reads, path) for item in value]
    if not isinstance(value, dict):
        return value
    watched = Watched(
        {name: _watch(field, reads, f"{path}{name}.") for name, field in value.items()}
    )
    watched.reads, watched.path = reads, path
    return watched


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    prepare, reads = bolt_dispatcher._prepare_for_bolt, Reads()
    monkeypatch.setattr(
        bolt_dispatcher, "_prepare_for_bolt", lambda body: _watch(prepare(body), reads)
    )
    return reads


def _count(live_bot: LiveBot, reads: Reads, field: str, act: Callable[[], object]) -> int:
    """Do something in Slack, and count how often the bot reads a field of its payload."""
    live_bot.settle()
    reads.clear()
    act()
    live_bot.sandbox.settle(harness.TIMEOUT_SECONDS)
    assert {module for module, _ in reads if not module.startswith(PARSERS)} == set()
    return Counter(path for _, path in reads)[field]


def test_every_kind_of_request_is_parsed_once(live_bot: LiveBot, reads: Reads) -> None:
    channel, ws = live_bot.declare(), live_bot.workspace
    ws.join("ben", channel)
    live_bot.command("ana", "action Add an alert @ben friday P2", channel)
    live_bot.settle()
    item = next(
        message for message in live_bot.messages(channel) if "Action item" in message["text"]
    )
    thread, ts = item["ts"], ws.say("ana", channel, "the cache is full")
    form = {"kind": {"kind": "decision"}}

    def count(field: str, act: Callable[..., object], *values: Any, **named: Any) -> int:
        return _count(live_bot, reads, field, lambda: act(*values, **named))

    assert count("event.ts", ws.say, "ana", channel, "it fails") == 1
    assert count("event.ts", ws.say, "ben", channel, "monday", thread=thread) == 1
    assert count("event.ts", ws.say_to_bot, "ben", "list") == 1
    assert count("event.reaction", ws.react, "ben", channel, ts, "pushpin") == 1
    assert count("text", live_bot.command, "ana", "note it works", channel) == 1
    assert count("actions.action_ts", ws.press, "ben", channel, thread, "item_done:1") == 1
    assert count("message.ts", ws.message_shortcut, "ben", "add_to_timeline", channel, ts) == 1
    assert count("view.hash", ws.submit, "ben", form) == 1
    assert count("event.tab", ws.open_home, "ben") == 1
    assert count("event.channel.name", ws.rename, "ana", channel, "inc-renamed") == 1


def test_a_mention_is_parsed_once_as_each_of_its_two_events(
    live_bot: LiveBot, reads: Reads
) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    assert (
        _count(
            live_bot,
            reads,
            "event.ts",
            lambda: live_bot.workspace.say("ben", channel, "@debrief note it works"),
        )
        == 2
    )


def test_the_worker_is_woken_after_the_handler_has_committed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wake, woken = Event(), list[bool]()
    handlers = {str: lambda _bot, _client, _request: woken.append(wake.is_set())}
    monkeypatch.setattr(app, "HANDLERS", handlers)
    context = BoltContext({"request": "a request"})
    app._handle(sentinel.bot, sentinel.client, wake, context, Mock())
    assert (woken, wake.is_set()) == ([False], True)
