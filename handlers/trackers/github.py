"""GitHub issues on github.com or Enterprise Server.

https://docs.github.com/en/rest/issues/issues
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.domain.markup import shorten
from bot.domain.ticket import NewTicket, TrackerKind, TrackerTicket
from bot.rendering import render
from handlers.trackers.caller import ApiClient

MAX_TITLE_LENGTH = 256
MAX_PAGES, PER_PAGE = 10, 100  # of new issues searched for one of ours
CLOCK_TOLERANCE = timedelta(minutes=10)  # for differences between our clock and GitHub's
_PATH = re.compile(r"/([A-Za-z0-9-]+/(?!\.+/)[A-Za-z0-9._-]+)/issues/(\d{1,18})/?")
_KEY = re.compile(r"([A-Za-z0-9-]+/[A-Za-z0-9._-]+)#(\d+)")


@dataclass(frozen=True)
class GitHub:
    """The issues of a repository.

    Keys are `owner/name#12`, so issues of other repositories can be linked.
    """

    caller: ApiClient
    repository: str
    kind: TrackerKind = TrackerKind.GITHUB

    def key_of(self, address: str) -> str | None:
        # An Enterprise server's API is below its own host name.
        web = urlsplit(self.caller.base).netloc.removeprefix("api.")
        return _parse_key(address) if urlsplit(address).netloc == web else None

    def owns(self, key: str) -> bool:
        match = _KEY.fullmatch(key)
        return match is not None and match[1].casefold() == self.repository.casefold()

    def create(self, new: NewTicket) -> TrackerTicket:
        body = {"title": shorten(new.title, MAX_TITLE_LENGTH), "body": _body(new)}
        path = f"repos/{self.repository}/issues"
        return self._found(self.caller.send("POST", path, self.repository, body))

    def find(self, mark: str, since: datetime) -> TrackerTicket | None:
        """Find an issue in the list, which has it as soon as it's created, unlike the search."""
        filters = {
            "state": "all",
            "sort": "created",
            "direction": "desc",
            "per_page": str(PER_PAGE),
            "since": (since - CLOCK_TOLERANCE).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for page in range(1, MAX_PAGES + 1):
            path = f"repos/{self.repository}/issues"
            issues = self.caller.get(path, self.repository, page=str(page), **filters)
            issue = next((listed for listed in issues if mark in str(listed.get("body"))), None)
            if issue is not None:
                return self._found(issue)
            if len(issues) < PER_PAGE:
                break
        return None

    def look(self, key: str) -> TrackerTicket:
        return self._found(self.caller.get(_path(key), key))

    def put(self, key: str, *, done: bool) -> TrackerTicket:
        closed = {"state": "closed", "state_reason": "completed"}
        body = closed if done else {"state": "open"}
        return self._found(self.caller.send("PATCH", _path(key), key, body))

    def check(self) -> str:
        repository = self.caller.get(f"repos/{self.repository}", self.repository)
        if repository.get("has_issues") is False:
            return f"{self.repository} has issues turned off: turn them on in its settings"
        return ""

    def _found(self, issue: Mapping[str, Any]) -> TrackerTicket:
        url = str(issue.get("html_url", ""))
        key = _parse_key(url)
        if key is None:
            raise self.caller.make_unreachable_error("the response isn't an issue")
        return TrackerTicket(key=key, url=url, done=issue.get("state") == "closed")


def _parse_key(url: str) -> str | None:
    match = _PATH.fullmatch(urlsplit(url).path)
    return f"{match[1]}#{match[2]}" if match else None


def _path(key: str) -> str:
    match = _KEY.fullmatch(key)
    assert match  # noqa: S101 - made by `key_of`
    return f"repos/{match[1]}/issues/{match[2]}"


def _body(new: NewTicket) -> str:
    """Return Markdown in which text from people isn't markup, a mention or an issue reference."""
    lines = [_escape_references(render.markdown(line)) for line in new.lines]
    link = [f"<{new.link}>"] if new.link else []
    return "\n\n".join([*lines, *link, f"<!-- debrief {new.mark} -->"])


def _escape_references(text: str) -> str:
    return re.sub(r"([@#])(?=\w)", "\\1\u2060", text)
