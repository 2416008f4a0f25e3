"""The sandbox's faults, for API calls and for event deliveries."""

import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from sandbox.faults import Faults
from sandbox.server import Sandbox
from tests.sandbox.conftest import Probe, client_of
from tests.sandbox.test_socket_mode import acknowledge, linked, read
from tests.support.harness import eventually


def test_rate_limiting_ends_after_the_given_number_of_calls(sandbox: Sandbox, general: str) -> None:
    sandbox.faults.on("ratelimited", method="chat.postMessage", times=2, retry_after=7)
    client = client_of(sandbox)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=general, text="one")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert client.conversations_info(channel=general)["ok"]
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=general, text="two")
    assert client.chat_postMessage(channel=general, text="three")["ok"]
    statuses = [call.status for call in sandbox.record.called("chat.postMessage")]
    assert statuses == [429, 429, 200]
    assert [message["text"] for message in sandbox.workspace.history("general")] == ["three"]


def test_the_sdk_retries_after_a_rate_limit(sandbox: Sandbox, general: str) -> None:
    sandbox.faults.on("ratelimited", times=1, retry_after=0)
    client = client_of(sandbox, retry_handlers=[RateLimitErrorRetryHandler()])
    assert client.chat_postMessage(channel=general, text="one")["ok"]


def test_server_errors_and_named_errors_are_returned(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.on("server_error", method="auth.test", status=503, times=1)
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == 503
    sandbox.faults.on("error", method="auth.test", error="fatal_error")
    with pytest.raises(SlackApiError, match="fatal_error"):
        client.auth_test()
    sandbox.faults.off("error")
    assert client.auth_test()["ok"]


@pytest.mark.parametrize(("fault", "posted"), [("dropped_before", []), ("dropped_after", ["one"])])
def test_a_dropped_call_takes_effect_only_with_dropped_after(
    sandbox: Sandbox,
    client: WebClient,
    general: str,
    fault: str,
    posted: list[str],
) -> None:
    sandbox.faults.on(fault, method="chat.postMessage", times=1)
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(channel=general, text="one")
    assert [message["text"] for message in sandbox.workspace.history("general")] == posted
    assert sandbox.record.called("chat.postMessage")[0].status == 0


def test_a_late_call_takes_effect_when_its_time_has_come(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    sandbox.faults.on("late", method="chat.postMessage", seconds=18, times=1)
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(channel=general, text="one")
    assert sandbox.workspace.history("general") == []
    sandbox.clock.advance(timedelta(seconds=18))
    eventually(lambda: bool(sandbox.dispatcher.late.done), "it is carried out")
    assert [message["text"] for message in sandbox.workspace.history("general")] == ["one"]


def test_the_sdks_own_retry_posts_twice(sandbox: Sandbox, general: str) -> None:
    """This is why the client that writes has no retry handlers."""
    sandbox.faults.on("dropped_after", method="chat.postMessage", times=1)
    WebClient(sandbox.bot_token, base_url=sandbox.api_url).chat_postMessage(
        channel=general,
        text="one",
    )
    assert [message["text"] for message in sandbox.workspace.history("general")] == ["one", "one"]


def test_a_slow_call_takes_the_given_time(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.on("slow", method="auth.test", seconds=0.2, times=1)
    started = time.monotonic()
    client.auth_test()
    assert time.monotonic() - started >= 0.2


def test_a_duplicate_delivery_has_the_same_event_id(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.faults.on("duplicate", kind="events_api", times=1)
    sandbox.workspace.say("ana", "general", "once")
    sandbox.settle()
    one, two = sandbox.record.deliveries
    assert one.body["event_id"] == two.body["event_id"]
    assert (one.acknowledged, two.acknowledged) == (True, True)
    assert len(probe.events("message")) == 2


def test_reordered_events_arrive_in_reverse(sandbox: Sandbox) -> None:
    sandbox.faults.on("reorder", times=1)
    with linked(sandbox) as link:
        sandbox.workspace.say("ana", "general", "first")
        sandbox.workspace.say("ana", "general", "second")
        for text in ("second", "first"):
            envelope = read(link)
            acknowledge(link, envelope)
            assert envelope["payload"]["event"]["text"] == text
        sandbox.settle()


@pytest.mark.parametrize(("fault", "arrivals"), [("dropped_before", 1), ("dropped_after", 2)])
def test_dropped_deliveries_are_retried(sandbox: Sandbox, fault: str, arrivals: int) -> None:
    sandbox.faults.on(fault, kind="events_api", times=1)
    with linked(sandbox) as link:
        sandbox.workspace.say("ana", "general", "hello")
        envelopes = []
        for _ in range(arrivals):
            envelopes.append(read(link))
            acknowledge(link, envelopes[-1])
        sandbox.settle()
    assert envelopes[-1]["retry_attempt"] == 1
    assert [delivery.acknowledged for delivery in sandbox.record.deliveries] == [False, True]


def test_every_strikes_every_third_call_of_its_method(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.on("ratelimited", method="auth.test", every=3, times=2)
    for _ in range(9):
        with suppress(SlackApiError):
            client.auth_test()
        client.api_test()  # calls of another method don't count
    statuses = [call.status for call in sandbox.record.called("auth.test")]
    assert statuses == [200, 200, 429, 200, 200, 429, 200, 200, 200]


def test_random_faults_depend_on_the_seed() -> None:
    drawn = [_strikes(Faults(seed)) for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert 20 < sum(drawn[0]) < 80


def _strikes(faults: Faults) -> list[bool]:
    faults.on("dropped_after", chance=0.25)
    return [faults.of_call("dropped_after", "auth.test") is not None for _ in range(200)]


def test_duplicates_can_have_new_event_ids(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.faults.on("duplicate", kind="events_api", copies=4, new_ids=True, within=0.05)
    for number in range(40):
        sandbox.workspace.say("ana", "general", f"{number}")
    sandbox.settle()
    arrived = Counter(event["ts"] for event in probe.events("message"))
    assert len(arrived) == 40
    assert set(arrived.values()) == {2, 3, 4, 5}  # a count is missing once in 25,000 seeds
    ids = {delivery.body["event_id"] for delivery in sandbox.record.deliveries}
    assert len(ids) == sum(arrived.values())


def test_reordering_within_a_window_shuffles_all_events(sandbox: Sandbox, probe: Probe) -> None:
    """Deletions arrive before edits, edits before their message, a removal before its reaction."""
    sandbox.faults.on("reorder", within=0.3)
    workspace = sandbox.workspace
    for number in range(10):
        ts = workspace.say("ana", "general", f"{number}")
        workspace.edit("general", ts, f"{number}, edited")
        workspace.react("ben", "general", ts, "pushpin")
        workspace.unreact("ben", "general", ts, "pushpin")
        workspace.delete("general", ts)
    sandbox.settle()
    assert len(probe.bodies) == 50
    happened = [delivery.body["event"]["event_ts"] for delivery in sandbox.record.deliveries]
    assert _count_overtakes(happened) > 100


def _count_overtakes(order: list[str]) -> int:
    return sum(
        later < earlier for index, earlier in enumerate(order) for later in order[index + 1 :]
    )


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("flaky", {}),
        ("ratelimited", {"kind": "events_api"}),
        ("duplicate", {"method": "auth.test"}),
    ],
)
def test_unknown_faults_and_wrong_settings_are_refused(
    sandbox: Sandbox, name: str, settings: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"no fault is called|use (kind|method)="):
        sandbox.faults.on(name, **settings)


def test_the_history_limit_returns_fifteen_messages_a_minute(
    sandbox: Sandbox, client: WebClient, general: str
) -> None:
    for number in range(20):
        sandbox.workspace.say("ana", "general", str(number))
    sandbox.faults.on("history_limited")
    page = client.conversations_history(channel=general, limit=200)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    with pytest.raises(SlackApiError) as caught:
        client.conversations_history(channel=general, limit=200)
    assert caught.value.response.status_code == 429
    assert 55 <= int(caught.value.response.headers["Retry-After"]) <= 60
    first = page["messages"][-1]["ts"]
    assert client.conversations_replies(channel=general, ts=first)[
        "ok"
    ]  # each method has its own limit
    sandbox.clock.advance(timedelta(seconds=61))
    older = client.conversations_history(channel=general, latest=first, limit=200)
    assert [message["text"] for message in older["messages"]][-1] == "0"
