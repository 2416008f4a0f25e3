"""A small workspace, a client and a Bolt app on it. The app is a probe: it keeps what it is given."""

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
    """A manifest that asks for everything, with `scopes`, `events` or `escape` changed."""
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
    """ana and ben in #general, with the bot; ana alone in #secret; nobody's bot in #random."""
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
    """The same, for tests in which somebody has to wait in vain."""
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
    """A Bolt app over Socket Mode, and the bodies that reached it."""

    app: App
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def events(self, event_type: str, subtype: str | None = None) -> list[dict[str, Any]]:
        inner = [body["event"] for body in self.bodies if "event" in body]
        found = [
            each for each in inner if each["type"] == event_type and each.get("subtype") == subtype
        ]
        # Bolt's threads do not keep the order.
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
    """Connected; it takes every event, and a test adds listeners for the rest."""
    made = Probe(bolt_app(sandbox))

    @made.app.use
    def keep(body: dict[str, Any], next: Any) -> Any:  # noqa: A002  Bolt finds it by this name
        made.bodies.append(body)
        return next()

    for event_type in {each.partition(".")[0] for each in EVENTS}:
        made.app.event(event_type)(lambda: None)
    handler = SocketModeHandler(made.app, sandbox.app_token)
    handler.connect()  # type: ignore[no-untyped-call]
    sandbox.wait_connected()
    yield made
    shut(sandbox, handler)
    made.app.listener_runner.listener_executor.shutdown()


def shut(sandbox: Sandbox, handler: SocketModeHandler) -> None:
    """Quickly. websocket-client can sit ten seconds in a select on a socket that it closed itself.

    So the link is cut from this side first, and the client's queue reader, which looks up once a
    second, is given something to read.
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
