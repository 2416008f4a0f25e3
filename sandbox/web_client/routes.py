"""The page of `debrief sandbox`: act as any person in the workspace.

Every action is a form that is posted and redirected. The script only reloads the page when
something has changed; without it, reloading by hand does the same.
"""

import base64
import hashlib
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.server import Sandbox
from sandbox.web_client import blocks
from sandbox.web_client.actions import ACTIONS, Form
from sandbox.web_client.screen import HOME, FormResult, Screen
from sandbox.workspace import NotPossible

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SCRIPT = hashlib.sha256(blocks.render("script.js").encode()).digest()  # byte for byte as included
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
    f"script-src 'sha256-{base64.b64encode(_SCRIPT).decode()}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(sandbox: Sandbox) -> list[Route]:
    client = _WebClient(sandbox)
    pages = [Route("/", _guarded(client.look), methods=["GET"])]
    return pages + [
        Route(f"/{name}", _guarded(partial(client.do, name)), methods=["POST"]) for name in ACTIONS
    ]


@dataclass
class _WebClient:
    """Serves the page, and keeps the result of each person's last form, by place."""

    sandbox: Sandbox
    results: dict[tuple[str, str], FormResult] = field(default_factory=dict)

    async def look(self, request: Request) -> Response:
        page = await run_in_threadpool(self._page, dict(request.query_params))
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})

    async def do(self, name: str, request: Request) -> Response:
        async with request.form() as posted:
            names = dict.fromkeys(posted)
            texts = {key: [str(value) for value in posted.getlist(key)] for key in names}
        return await run_in_threadpool(self._done, name, Form(texts))

    def _done(self, name: str, form: Form) -> Response:
        screen = self._screen(form.get("as"), form.get("in"))
        if screen is None:
            return PlainTextResponse("There's nobody with that ID.", 404)
        try:
            # The bot responds on the server's thread while this one waits.
            result = ACTIONS[name](screen, form)
        except (LookupError, NotPossible, TimeoutError, ValueError) as error:
            result = FormResult(f"That didn't work: {error}")
        self.results[screen.person.id, screen.place] = result
        query = {"as": screen.person.id, "in": HOME if name == "home" else screen.place}
        query |= {"thread": form["thread"]} if form.get("thread") else {}
        return RedirectResponse("/?" + urlencode(query), 303)

    def _page(self, query: dict[str, str]) -> str:
        state = self.sandbox.workspace.state
        screen = self._screen(query.get("as", ""), query.get("in", ""))
        with state.lock:
            if screen is None:
                people = [person for person in state.people.values() if not person.is_bot]
                return str(blocks.render("people.html.j2", people=people, team=state.identity))
            result = self.results.get((screen.person.id, screen.place), FormResult())
            return _workspace_page(screen, result, query)

    def _screen(self, person_id: str, place: str) -> Screen | None:
        workspace = self.sandbox.workspace
        person = workspace.state.people.get(person_id)
        if person is None or person.is_bot:
            return None
        screen = Screen(workspace, person, place)
        first = next((channel.id for channel in screen.channels), "")
        return screen if place else Screen(workspace, person, first)


def _workspace_page(screen: Screen, result: FormResult, query: dict[str, str]) -> str:
    messages = screen.messages()
    canvas_id = query.get("canvas", "")
    canvas = next(
        (candidate for candidate in screen.canvases if candidate["id"] == canvas_id), None
    )
    facts = {"screen": screen, "result": result, "messages": messages, "reader": screen.reader()}
    facts |= {"canvas": canvas}
    regions = {
        name: blocks.render(f"{name}.html.j2", **facts) for name in ("places", "middle", "modal")
    }
    all_messages = [*messages, *(reply for message in messages for reply in message.replies)]
    by_ts = {message.ts: message for message in all_messages}
    return str(
        blocks.render(
            "workspace.html.j2",
            **facts,
            regions=regions,
            versions={name: zlib.crc32(html.encode()) for name, html in regions.items()},
            thread=by_ts.get(query.get("thread", "")),
            edited=by_ts.get(query.get("edit", "")),
        )
    )


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Refuse requests of other sites, and by other host names (DNS rebinding)."""

    async def guard(request: Request) -> Response:
        origin = request.headers.get("origin")
        foreign = origin is not None and URL(origin).netloc != request.url.netloc
        if foreign or request.url.hostname not in LOOPBACK:
            return PlainTextResponse(
                "The sandbox only accepts requests from its own page, on localhost.", 403
            )
        return await endpoint(request)

    return guard
