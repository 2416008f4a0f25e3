"""Drop payloads that Slack sends for another workspace; they're only acknowledged.

In a shared channel, the payload's team may be the other workspace although the event is for us.
`authorizations` or `context_team_id` name ours then. https://docs.slack.dev/apis/slack-connect/
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slack_bolt import BoltResponse

from bot.slack_text.json_values import Payload, part, parts, text
from handlers.slack.identity import Identity
from handlers.slack.log_once import OnceLogger

RATE_LIMITED = "app_rate_limited"


@dataclass(frozen=True)
class WorkspaceCheck:
    """Bolt middleware for payloads of our workspace.

    `on_missed` is called if Slack dropped events.
    """

    identity: Identity
    once: OnceLogger
    on_missed: Callable[[], object]

    def pass_on(
        self,
        body: Payload,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Continue with our own payloads; acknowledge any other and stop."""
        if not self.is_ours(body):
            self.once.warn("ignored another workspace's payload", team=_name(body))
            return BoltResponse(status=200)
        if text(body, "type") == RATE_LIMITED:
            self.once.warn(
                "Slack dropped events: more than 30,000 in an hour",
                minute=str(body.get("minute_rate_limited", "")),
            )
            self.on_missed()
            return BoltResponse(status=200)
        next()
        return None

    def is_ours(self, body: Payload) -> bool:
        """Return whether a payload names our team, or no team and no other organization."""
        teams = set(_teams(body))
        if teams:
            return self.identity.team_id in teams
        organisations = set(_organisations(body))
        ours = self.identity.enterprise_id
        return not organisations or not ours or ours in organisations


def _teams(body: Payload) -> Iterator[str]:
    view, user = part(body, "view"), part(body, "user")
    named = (
        text(body, "team_id"), text(body, "context_team_id"), text(body, "team"),
        text(part(body, "team"), "id"), text(user, "team_id"), text(view, "team_id"),
        text(view, "app_installed_team_id"),
        *(text(authorization, "team_id") for authorization in parts(body, "authorizations")),
    )  # fmt: skip
    return (team for team in named if team)


def _organisations(body: Payload) -> Iterator[str]:
    named = (
        text(body, "enterprise_id"), text(body, "context_enterprise_id"),
        text(part(body, "enterprise"), "id"),
        *(text(authorization, "enterprise_id") for authorization in parts(body, "authorizations")),
    )  # fmt: skip
    return (organisation for organisation in named if organisation)


def _name(body: Payload) -> str:
    named = next(_teams(body), "") or next(_organisations(body), "")
    return named[:40]
