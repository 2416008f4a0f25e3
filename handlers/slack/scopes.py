"""OAuth scopes: which ones Debrief needs, what fails without each, and where to add them.

https://docs.slack.dev/reference/scopes
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.config.policy import Policy

log = structlog.get_logger()

HEADER = "x-oauth-scopes"
WHERE = (
    "api.slack.com/apps → your app → OAuth & Permissions → Bot Token Scopes, then Install App → "
    "Reinstall to Workspace"
)
APP_LEVEL_WHERE = (
    "api.slack.com/apps → your app → Basic Information → App-Level Tokens: generate one with "
    "connections:write and set it as SLACK_APP_TOKEN"
)
GROUPS = "usergroups:read"  # only for a configuration that names user groups


@dataclass(frozen=True)
class Scope:
    """A scope and what fails `without` it. An optional one only leaves something out."""

    name: str
    without: str
    is_optional: bool = False


# In the order of manifest.yml, which asks for exactly these.
SCOPES = (
    Scope("app_mentions:read", "mentions such as `@debrief note …` are ignored"),
    Scope("bookmarks:read", "a bookmark isn't retried if its first attempt got no response", is_optional=True),
    Scope("bookmarks:write", "the incident's card isn't bookmarked in its channel", is_optional=True),
    Scope("canvases:write", "there's no canvas with the postmortem", is_optional=True),
    Scope("commands", "`/incident`, the shortcuts and the forms don't work"),
    Scope("chat:write", "nothing can be posted: no cards, drafts, reminders or digests"),
    Scope("channels:history", "messages in public incident channels aren't recorded"),
    Scope("channels:join", "`/incident here` can't join a public channel; invite the bot first", is_optional=True),
    Scope("channels:manage", "public incident channels can't be created, and nobody is invited to them"),
    Scope("channels:read", "public channels aren't found by name, and renames and departures are missed"),
    Scope("files:write", "the timeline chart and the postmortem page aren't posted", is_optional=True),
    Scope("groups:history", "messages in private incident channels aren't recorded"),
    Scope("groups:read", "nobody can open private incidents, because their members can't be checked"),
    Scope("groups:write", "private incident channels can't be created, and nobody is invited to them"),
    Scope("im:history", "direct messages to the bot aren't answered"),
    Scope("im:write", "reminders and other direct messages aren't sent"),
    Scope("pins:write", "the incident's card isn't pinned in its channel", is_optional=True),
    Scope("reactions:read", "emoji marks and votes don't work"),
    Scope("users:read", "people's names and time zones are unknown"),
)  # fmt: skip
_GROUPS = Scope(
    GROUPS, "the members of user groups in debrief.toml get no permissions, and aren't mentioned"
)


def wanted(policy: Policy) -> tuple[Scope, ...]:
    """List the scopes that Debrief uses with this configuration."""
    return (*SCOPES, _GROUPS) if policy.groups else SCOPES


def granted(headers: Mapping[str, Any]) -> frozenset[str] | None:
    """Read the scopes of a token from a response's headers; None if Slack doesn't say."""
    listed = {name.lower(): value for name, value in headers.items()}.get(HEADER)
    if listed is None:
        return None
    return frozenset(scope.strip() for scope in str(listed).split(",") if scope.strip())


def missing(has: frozenset[str] | None, policy: Policy) -> list[Scope]:
    """List the scopes that weren't granted. None if Slack doesn't say which were."""
    if has is None:
        return []
    return [scope for scope in wanted(policy) if scope.name not in has]


def warn(has: frozenset[str] | None, policy: Policy) -> None:
    """Log each missing scope; the rest of Debrief works all the same."""
    for scope in missing(has, policy):
        write: Callable[..., None] = log.warning if scope.is_optional else log.error
        write("missing scope", scope=scope.name, without_it=scope.without, add_it_at=WHERE)
