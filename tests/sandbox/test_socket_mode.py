"""Socket Mode on the wire: hello, envelopes, acknowledgements, redelivery, refresh."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websocket import (
    WebSocket,
    WebSocketConnectionClosedException,
    WebSocketTimeoutException,
    create_connection,
)

from sandbox.delivery import NotSettled
from sandbox.server import Sandbox
from tests.sandbox.conftest import EVENTS, furnish, manifest

Body = dict[str, Any]


def new_url(sandbox: Sandbox) -> str:
    client = WebClient(sandbox.app_token, base_url=sandbox.api_url)
    return str(client.apps_connections_open(app_token=sandbox.app_token)["url"])


@contextmanager
def link_to(url: str) -> Iterator[WebSocket]:
    link = create_connection(url, timeout=5)
    try:
        yield link
    finally:
        # close() leaves the socket open when the other side closed first
        link.shutdown()  # type: ignore[no-untyped-call]


def read(link: WebSocket) -> Body:
    return dict(json.loads(link.recv()))


def acknowledge(link: WebSocket, envelope: Body, payload: Body | None = None) -> None:
    acknowledgement: Body = {"envelope_id": envelope["envelope_id"]}
    link.send(json.dumps({**acknowledgement, "payload": payload} if payload else acknowledgement))


@contextmanager
def linked(sandbox: Sandbox) -> Iterator[WebSocket]:
    with link_to(new_url(sandbox)) as link:
        assert read(link)["type"] == "hello"
        yield link


def test_hello_reports_the_number_of_connections(sandbox: Sandbox) -> None:
    with link_to(new_url(sandbox)) as one, link_to(new_url(sandbox)) as two:
        hello = read(one)
        assert hello["num_connections"] == 1
        assert hello["debug_info"]["approximate_connection_time"] > 0
        assert hello["connection_info"] == {"app_id": sandbox.state.identity.app_id}
        assert read(two)["num_connections"] == 2


def test_a_connection_url_works_once(sandbox: Sandbox) -> None:
    url = new_url(sandbox)
    with link_to(url) as one:
        assert read(one)["type"] == "hello"
        with link_to(url) as two:
            assert two.recv() == ""  # closed


def test_each_envelope_goes_to_one_of_the_connections(sandbox: Sandbox) -> None:
    with linked(sandbox) as one, linked(sandbox) as two:
        for number in range(4):
            sandbox.workspace.say("ana", "general", f"{number}")
        for link in (one, two, one, two):
            acknowledge(link, read(link))
        sandbox.settle()
        assert [delivery.acknowledged for delivery in sandbox.record.deliveries] == [True] * 4


def test_an_envelope_may_be_acknowledged_on_another_connection(sandbox: Sandbox) -> None:
    with linked(sandbox) as one, linked(sandbox) as two:
        sandbox.workspace.say("ana", "general", "hello")
        acknowledge(two, read(one))
        sandbox.settle()


def test_an_unacknowledged_event_is_redelivered_on_slacks_schedule(impatient: Sandbox) -> None:
    with linked(impatient) as link:
        impatient.workspace.say("ana", "general", "hello")
        first, second = read(link), read(link)
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        with pytest.raises(NotSettled, match="events_api message"):
            impatient.settle(0.6)
        impatient.clock.advance(timedelta(seconds=60))
        assert read(link)["retry_attempt"] == 2
        with pytest.raises(NotSettled):
            impatient.settle(0.6)
        impatient.clock.advance(timedelta(seconds=300))
        acknowledge(link, read(link))
        impatient.settle()
    outcomes = [
        (delivery.attempt, delivery.acknowledged) for delivery in impatient.record.deliveries
    ]
    assert outcomes == [(0, False), (1, False), (2, False), (3, True)]


def test_an_event_is_given_up_after_the_last_retry() -> None:
    with Sandbox(manifest(), ack_timeout=0.05, retries=(0, 0)) as sandbox:
        furnish(sandbox).workspace.say("ana", "general", "hello")
        sandbox.settle()
        reasons = [delivery.reason for delivery in sandbox.record.deliveries]
        assert reasons == ["not_connected"] * 3


def test_an_event_without_a_connection_is_delivered_by_a_retry(sandbox: Sandbox) -> None:
    sandbox.workspace.say("ana", "general", "hello")
    with linked(sandbox) as link:
        sandbox.clock.advance(timedelta(seconds=60))
        envelope = read(link)
        assert envelope["retry_attempt"] == 2
        acknowledge(link, envelope)
        sandbox.settle()


def test_an_event_before_the_start_is_delivered_after_it() -> None:
    sandbox = Sandbox(manifest(), retries=(0.2,))
    furnish(sandbox).workspace.say("ana", "general", "early")
    with sandbox, linked(sandbox) as link:
        envelope = read(link)
        assert envelope["payload"]["event"]["text"] == "early"
        acknowledge(link, envelope)
        sandbox.settle()


def test_a_disconnect_message_asks_the_app_for_a_new_connection(sandbox: Sandbox) -> None:
    with linked(sandbox) as old:
        sandbox.disconnect("refresh_requested")
        message = read(old)
        assert (message["type"], message["reason"]) == ("disconnect", "refresh_requested")
        with linked(sandbox) as new:
            sandbox.workspace.say("ana", "general", "hello")
            acknowledge(new, read(new))
            sandbox.settle()


def test_a_cut_connection_fails_on_reading(sandbox: Sandbox) -> None:
    with linked(sandbox) as link:
        sandbox.cut()
        with pytest.raises((WebSocketConnectionClosedException, ConnectionError)):
            link.recv()


def test_a_muted_connection_stays_open_and_sends_nothing() -> None:
    with Sandbox(manifest(), ack_timeout=0.1, retries=(0.1,) * 50) as sandbox:
        furnish(sandbox)
        with linked(sandbox) as link:
            sandbox.mute()
            sandbox.workspace.say("ana", "general", "unheard")
            link.ping()
            link.settimeout(0.3)
            with pytest.raises(WebSocketTimeoutException):
                link.recv()  # neither an envelope nor a pong
            with linked(sandbox) as other:  # a new connection works
                redelivered = read(other)
                assert redelivered["payload"]["event"]["text"] == "unheard"
                assert redelivered["retry_attempt"] > 0
                acknowledge(other, redelivered)
                sandbox.settle()
            sandbox.unmute()
            sandbox.send_raw("back")
            assert link.recv() == "back"


def test_a_muted_connection_closed_by_the_app_gets_no_more_events(sandbox: Sandbox) -> None:
    with linked(sandbox):
        sandbox.mute()
    with linked(sandbox) as link:
        for number in range(3):
            sandbox.workspace.say("ana", "general", f"{number}")
            acknowledge(link, read(link))
        sandbox.settle()
    assert all(delivery.acknowledged for delivery in sandbox.record.deliveries)
    sandbox.unmute()


def test_new_connections_can_be_refused(sandbox: Sandbox) -> None:
    url = new_url(sandbox)
    with linked(sandbox) as link:
        sandbox.refuse_links(refuse=True)
        with pytest.raises(SlackApiError) as caught:
            new_url(sandbox)
        assert caught.value.response.status_code == 503
        with link_to(url) as refused:
            assert refused.recv() == ""  # closed
        sandbox.send_raw("not json")
        assert link.recv() == "not json"
        sandbox.refuse_links(refuse=False)
        with linked(sandbox):
            pass


def test_a_command_is_sent_once_and_returns_the_apps_response(sandbox: Sandbox) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  only here

    with linked(sandbox) as link, ThreadPoolExecutor(1) as executor:
        pending = executor.submit(sandbox.workspace.command, "ana", "general", "/probe", "x")
        envelope = read(link)
        assert envelope["type"] == "slash_commands"
        assert envelope["accepts_response_payload"] is True
        assert "retry_attempt" not in envelope
        acknowledge(link, envelope, {"text": "done", "response_type": "in_channel"})
        answer = pending.result(5)
    assert (answer.status, answer.text, answer.response_type) == ("ok", "done", "in_channel")
    assert sandbox.workspace.history("general")[-1]["text"] == "done"


def test_only_subscribed_events_with_a_granted_scope_are_sent() -> None:
    events = [event_name for event_name in EVENTS if event_name != "message.groups"]
    without_scope = [
        scope for scope in manifest()["oauth_config"]["scopes"]["bot"] if "pins" not in scope
    ]
    with Sandbox(manifest(events=events, scopes=without_scope)) as sandbox, linked(sandbox) as link:
        workspace = furnish(sandbox).workspace
        workspace.invite_bot("secret")
        joined = read(link)
        acknowledge(link, joined)
        assert joined["payload"]["event"]["type"] == "member_joined_channel"
        workspace.say("ana", "secret", "not subscribed")
        ts = workspace.say("ana", "general", "subscribed")
        workspace.pin("ana", "general", ts)  # subscribed, but the scope is missing
        envelope = read(link)
        acknowledge(link, envelope)
        assert envelope["payload"]["event"]["text"] == "subscribed"
        sandbox.settle()
        assert len(sandbox.record.deliveries) == 2
