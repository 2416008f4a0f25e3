"""Who we are in Slack."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who we are. `url` ends in a slash; `enterprise_id` is empty outside of an Enterprise organisation.

    `scopes` are those that our token was granted; None if Slack didn't say.
    """

    team_id: str
    bot_id: str
    bot_user_id: str
    url: str
    name: str
    enterprise_id: str = ""
    scopes: frozenset[str] | None = None
