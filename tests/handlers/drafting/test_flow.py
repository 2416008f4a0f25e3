"""A postmortem worded by the model: asked once, and drafted without it if it doesn't answer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.drafting_model import DraftingModel
from bot.domain.timeline import EventKind
from handlers.drafting_model.client import MAX_ANSWER_BYTES
from handlers.outbox import worker
from storage import incidents, model_answers
from storage.tables import ModelAnswerRow
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support import harness
from tests.support.harness import TIMEOUT_SECONDS, LiveBot
from tests.support.model_server import MODEL, FakeModel, Fault, Record, running_model
from tests.support.postgres import postgres_database

SAID = "checkout is throwing 502s, 4,200 users affected"
WORDED = "Checkout is throwing 502s, with 4,200 users affected."
PRINTED = f"Wording by {MODEL}; no sentences rejected by the evidence check."


def right(record: Record) -> dict[str, Any]:
    """Say what was said."""
    numbers = [message["n"] for message in record["messages"] if message["text"] == SAID]
    return {"summary": [{"text": WORDED, "messages": numbers}]}


def invented(record: Record) -> dict[str, Any]:
    numbers = [message["n"] for message in record["messages"]][:1]
    texts = ("Kevin broke checkout for 9,000 users.", "A certificate expired at 03:17.")
    return {
        "summary": [{"text": text, "messages": numbers} for text in texts],
        "root_cause": [{"text": WORDED, "messages": [999]}],
    }


@pytest.fixture
def server() -> Iterator[FakeModel]:
    with running_model(FakeModel(answer=right)) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/debrief.db"
    else:
        with postgres_database(request.getfixturevalue("postgres")) as database:
            yield database


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[DraftingModel], LiveBot]]:
    """Start a bot with a model."""
    started: list[Any] = []

    def begin(model: DraftingModel) -> LiveBot:
        started.append(harness.start_live_bot(f"sqlite:///{tmp_path}/m.db", drafting_model=model))
        live_bot: LiveBot = started[-1].__enter__()
        return live_bot

    yield begin
    for context in started:
        context.__exit__(None, None, None)


def resolve(live_bot: LiveBot, *, private: bool = False) -> str:
    """Play an incident, and return its channel."""
    channel = live_bot.declare(private=private)
    if not private:
        live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ana", channel, SAID)
    live_bot.settle()
    live_bot.command("ana", "resolve rolled back", channel)
    live_bot.settle()
    return channel


def markdown(live_bot: LiveBot, channel: str) -> str:
    return latest_postmortem(live_bot, channel).markdown


def stored_answers(live_bot: LiveBot) -> list[str]:
    with live_bot.store.begin() as session:
        return [row.answer for row in session.execute(ModelAnswerRow.__table__.select())]  # type: ignore[attr-defined]


def test_drafting_twice_asks_once_and_gives_the_same_text(server: FakeModel, url: str) -> None:
    with harness.start_live_bot(url, drafting_model=server.client()) as live_bot:
        channel = resolve(live_bot)
        first = latest_postmortem(live_bot, channel)
        assert WORDED in first.markdown
        assert PRINTED in first.markdown
        assert PRINTED in first.html
        assert first.document["model"] == {"name": MODEL, "sentences": 1, "rejected": 0}
        live_bot.command("ana", "postmortem again", channel)
        live_bot.settle()
        again = latest_postmortem(live_bot, channel)
    assert again.version > first.version
    assert again.document["summary"] == first.document["summary"]
    assert len(server.requests) == 1


def test_the_canvas_says_who_worded_it(server: FakeModel, start: Any) -> None:
    live_bot = start(server.client())
    (canvas,) = live_bot.workspace.canvases(resolve(live_bot))
    assert PRINTED in str(canvas)


def test_a_forgotten_message_takes_the_stored_answer_with_it(server: FakeModel, url: str) -> None:
    with harness.start_live_bot(url, drafting_model=server.client()) as live_bot:
        channel = resolve(live_bot)
        assert SAID in str(server.requests)
        (answer,) = stored_answers(live_bot)
        assert WORDED in answer
        server.answer = lambda _record: "no JSON"
        ts = next(e.message_id for e in live_bot.timeline(channel) if e.kind is EventKind.MESSAGE)
        live_bot.workspace.delete(channel, ts)
        live_bot.settle()
        assert all(WORDED not in answer for answer in stored_answers(live_bot))
        assert WORDED not in markdown(live_bot, channel)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(200, {"choices": [{"message": {"content": "Sure! Here's a summary."}}]}),
        Fault(200, " " * (MAX_ANSWER_BYTES + 1)),
        Fault(302, "", {"location": "https://example.org"}),
        Fault(401, {"error": "no"}),
    ],
)
def test_without_a_usable_answer_the_built_in_draft_is_posted(
    server: FakeModel, start: Any, fault: Fault
) -> None:
    server.faults = [fault]
    live_bot = start(server.client())
    with capture_logs() as logged:
        text = markdown(live_bot, resolve(live_bot))
    assert "Wording by" not in text
    assert SAID.partition(",")[0] in text
    assert live_bot.workspace.files  # posted
    assert "drafted without the model" in [each["event"] for each in logged]


def test_a_model_that_is_too_slow_is_not_waited_for(server: FakeModel, start: Any) -> None:
    server.is_stuck = True
    live_bot = start(server.client(timeout=0.3))
    with capture_logs() as logged:
        assert "Wording by" not in markdown(live_bot, resolve(live_bot))
    assert "didn't answer within 0.3 s" in str(logged)


def test_an_overloaded_model_is_asked_again(server: FakeModel, start: Any) -> None:
    server.faults = [Fault(429, "", {"retry-after": "1"})]
    live_bot = start(server.client())
    assert PRINTED in markdown(live_bot, resolve(live_bot))


def test_invented_sentences_are_rejected_and_counted(server: FakeModel, start: Any) -> None:
    server.answer = invented
    live_bot = start(server.client())
    text = markdown(live_bot, resolve(live_bot))
    assert "Kevin" not in text
    assert "certificate" not in text
    assert f"No wording by {MODEL}: 3 sentences rejected by the evidence check." in text


def test_private_incidents_are_sent_only_if_configured(server: FakeModel, start: Any) -> None:
    live_bot = start(server.client())
    assert "Wording by" not in markdown(live_bot, resolve(live_bot, private=True))
    assert server.requests == []


def test_private_incidents_are_sent_if_configured(server: FakeModel, start: Any) -> None:
    live_bot = start(server.client(private=True))
    assert PRINTED in markdown(live_bot, resolve(live_bot, private=True))


def test_an_answer_survives_a_restart_and_only_the_last_is_kept(
    server: FakeModel, url: str
) -> None:
    with harness.start_live_bot(url, drafting_model=server.client()) as live_bot:
        channel = resolve(live_bot)
        with live_bot.store.begin() as session:
            incident = incidents.by_channel(session, channel)
            assert incident
            row = session.get_one(ModelAnswerRow, incident.id)
            key = row.fingerprint
            assert model_answers.find(session, incident.id, key) == row.answer
            assert model_answers.find(session, incident.id, "another") is None
        live_bot.workspace.say("ben", channel, "the cache was full at 14:00")
        live_bot.settle()
        live_bot.command("ana", "postmortem again", channel)
        live_bot.settle()
        assert len(stored_answers(live_bot)) == 1
    assert len(server.requests) == 2


def test_a_draft_is_made_once_and_nothing_waits_while_the_model_thinks(
    server: FakeModel, start: Any
) -> None:
    asked, answered = Event(), Event()

    def think(record: Record) -> dict[str, Any]:
        asked.set()
        assert answered.wait(TIMEOUT_SECONDS)
        return right(record)

    server.answer = think
    live_bot = start(server.client())
    channel = live_bot.declare()
    live_bot.workspace.say("ana", channel, SAID)
    live_bot.settle()
    live_bot.command("ana", "resolve rolled back", channel)
    assert asked.wait(TIMEOUT_SECONDS)
    try:
        for _ in range(4):  # longer than a claim is valid without renewal
            live_bot.sandbox.clock.advance(worker.LEASE / 2)
            assert "late note" in live_bot.command("ana", "note late note", channel)
    finally:
        answered.set()
    live_bot.settle()
    assert latest_postmortem(live_bot, channel).version == 1
    assert len(server.requests) == 1
