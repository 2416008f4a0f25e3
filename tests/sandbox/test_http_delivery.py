"""Delivery over signed HTTP to a real Bolt app behind a real web server, with Slack's retries."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import Ack, BoltRequest, BoltResponse
from slack_sdk import WebClient

from sandbox.server import Sandbox
from tests.sandbox.conftest import bolt_app, furnish, manifest

Body = dict[str, Any]


@contextmanager
def serve(answer: Any) -> Iterator[tuple[str, list[BoltRequest]]]:
    """Serve `answer(request)` on a request URL; yield the URL and the requests received."""
    requests: list[BoltRequest] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers: dict[str, str | Sequence[str]] = {**dict(self.headers.items())}
            request = BoltRequest(body=body, headers=headers)
            requests.append(request)
            response: BoltResponse = answer(request)
            content = response.body.encode()
            self.send_response(response.status)
            for name, value in response.first_headers_without_set_cookie().items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/slack/events", requests
        finally:
            server.shutdown()
            thread.join()


def test_bolt_receives_events_commands_and_buttons_over_http(  # noqa: PLR0915 - one scenario
    sandbox: Sandbox, client: WebClient
) -> None:
    app = bolt_app(sandbox)
    texts: list[str] = []
    app.event("message")(lambda event: texts.append(event["text"]))

    @app.command("/probe")
    def answer(ack: Ack, command: Body) -> None:
        ack(f"took {command['text']}")

    @app.action("take")
    def on_take(ack: Ack, action: Body) -> None:
        ack()
        texts.append(action["value"])

    general = sandbox.workspace.channel("general").id
    element = {"type": "plain_text", "text": "Take"}
    button = {"type": "button", "action_id": "take", "value": "it", "text": element}
    with serve(app.dispatch) as (url, requests):
        sandbox.deliver_over_http(url)
        assert sandbox.verify_url()
        sandbox.workspace.say("ana", "general", "héllo")
        sandbox.settle()
        blocks = [{"type": "actions", "elements": [button]}]
        ts = client.chat_postMessage(channel=general, text="card", blocks=blocks)["ts"]
        sandbox.settle()
        result = sandbox.workspace.command("ana", "general", "/probe", "50% & more")
        sandbox.workspace.press("ana", "general", ts, "take")
    assert result.text == "took 50% &amp; more"
    assert texts == ["héllo", "card", "it"]
    assert all(delivery.acknowledged for delivery in sandbox.record.deliveries)
    assert "x-slack-signature" in requests[0].headers
    with pytest.raises(Exception, match="socket_mode_not_enabled"):
        client.apps_connections_open(app_token=sandbox.app_token)


def test_a_failed_delivery_is_retried_on_slacks_schedule(sandbox: Sandbox) -> None:
    with serve(lambda _: BoltResponse(status=500)) as (url, requests):
        sandbox.deliver_over_http(url)
        sandbox.workspace.say("ana", "general", "hello")
        _wait_for_deliveries(sandbox, 2)
        sandbox.clock.advance(timedelta(seconds=60))
        _wait_for_deliveries(sandbox, 3)
        sandbox.clock.advance(timedelta(seconds=300))
        sandbox.settle()
    numbers = [request.headers.get("x-slack-retry-num", ["0"])[0] for request in requests]
    assert numbers == ["0", "1", "2", "3"]
    assert requests[1].headers["x-slack-retry-reason"] == ["http_error"]
    assert {request.body["event_id"] for request in requests} == {requests[0].body["event_id"]}
    assert not any(delivery.acknowledged for delivery in sandbox.record.deliveries)


def test_an_app_may_decline_retries(sandbox: Sandbox) -> None:
    refusal = BoltResponse(status=500, headers={"x-slack-no-retry": ["1"]})
    with serve(lambda _: refusal) as (url, requests):
        sandbox.deliver_over_http(url)
        sandbox.workspace.say("ana", "general", "hello")
        sandbox.settle()
        assert sandbox.workspace.command("ana", "general", "/probe").status == "dispatch_failed"
    assert len(requests) == 2


def test_slow_and_unreachable_apps_time_out_or_fail() -> None:
    with Sandbox(manifest(), ack_timeout=0.1, retries=()) as sandbox:
        furnish(sandbox)
        slow = threading.Event()

        def answer(_: BoltRequest) -> BoltResponse:
            slow.wait(5)
            return BoltResponse(status=200)

        with serve(answer) as (url, _):
            sandbox.deliver_over_http(url)
            assert sandbox.workspace.command("ana", "general", "/probe").status == (
                "operation_timeout"
            )
            slow.set()
        assert sandbox.workspace.command("ana", "general", "/probe").status == "dispatch_failed"
        reasons = [delivery.reason for delivery in sandbox.record.deliveries]
        assert reasons == ["http_timeout", "connection_failed"]


def _wait_for_deliveries(sandbox: Sandbox, deliveries: int) -> None:
    for _ in range(200):
        if len(sandbox.record.deliveries) >= deliveries:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{len(sandbox.record.deliveries)} of {deliveries} deliveries")
