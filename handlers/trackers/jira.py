"""Jira Cloud issues. https://developer.atlassian.com/cloud/jira/platform/rest/v3/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.domain.action_item import Priority
from bot.domain.markup import shorten
from bot.domain.ticket import NewTicket, TrackerKind, TrackerRejected, TrackerTicket
from handlers.trackers.caller import ApiClient

MAX_SUMMARY_LENGTH = 255
_KEY = re.compile(r"[A-Z][A-Z0-9_]+-\d+")
_PRIORITIES = {
    Priority.P0: "Highest",
    Priority.P1: "High",
    Priority.P2: "Medium",
    Priority.P3: "Low",
    Priority.P4: "Lowest",
}
_DONE = "done"  # the category of every status that closes an issue, whatever its name
_TO_DO = "new"


@dataclass(frozen=True)
class Jira:
    """The issues of a project. Keys are Jira's own: `OPS-12`."""

    caller: ApiClient
    site: str
    project: str
    issue_type: str
    kind: TrackerKind = TrackerKind.JIRA

    def key_of(self, address: str) -> str | None:
        """Return the key from the address of an issue's page, or of a board with the issue open."""
        parts, site = urlsplit(address), urlsplit(self.site)
        if parts.netloc != site.netloc:
            return None
        chosen = parse_qs(parts.query).get("selectedIssue", [""])[0]
        last = parts.path.rstrip("/").rpartition("/browse/")[2]
        return next((key for key in (chosen, last) if _KEY.fullmatch(key)), None)

    def owns(self, key: str) -> bool:
        return key.rpartition("-")[0] == self.project.upper()

    def create(self, new: NewTicket) -> TrackerTicket:
        """Create an issue, without due date and priority if the project's form lacks them."""
        fields: dict[str, Any] = {
            "project": {"key": self.project},
            "issuetype": {"name": self.issue_type},
            "summary": shorten(" ".join(new.title.split()), MAX_SUMMARY_LENGTH),
            "description": _document(new),
        }
        optional = {
            **({"duedate": new.due.isoformat()} if new.due else {}),
            **({"priority": {"name": _PRIORITIES[new.priority]}} if new.priority else {}),
        }
        try:
            key = self._post(fields | optional)
        except TrackerRejected as error:
            # The description has both too.
            if not any(f"{name}:" in str(error) for name in optional):
                raise
            key = self._post(fields)
        return TrackerTicket(key=key, url=self._page(key), done=False)

    def find(self, mark: str, since: datetime) -> TrackerTicket | None:  # noqa: ARG002 - Jira searches by text
        jql = f'project = "{self.project}" AND description ~ "\\"{mark}\\""'
        answer = self.caller.get(
            "search/jql", self.project, jql=jql, fields="status", maxResults="1"
        )
        issues = answer.get("issues") or []
        return self._found(issues[0]) if issues else None

    def look(self, key: str) -> TrackerTicket:
        return self._found(self.caller.get(f"issue/{key}", key, fields="status"))

    def put(self, key: str, *, done: bool) -> TrackerTicket:
        """Apply the workflow transition that closes or reopens an issue.

        Raises TrackerRejected if there's none.
        """
        answer = self.caller.get(f"issue/{key}/transitions", key)
        transitions = answer.get("transitions") or []
        targets = [(_category(each.get("to") or {}), str(each.get("id"))) for each in transitions]
        matching = [each for each in targets if (each[0] == _DONE) is done]
        matching.sort(key=lambda each: each[0] != _TO_DO)
        if not matching:
            step = "close" if done else "reopen"
            said = f"its workflow can't {step} {key} from its current status"
            raise TrackerRejected(tracker=self.kind.label, said=said)
        body = {"transition": {"id": matching[0][1]}}
        self.caller.send("POST", f"issue/{key}/transitions", key, body)
        return self.look(key)

    def check(self) -> str:
        project = self.caller.get(f"project/{self.project}", self.project)
        types = [str(issue_type.get("name")) for issue_type in project.get("issueTypes") or []]
        if types and self.issue_type not in types:
            return f"{self.project} has no issue type {self.issue_type}: it has {', '.join(types)}"
        return ""

    def _post(self, fields: Mapping[str, Any]) -> str:
        issue = self.caller.send("POST", "issue", self.project, {"fields": fields})
        return self._key(issue)

    def _found(self, issue: Mapping[str, Any]) -> TrackerTicket:
        key = self._key(issue)
        done = _category(issue.get("fields", {}).get("status") or {}) == _DONE
        return TrackerTicket(key=key, url=self._page(key), done=done)

    def _key(self, issue: Mapping[str, Any]) -> str:
        key = str(issue.get("key", ""))
        if not _KEY.fullmatch(key):
            raise self.caller.make_unreachable_error("the response isn't an issue")
        return key

    def _page(self, key: str) -> str:
        return f"{self.site}/browse/{key}"


def _category(status: Mapping[str, Any]) -> str:
    return str((status.get("statusCategory") or {}).get("key"))


def _document(new: NewTicket) -> dict[str, Any]:
    """Return a description in Atlassian's document format, in which text can't be markup."""
    paragraphs = [[_text(line)] for line in new.lines if line]
    if new.link:
        marks = [{"type": "link", "attrs": {"href": new.link}}]
        paragraphs.append([_text(new.link) | {"marks": marks}])
    paragraphs.append([_text(new.mark)])
    content = [{"type": "paragraph", "content": paragraph} for paragraph in paragraphs]
    return {"type": "doc", "version": 1, "content": content}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
