"""The sandbox's HTTP endpoints: Web API, uploads, response URLs, Socket Mode."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.api import files, objects
from sandbox.api.dispatcher import Dispatcher, Dropped, Unreadable
from sandbox.api.request import SlackError
from sandbox.record import Call
from sandbox.responses import Responses
from sandbox.socket_mode import SocketMode
from sandbox.workspace_state import Json

BOTH = ["GET", "POST"]
Cut = Callable[[tuple[str, int]], None]


@dataclass(frozen=True)
class HttpApp:
    dispatcher: Dispatcher
    sockets: SocketMode
    cut: Cut  # drops the TCP connection of a client's address

    def app(self, extra: Sequence[BaseRoute]) -> Starlette:
        routes: list[BaseRoute] = [
            Route("/api/{method}", self.call, methods=BOTH),
            Route("/upload/v1/{token}", self.upload, methods=["POST"]),
            Route("/files/{file_id}/{name:path}", self.download),
            Route("/{kind:str}/{team:str}/{token:str}", self.respond, methods=["POST"]),
            WebSocketRoute("/link/", self.sockets.link),
        ]
        return Starlette(routes=[*extra, *routes])

    async def call(self, request: HttpRequest) -> Response:
        try:
            args = await _arguments(request)
            reply = await self.dispatcher.answer(
                request.path_params["method"],
                args,
                _token(request, args),
            )
        except SlackError as error:  # the body couldn't be read
            return JSONResponse(error.answer)
        except Dropped:
            self._drop(request)
            return Response(status_code=500)  # never sent
        except Unreadable as fault:
            return PlainTextResponse(fault.body, fault.status)
        return JSONResponse(reply.answer, reply.status, reply.headers)

    async def upload(self, request: HttpRequest) -> Response:
        content = await _uploaded(request)
        state = self.dispatcher.state
        with state.lock:
            status = files.receive(state, request.path_params["token"], content)
        text = f"OK - {len(content)}" if status == 200 else "error"  # noqa: PLR2004
        return PlainTextResponse(text, status)

    async def download(self, request: HttpRequest) -> Response:
        state = self.dispatcher.state
        stored = state.files.get(request.path_params["file_id"])
        if stored is None or not stored.complete:
            return PlainTextResponse("not found", 404)
        allowed = _token(request, {}) == state.identity.bot_token and "files:read" in state.grants
        if not allowed:
            return PlainTextResponse("forbidden", 403)
        mimetype = objects.file(state, stored)["mimetype"]
        return Response(stored.bytes, media_type=mimetype)

    async def respond(self, request: HttpRequest) -> Response:
        """Handle a POST to a response URL."""
        state, path = self.dispatcher.state, request.url.path.removeprefix("/")
        at, body = state.clock.now(), await _arguments(request)
        try:
            with state.lock:
                Responses(state).receive(path, body)
            answer, status = {"ok": True}, 200
        except SlackError as error:
            answer, status = error.answer, error.status
        self.dispatcher.record.add_call(
            Call("response_url", objects.redacted(body), answer, status, at)
        )
        return JSONResponse(answer, status)

    def _drop(self, request: HttpRequest) -> None:
        if request.client:
            self.cut((request.client.host, request.client.port))


async def _arguments(request: HttpRequest) -> Json:
    """Return the arguments from query, form or JSON, as Slack accepts them."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    body = await request.body()
    if kind == "application/json":
        args |= _json(body)
    elif body:
        form = await request.form()
        args |= {name: value for name, value in form.items() if isinstance(value, str)}
    return args


def _json(body: bytes) -> Json:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise SlackError("json_not_object")
    return parsed


def _token(request: HttpRequest, args: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token", ""))


async def _uploaded(request: HttpRequest) -> bytes:
    """Return the body, or the only file of a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for value in form.values():
            if isinstance(value, UploadFile):
                return await value.read()
    return b""
