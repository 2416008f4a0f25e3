"""The client of the optional model: one answer within the time limit, or an error that says what to do."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest

from bot.config.policy_drafting import DraftingModelPolicy
from bot.config.settings import Settings
from bot.domain.drafting_model import (
    ChatMessage,
    DraftingModelError,
    ModelBusy,
    ModelKeyNotAccepted,
    ModelMoved,
    ModelRejected,
    ModelTooSlow,
    ModelUnknown,
    ModelUnreachable,
    NotACompletion,
)
from handlers.drafting_model import build_model
from handlers.drafting_model.client import MAX_ANSWER_BYTES
from tests.support.model_server import KEY, MODEL, FakeModel, Fault, running_model

ASKED = (ChatMessage("system", "Answer."), ChatMessage("user", "Hello"))
BUSY = Fault(429, {"error": {"message": "slow down"}})


@pytest.fixture
def server() -> Iterator[FakeModel]:
    with running_model(FakeModel(answer=lambda _: {"ok": True})) as running:
        yield running


def test_a_completion_is_asked_for_with_temperature_0_and_as_json(server: FakeModel) -> None:
    assert server.client().complete(ASKED) == '{"ok": true}'
    (body,) = server.requests
    assert (body["model"], body["temperature"]) == (MODEL, 0)
    assert body["response_format"] == {"type": "json_object"}
    assert body["messages"][1] == {"role": "user", "content": "Hello"}


def test_secrets_are_neither_sent_nor_returned(server: FakeModel) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLE"
    server.answer = lambda _: f"the key is {secret}"
    answer = server.client().complete([ChatMessage("user", f"aws key {secret}")])
    assert secret not in answer
    assert secret not in str(server.requests)


def test_a_server_without_a_key_gets_none() -> None:
    with running_model(FakeModel(key="")) as server:
        server.client().check()


@pytest.mark.parametrize(
    ("fault", "error", "part"),
    [
        (Fault(400, {"error": {"message": "no json_object"}}), ModelRejected, "no json_object"),
        (Fault(307, "", {"location": "http://127.0.0.1:1/"}), ModelMoved, "redirects"),
        (Fault(200, "<html>"), NotACompletion, "it isn't JSON"),
        (Fault(200, {"choices": []}), NotACompletion, "no message"),
        (Fault(200, []), NotACompletion, "no message"),
        (Fault(200, {"choices": [{"message": {"content": None}}]}), NotACompletion, "no text"),
        (Fault(200, "[" * 100_000), NotACompletion, "it isn't JSON"),
        (Fault(200, " " * (MAX_ANSWER_BYTES + 1)), NotACompletion, "longer than 1,000,000"),
    ],
)
def test_each_failure_says_what_to_do(
    server: FakeModel, fault: Fault, error: type[DraftingModelError], part: str
) -> None:
    server.faults = [fault]
    with pytest.raises(error) as raised:
        server.client().complete(ASKED)
    assert part in raised.value.plain
    assert len(server.requests) == 1  # neither followed nor repeated


def test_a_refused_key_and_an_unknown_model_are_named(server: FakeModel) -> None:
    with pytest.raises(ModelKeyNotAccepted, match="DEBRIEF_MODEL_KEY"):
        server.client(key="another").check()
    with pytest.raises(ModelUnknown, match="large:70b"):
        server.client(model="large:70b").check()


def test_an_unreachable_server_is_named() -> None:
    with running_model(FakeModel()) as server:
        client = server.client()
    with pytest.raises(ModelUnreachable, match=f"127.0.0.1:{server.port} isn't reachable"):
        client.check()


@pytest.mark.parametrize("way", ["is_stuck", "is_dripping"])
def test_the_time_limit_is_for_the_whole_call(server: FakeModel, way: str) -> None:
    setattr(server, way, True)
    with pytest.raises(ModelTooSlow, match=r"within 0\.2 s"):
        server.client(timeout=0.2).complete(ASKED)


def test_the_time_limit_also_holds_if_the_headers_never_end() -> None:
    ended = Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(250):  # so that a client that waits for the end fails instead of hanging
                if ended.wait(0.02):
                    break
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=drip, args=[listening])
        thread.start()
        server = FakeModel(port=listening.getsockname()[1])
        try:
            with pytest.raises(ModelTooSlow):
                server.client(timeout=0.2).complete(ASKED)
        finally:
            ended.set()
            thread.join()


def test_an_overloaded_server_is_asked_again_after_the_time_it_says(server: FakeModel) -> None:
    server.faults = [Fault(429, "", {"retry-after": "3"}), Fault(503, "")]
    assert server.client().complete(ASKED) == '{"ok": true}'
    assert server.pauses == [3.0, 2.0]


def test_it_is_asked_three_times_at_most(server: FakeModel) -> None:
    server.faults = [BUSY] * 9
    with pytest.raises(ModelBusy, match="slow down"):
        server.client().complete(ASKED)
    assert len(server.requests) == 3


def test_it_is_not_asked_again_after_the_time_limit(server: FakeModel) -> None:
    server.faults = [Fault(429, "", {"retry-after": "31"})]
    with pytest.raises(ModelBusy):
        server.client(timeout=30).complete(ASKED)
    assert (server.pauses, len(server.requests)) == ([], 1)


def test_the_model_is_made_from_the_configuration(server: FakeModel) -> None:
    settings = Settings.model_validate({"debrief_model_key": KEY})
    model = build_model(settings, DraftingModelPolicy(base_url=server.base_url + "/", model=MODEL))
    assert model
    model.check()
    assert (model.name, model.may_read_private) == (MODEL, False)


def test_without_a_configuration_there_is_no_model() -> None:
    assert build_model(Settings(), DraftingModelPolicy()) is None
