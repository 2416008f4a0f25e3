"""A small sandbox workspace with a client, and a Bolt app that collects what it receives."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from sandbox.server import Sandbox

SCOPES = [
    "app_mentions:read", "bookmarks:read", "bookmarks:write", "canvases:write", "channels:history",
    "channels:join", "channels:manage", "channels:read", "chat:write", "commands", "files:read",
    "files:write", "groups:history", "groups:read", "groups:write", "im:history", "im:read",
    "im:write", "pins:read", "pins:write", "reactions:read", "reactions:write", "team:read",
    "usergroups:read", "users:read",
]  # fmt: skip
EVENTS = [
    "app_home_opened", "app_mention", "channel_archive", "channel_created", "channel_rename",
    "file_shared", "group_archive", "group_rename", "member_joined_channel", "member_left_channel",
    "message.channels", "message.groups", "message.im", "pin_added", "pin_removed",
    "reaction_added", "reaction_removed",
]  # fmt: skip


def manifest(**changes: Any) -> dict[str, Any]:
    """A manifest with every scope and event, or with other `scopes`, `events` or `escape`."""
    command = {"command": "/probe", "should_escape": changes.get("escape", True)}
    shortcuts = [
        {"name": "Global", "type": "global", "callback_id": "everywhere"},
        {"name": "Message", "type": "message", "callback_id": "on_message"},
    ]
    return {
        "display_information": {"name": "Probe"},
        "features": {
            "app_home": {"home_tab_enabled": True},
            "bot_user": {"display_name": "probe"},
            "shortcuts": shortcuts,
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": changes.get("scopes", SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": changes.get("events", EVENTS)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


def furnish(sandbox: Sandbox) -> Sandbox:
    """Add ana and ben to #general with the bot, and ana alone to #secret and #random."""
    workspace = sandbox.workspace
    workspace.add_person("ana", "Ana Lopes", "Europe/Lisbon", email="ana@example.com")
    workspace.add_person("ben", "Ben Okri", "Africa/Lagos")
    workspace.add_channel("general", ["ana", "ben", "probe"])
    workspace.add_channel("random", ["ana"])
    workspace.add_channel("secret", ["ana"], private=True)
    return sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(manifest()) as running:
        yield furnish(running)


@pytest.fixture
def impatient() -> Iterator[Sandbox]:
    """The same, with a short acknowledgement timeout for tests that wait in vain."""
    with Sandbox(manifest(), ack_timeout=0.3) as running:
        yield furnish(running)


@pytest.fixture
def general(sandbox: Sandbox) -> str:
    return sandbox.workspace.channel("general").id


def client_of(sandbox: Sandbox, **settings: Any) -> WebClient:
    settings = {"retry_handlers": [], "timeout": 5, **settings}
    return WebClient(sandbox.bot_token, base_url=sandbox.api_url, **settings)


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return client_of(sandbox)


@dataclass
class Probe:
    """A Bolt app over Socket Mode, and the request bodies it received."""

    app: App
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def events(self, event_type: str, subtype: str | None = None) -> list[dict[str, Any]]:
        inner = [body["event"] for body in self.bodies if "event" in body]
        found = [
            event
            for event in inner
            if event["type"] == event_type and event.get("subtype") == subtype
        ]
        # Bolt's threads don't keep the order.
        return sorted(found, key=lambda each: str(each["event_ts"]))


def bolt_app(sandbox: Sandbox) -> App:
    identity = sandbox.state.identity

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team_id,
            bot_token=sandbox.bot_token,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user_id,
        )

    return App(
        client=client_of(sandbox),
        authorize=authorize,
        signing_secret=sandbox.signing_secret,
        process_before_response=True,
        ignoring_self_events_enabled=False,
    )


@pytest.fixture
def probe(sandbox: Sandbox) -> Iterator[Probe]:
    """A connected app that accepts every event; a test adds listeners for the rest."""
    probe_app = Probe(bolt_app(sandbox))

    @probe_app.app.use
    def keep(body: dict[str, Any], next: Any) -> Any:  # noqa: A002  Bolt finds it by this name
        probe_app.bodies.append(body)
        return next()

    for event_type in {event_name.partition(".")[0] for event_name in EVENTS}:
        probe_app.app.event(event_type)(lambda: None)
    handler = SocketModeHandler(probe_app.app, sandbox.app_token)
    handler.connect()  # type: ignore[no-untyped-call]
    sandbox.wait_connected()
    yield probe_app
    disconnect(sandbox, handler)
    probe_app.app.listener_runner.listener_executor.shutdown()


def disconnect(sandbox: Sandbox, handler: SocketModeHandler) -> None:
    """Disconnect quickly: websocket-client can spend ten seconds selecting on a socket it closed itself.

    So the connection is cut from the sandbox's side first, and the client's queue reader, which
    checks once a second, gets an item to read.
    """
    client = handler.client
    client.auto_reconnect_enabled = False
    sandbox.cut()
    until = time.monotonic() + 5
    session = client.current_session
    while session and session.sock and time.monotonic() < until:
        time.sleep(0.005)
    client.message_processor.event.set()
    client.message_queue.put(None)
    handler.close()  # type: ignore[no-untyped-call]
