"""A chat completion server on loopback, which answers as a test tells it to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from handlers.drafting_model.client import ModelClient, ModelServer
from handlers.transport.http_server import Listener

MODEL, KEY = "tiny:1b", "a-key-of-ours"
Record = dict[str, Any]


@dataclass
class Fault:
    """The response to the next call."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class FakeModel:
    """A server with one model. `answer` makes the answer from the record that it was sent."""

    answer: Callable[[Record], Any] = lambda _record: {"summary": []}
    key: str = KEY
    faults: list[Fault] = field(default_factory=list)
    is_stuck: bool = False  # takes requests, and never answers
    is_dripping: bool = False  # answers one byte at a time, and never finishes
    requests: list[dict[str, Any]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self, *, timeout: float = 30, private: bool = False, **more: Any) -> ModelClient:
        """Return a client of it that records its pauses instead of waiting."""
        facts = {"base_url": self.base_url, "model": MODEL, "key": self.key, "timeout": timeout}
        server = ModelServer(**{**facts, **more})
        return ModelClient(server, may_read_private=private, pause=self.pauses.append)

    async def complete(self, request: Request) -> Response:
        """Answer a request."""
        body = await request.json()
        self.requests.append(body)
        if request.headers.get("authorization", "") != (f"Bearer {KEY}" if self.key else ""):
            return JSONResponse({"error": {"message": "Incorrect API key provided"}}, 401)
        if body["model"] != MODEL:
            return JSONResponse({"error": {"message": f"model '{body['model']}' not found"}}, 404)
        if self.is_stuck or self.is_dripping:
            return StreamingResponse(_drip(self))
        if self.faults:
            fault = self.faults.pop(0)
            text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
            return Response(text, fault.status, headers=fault.headers)
        answer = self.answer(read_record(body))
        content = answer if isinstance(answer, str) else json.dumps(answer)
        return JSONResponse({"choices": [{"message": {"role": "assistant", "content": content}}]})


async def _drip(server: FakeModel) -> AsyncIterator[bytes]:
    while server.is_stuck or server.is_dripping:
        if server.is_dripping:
            yield b" "
        await asyncio.sleep(0.01)


def read_record(body: dict[str, Any]) -> Record:
    """Return the record in a request; empty if it has none."""
    lines = str(body["messages"][-1]["content"]).split("\n")
    return dict(json.loads(lines[1])) if lines[0].startswith("BEGIN RECORD") else {}


@contextmanager
def running_model(server: FakeModel) -> Iterator[FakeModel]:
    """Run a server until the end of the block."""
    route = Route("/v1/chat/completions", server.complete, methods=["POST"])
    listener = Listener(Starlette(routes=[route]), "127.0.0.1", 0)
    server.port = listener.port
    listener.start()
    try:
        yield server
    finally:
        server.is_stuck = server.is_dripping = False
        listener.stop()
