"""A sandbox with two people, and a small bot that replies as an incident bot would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from slack_bolt import App
from slack_sdk import WebClient

from handlers.slack.log_once import OnceLogger
from handlers.transport.bolt_dispatcher import BoltDispatcher
from handlers.transport.socket_mode import SocketModeClient
from sandbox.clock import Clock
from sandbox.server import Sandbox
from sandbox.stories.story import load
from sandbox.web_client.routes import routes

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def item(text: str) -> list[dict[str, Any]]:
    button = {"type": "button", "text": plain("Mark as done"), "action_id": "done", "value": text}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "actions", "elements": [button]},
    ]


MODAL = {
    "type": "modal",
    "callback_id": "edit",
    "title": plain("Edit the item"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "who",
            "label": plain("Owner"),
            "optional": True,
            "element": {"type": "users_select", "action_id": "person"},
        },
    ],
}


@dataclass
class Bot:
    """Declare incidents, add action items and open a form, with no code of the real bot."""

    client: WebClient
    channels: list[str] = field(default_factory=list)

    def on_command(self, ack: Any, command: Any) -> None:
        verb, _, rest = command.get("text", "").partition(" ")
        if verb == "declare":
            created = self.client.conversations_create(name=f"inc-{len(self.channels) + 1}")
            self.channels.append(created["channel"]["id"])
        if verb == "action":
            self.client.chat_postMessage(channel=self.channels[-1], text=rest, blocks=item(rest))
        if verb == "form":
            self.client.views_open(trigger_id=command["trigger_id"], view=MODAL)
        ack(f"Got it: {verb}")

    def on_done(self, ack: Any, body: Any) -> None:
        ack()
        done = f"Done: {body['actions'][0]['value']}"
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        self.client.chat_update(**where, text=done, blocks=[])

    def on_edit(self, ack: Any, view: Any) -> None:
        if len(view["state"]["values"]["what"]["text"]["value"]) < 5:
            ack(response_action="errors", errors={"what": "Say a little more"})
        else:
            ack()

    def app(self) -> App:
        app = App(
            client=self.client, token_verification_enabled=False, process_before_response=True
        )
        app.command("/incident")(self.on_command)
        app.action("done")(self.on_done)
        app.view("edit")(self.on_edit)
        for event in ("message", "reaction_added", "reaction_removed"):
            app.event(event)(lambda ack: ack())
        return app


@pytest.fixture(name="sandbox")
def running_sandbox() -> Iterator[Sandbox]:
    start = load("checkout").start
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    manifest["features"]["app_home"] = {"home_tab_enabled": True}
    sandbox = Sandbox(manifest, clock=Clock(start))
    sandbox.routes += routes(sandbox)
    with sandbox:
        yield sandbox


@pytest.fixture(name="bot")
def connected_bot(sandbox: Sandbox) -> Iterator[Bot]:
    bot = Bot(WebClient(sandbox.bot_token, base_url=sandbox.api_url))
    socket = SocketModeClient(
        BoltDispatcher(bot.app(), OnceLogger()),
        WebClient(sandbox.app_token, base_url=sandbox.api_url),
    )
    socket.connect()
    yield bot
    socket.close()


@pytest.fixture(name="browser")
def http_browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, follow_redirects=True) as client:
        yield client
