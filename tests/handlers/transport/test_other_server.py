"""The bot works with any server that has Slack's interfaces, not only with the sandbox."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.config.context import Bot
from bot.config.policy import Policy
from handlers.service import Service, ServiceSettings
from storage.engine import schema
from storage.engine.store import Store
from tests.support.harness import eventually

COMMAND = {
    "command": "/incident", "text": "list", "user_id": "U7", "channel_id": "C7", "team_id": "T7",
    "trigger_id": "1.2.3", "api_app_id": "A7", "is_enterprise_install": "false",
}  # fmt: skip


class MinimalSlack:
    """A minimal Slack server, written from its documentation alone."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []
        routes = [
            Route("/api/auth.test", self._auth, methods=["POST"]),
            Route("/api/apps.connections.open", self._open, methods=["POST"]),
            Route("/api/users.info", self._person, methods=["POST", "GET"]),
            WebSocketRoute("/socket", self._socket),
        ]
        config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        eventually(lambda: self.server.started, "the server started")
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    async def _auth(self, _request: Request) -> JSONResponse:
        identity = {
            "user": "debrief",
            "user_id": "U1",
            "bot_id": "B1",
            "team": "x",
            "team_id": "T7",
        }
        return JSONResponse({"ok": True, "url": "https://x.slack.com/", **identity})

    async def _open(self, _request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "url": f"ws://127.0.0.1:{self.port}/socket"})

    async def _person(self, _request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "user": {"id": "U2", "name": "ana"}})

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": 1})
        envelope = {"envelope_id": "e1", "type": "slash_commands", "accepts_response_payload": True}
        await socket.send_json({**envelope, "payload": COMMAND})
        async for text in socket.iter_text():
            self.responses.append(json.loads(text))


@pytest.fixture
def slack() -> Iterator[MinimalSlack]:
    server = MinimalSlack()
    yield server
    server.server.should_exit = True
    server.thread.join()


def test_the_bot_answers_a_command_from_another_server(slack: MinimalSlack, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/debrief.db")
    schema.upgrade(store)
    api = f"http://127.0.0.1:{slack.port}/api/"
    service_settings = ServiceSettings(bot_token="xoxb-x", app_token="xapp-x", api_url=api, port=0)
    service = Service(Bot(store=store, policy=Policy()), service_settings)
    service.start()
    try:
        eventually(lambda: bool(slack.responses), "the command is answered")
    finally:
        service.stop()
    answer = {"envelope_id": "e1", "payload": {"text": "There are no open incidents."}}
    assert slack.responses == [answer]
