"""Fake GitHub and Jira servers on loopback that follow their documented REST APIs."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.config.policy import Policy
from bot.config.settings import Settings
from bot.domain.ticket import Tracker
from handlers import trackers
from handlers.transport.http_server import Listener

TOKEN, EMAIL = "a-token-of-ours", "bot@example.org"
REPOSITORY, PROJECT = "acme/operations", "OPS"


@dataclass
class Fault:
    """The response to the next calls, and whether the request takes effect all the same."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False
    method: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    times: int = 1_000


class FakeTracker:
    """What both servers share: issues, authorization, the requests received, and faults."""

    name = ""

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.token = TOKEN
        self.on_created: Callable[[], object] = lambda: None  # called before the response
        self.listener: Listener | None = None
        self._port = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        methods = ["GET", "POST", "PATCH"]
        other = Route("/{path:path}", self.guarded(self._nothing), methods=methods)
        pages = Starlette(routes=[*self.routes(), other])
        self.listener = Listener(pages, "127.0.0.1", self._port)
        self._port = self.listener.port
        self.listener.start()

    def stop(self) -> None:
        if self.listener is not None:
            self.listener.stop()
            self.listener = None

    def routes(self) -> list[Route]:
        raise NotImplementedError

    def count(self, method: str, ending: str = "") -> int:
        return sum(1 for verb, path in self.requests if verb == method and path.endswith(ending))

    def guarded(self, respond: Any) -> Any:
        """Wrap a handler with authorization and faults."""

        async def handle(request: Request) -> Response:
            body = await request.json() if request.method in {"POST", "PATCH"} else {}
            self.requests.append((request.method, request.url.path))
            if request.headers.get("authorization") != self.authorization():
                return JSONResponse({"message": "Bad credentials"}, 401)
            fault = next((f for f in self.faults if f.method in {"", request.method}), None)
            if fault is not None:
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                if fault.done:
                    respond(request, body)
                return JSONResponse(fault.body, fault.status, headers=fault.headers)
            response: Response = respond(request, body)
            return response

        return handle

    def authorization(self) -> str:
        raise NotImplementedError

    def settings(self) -> Settings:
        raise NotImplementedError

    def tracker(self) -> Tracker:
        return build(self.settings(), self.policy())

    def policy(self) -> dict[str, Any]:
        raise NotImplementedError

    def _nothing(self, _request: Request, _body: Any) -> Response:
        return JSONResponse({"message": "Not Found"}, 404)

    def outside(self) -> str:
        """Return the address of a ticket in another repository or project."""
        raise NotImplementedError

    def move(self, number: int = 1) -> None:
        """Move an issue out of the repository or project; API responses then show it."""
        raise NotImplementedError

    def is_done(self, number: int = 1) -> bool:
        raise NotImplementedError

    def set_done(self, *, done: bool, number: int = 1) -> None:
        """Close an issue in the tracker, or reopen it."""
        raise NotImplementedError

    def address(self, number: int = 1) -> str:
        raise NotImplementedError

    def body(self, number: int = 1) -> str:
        raise NotImplementedError

    def title(self, number: int = 1) -> str:
        raise NotImplementedError

    def add(self, title: str) -> None:
        """Create an issue by hand."""
        raise NotImplementedError


class FakeGitHub(FakeTracker):
    """Issues of one repository. https://docs.github.com/en/rest/issues/issues."""

    name = "GitHub"

    def routes(self) -> list[Route]:
        one, many = f"/repos/{REPOSITORY}/issues/{{number}}", f"/repos/{REPOSITORY}/issues"
        return [
            Route(f"/repos/{REPOSITORY}", self.guarded(self._repository)),
            Route(many, self.guarded(self._create), methods=["POST"]),
            Route(many, self.guarded(self._list)),
            Route(one, self.guarded(self._look)),
            Route(one, self.guarded(self._patch), methods=["PATCH"]),
        ]

    def authorization(self) -> str:
        return f"Bearer {self.token}"

    def policy(self) -> dict[str, Any]:
        return {"tracker": "github", "repository": REPOSITORY}

    def settings(self) -> Settings:
        return Settings(github_token=SecretStr(TOKEN), github_api_url=self.base)

    def outside(self) -> str:
        return f"{self.base}/acme/secrets/issues/1"

    def move(self, number: int = 1) -> None:
        self.issues[str(number)]["html_url"] = self.outside()

    def is_done(self, number: int = 1) -> bool:
        return bool(self.issues[str(number)]["state"] == "closed")

    def set_done(self, *, done: bool, number: int = 1) -> None:
        self.issues[str(number)]["state"] = "closed" if done else "open"

    def address(self, number: int = 1) -> str:
        return f"{self.base}/{REPOSITORY}/issues/{number}"

    def body(self, number: int = 1) -> str:
        return str(self.issues[str(number)]["body"])

    def title(self, number: int = 1) -> str:
        return str(self.issues[str(number)]["title"])

    def add(self, title: str) -> None:
        number = len(self.issues) + 1
        self.issues[str(number)] = {
            "number": number,
            "title": title,
            "body": None,
            "state": "open",
            "html_url": self.address(number),
        }

    def _repository(self, _request: Request, _body: Any) -> Response:
        return JSONResponse({"full_name": REPOSITORY, "has_issues": True})

    def _create(self, _request: Request, body: dict[str, Any]) -> Response:
        if not body.get("title") or len(body["title"]) > 256:
            return JSONResponse({"message": "Validation Failed"}, 422)
        self.add(body["title"])
        issue = self.issues[str(len(self.issues))]
        issue["body"] = body["body"]
        self.on_created()
        return JSONResponse(issue, 201)

    def _list(self, request: Request, _body: Any) -> Response:
        assert request.query_params["state"] == "all"
        page, per_page = (int(request.query_params[name]) for name in ("page", "per_page"))
        newest = list(reversed(self.issues.values()))
        return JSONResponse(newest[(page - 1) * per_page : page * per_page])

    def _look(self, request: Request, _body: Any) -> Response:
        issue = self.issues.get(request.path_params["number"])
        return JSONResponse(issue) if issue else JSONResponse({"message": "Not Found"}, 404)

    def _patch(self, request: Request, body: dict[str, Any]) -> Response:
        issue = self.issues.get(request.path_params["number"])
        if issue is None:
            return JSONResponse({"message": "Not Found"}, 404)
        if body["state"] not in {"open", "closed"}:
            return JSONResponse({"message": "Validation Failed"}, 422)
        issue["state"] = body["state"]
        return JSONResponse(issue)


class FakeJira(FakeTracker):
    """Issues of one project with a workflow. https://developer.atlassian.com/cloud/jira/platform/rest/v3/."""

    name = "Jira"

    def __init__(self) -> None:
        super().__init__()
        self.form = {"project", "issuetype", "summary", "description", "duedate", "priority"}
        self.can_close = True
        self.moved: dict[str, str] = {}

    def routes(self) -> list[Route]:
        root = "/rest/api/3"
        return [
            Route(f"{root}/project/{{key}}", self.guarded(self._project)),
            Route(f"{root}/issue", self.guarded(self._create), methods=["POST"]),
            Route(f"{root}/issue/{{key}}", self.guarded(self._look)),
            Route(f"{root}/issue/{{key}}/transitions", self.guarded(self._steps)),
            Route(f"{root}/issue/{{key}}/transitions", self.guarded(self._go), methods=["POST"]),
            Route(f"{root}/search/jql", self.guarded(self._search)),
        ]

    def authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{EMAIL}:{self.token}".encode()).decode()

    def policy(self) -> dict[str, Any]:
        return {"tracker": "jira", "site": self.base, "project": PROJECT}

    def settings(self) -> Settings:
        return Settings(jira_email=EMAIL, jira_token=SecretStr(TOKEN))

    def outside(self) -> str:
        return f"{self.base}/browse/SECRET-1"

    def move(self, number: int = 1) -> None:
        self.moved[f"{PROJECT}-{number}"] = "SECRET-1"

    def is_done(self, number: int = 1) -> bool:
        return bool(self.issues[f"{PROJECT}-{number}"]["status"] == "done")

    def set_done(self, *, done: bool, number: int = 1) -> None:
        self.issues[f"{PROJECT}-{number}"]["status"] = "done" if done else "indeterminate"

    def address(self, number: int = 1) -> str:
        return f"{self.base}/browse/{PROJECT}-{number}"

    def body(self, number: int = 1) -> str:
        document = self.issues[f"{PROJECT}-{number}"]["description"]
        texts = (node["text"] for part in document["content"] for node in part["content"])
        return "\n".join(texts)

    def title(self, number: int = 1) -> str:
        return str(self.issues[f"{PROJECT}-{number}"]["summary"])

    def add(self, title: str) -> None:
        key = f"{PROJECT}-{len(self.issues) + 1}"
        nothing = {"type": "doc", "version": 1, "content": []}
        self.issues[key] = {"summary": title, "status": "new", "description": nothing}

    def _project(self, request: Request, _body: Any) -> Response:
        if request.path_params["key"] != PROJECT:
            return JSONResponse({"errorMessages": ["No project could be found"]}, 404)
        return JSONResponse({"key": PROJECT, "issueTypes": [{"name": "Task"}, {"name": "Bug"}]})

    def _create(self, _request: Request, body: dict[str, Any]) -> Response:
        fields = body["fields"]
        if len(fields["summary"]) > 255 or "\n" in fields["summary"]:
            return JSONResponse({"errors": {"summary": "Summary is wrong."}}, 400)
        unknown = {
            name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            for name in fields
            if name not in self.form
        }
        if unknown:
            return JSONResponse({"errorMessages": [], "errors": unknown}, 400)
        self.add(fields["summary"])
        key = f"{PROJECT}-{len(self.issues)}"
        self.issues[key] |= fields
        self.on_created()
        return JSONResponse({"id": "1", "key": key, "self": f"{self.base}/rest"}, 201)

    def _look(self, request: Request, _body: Any) -> Response:
        key = request.path_params["key"]
        if key not in self.issues:
            return JSONResponse({"errorMessages": ["Issue does not exist"]}, 404)
        return JSONResponse(self._shown(key))

    def _shown(self, key: str) -> dict[str, Any]:
        category = {"key": self.issues[key]["status"]}
        return {
            "key": self.moved.get(key, key),
            "fields": {"status": {"name": "Any", "statusCategory": category}},
        }

    def _steps(self, request: Request, _body: Any) -> Response:
        current = self.issues[request.path_params["key"]]["status"]
        statuses = ["indeterminate", "new", *(["done"] if self.can_close else [])]
        transitions = [
            {"id": str(statuses.index(status) + 10), "to": {"statusCategory": {"key": status}}}
            for status in statuses
            if status != current
        ]
        return JSONResponse({"transitions": transitions})

    def _go(self, request: Request, body: dict[str, Any]) -> Response:
        status = ["indeterminate", "new", "done"][int(body["transition"]["id"]) - 10]
        self.issues[request.path_params["key"]]["status"] = status
        return Response(status_code=204)

    def _search(self, request: Request, _body: Any) -> Response:
        mark = request.query_params["jql"].split('"')[3].strip("\\")
        keys = [key for key in self.issues if mark in self.body(self._number(key))]
        return JSONResponse({"issues": [self._shown(key) for key in keys], "isLast": True})

    def _number(self, key: str) -> int:
        return int(key.rpartition("-")[2])


def build(settings: Settings, policy: dict[str, Any]) -> Tracker:
    tracker = trackers.build_tracker(settings, Policy.model_validate({"tickets": policy}).tickets)
    assert tracker is not None
    return tracker


@contextmanager
def running(fake: FakeTracker) -> Iterator[FakeTracker]:
    fake.start()
    try:
        yield fake
    finally:
        fake.stop()
