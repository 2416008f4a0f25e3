"""GitHub's issues, on github.com or an Enterprise server. https://docs.github.com/en/rest/issues/issues."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.domain.markup import cut
from bot.domain.ticket import Found, NewTicket, TrackerKind
from bot.rendering import render
from handlers.trackers.caller import Caller

LONGEST_TITLE = 256
PAGES, PER_PAGE = 10, 100  # of new issues that are looked through for one of ours
CLOCKS = timedelta(minutes=10)  # ours may be so far from GitHub's
_PATH = re.compile(r"/([A-Za-z0-9-]+/(?!\.+/)[A-Za-z0-9._-]+)/issues/(\d{1,18})/?")
_KEY = re.compile(r"([A-Za-z0-9-]+/[A-Za-z0-9._-]+)#(\d+)")


@dataclass(frozen=True)
class GitHub:
    """The issues of a repository. A key is `owner/name#12`, so that an issue of another can be linked."""

    caller: Caller
    repository: str
    kind: TrackerKind = TrackerKind.GITHUB

    def key_of(self, address: str) -> str | None:
        # An Enterprise server has its API below its own name.
        web = urlsplit(self.caller.base).netloc.removeprefix("api.")
        return _key_in(address) if urlsplit(address).netloc == web else None

    def owns(self, key: str) -> bool:
        found = _KEY.fullmatch(key)
        return found is not None and found[1].casefold() == self.repository.casefold()

    def create(self, new: NewTicket) -> Found:
        body = {"title": cut(new.title, LONGEST_TITLE), "body": _body(new)}
        path = f"repos/{self.repository}/issues"
        return self._found(self.caller.send("POST", path, self.repository, body))

    def find(self, mark: str, since: datetime) -> Found | None:
        """Through the list of issues: unlike the search, it has an issue as soon as it is made."""
        asked = {
            "state": "all",
            "sort": "created",
            "direction": "desc",
            "per_page": str(PER_PAGE),
            "since": (since - CLOCKS).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for page in range(1, PAGES + 1):
            path = f"repos/{self.repository}/issues"
            issues = self.caller.get(path, self.repository, page=str(page), **asked)
            ours = next((each for each in issues if mark in str(each.get("body"))), None)
            if ours is not None:
                return self._found(ours)
            if len(issues) < PER_PAGE:
                break
        return None

    def look(self, key: str) -> Found:
        return self._found(self.caller.get(_path(key), key))

    def put(self, key: str, *, done: bool) -> Found:
        closed = {"state": "closed", "state_reason": "completed"}
        body = closed if done else {"state": "open"}
        return self._found(self.caller.send("PATCH", _path(key), key, body))

    def check(self) -> str:
        told = self.caller.get(f"repos/{self.repository}", self.repository)
        if told.get("has_issues") is False:
            return f"{self.repository} has its issues switched off: switch them on in its settings"
        return ""

    def _found(self, issue: Mapping[str, Any]) -> Found:
        url = str(issue.get("html_url", ""))
        key = _key_in(url)
        if key is None:
            raise self.caller.silent("what it says is no issue")
        return Found(key=key, url=url, done=issue.get("state") == "closed")


def _key_in(url: str) -> str | None:
    found = _PATH.fullmatch(urlsplit(url).path)
    return f"{found[1]}#{found[2]}" if found else None


def _path(key: str) -> str:
    found = _KEY.fullmatch(key)
    assert found  # noqa: S101 - made by `key_of`
    return f"repos/{found[1]}/issues/{found[2]}"


def _body(new: NewTicket) -> str:
    """Markdown, in which nothing that people wrote is markup, names anybody or points to an issue."""
    lines = [_quiet(render.markdown(line)) for line in new.lines]
    link = [f"<{new.link}>"] if new.link else []
    return "\n\n".join([*lines, *link, f"<!-- debrief {new.mark} -->"])


def _quiet(text: str) -> str:
    return re.sub(r"([@#])(?=\w)", "\\1\u2060", text)
