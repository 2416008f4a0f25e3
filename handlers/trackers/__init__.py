"""The trackers that an action item can have its ticket in: GitHub's issues, Jira Cloud's.

Both are a handful of documented REST calls, so httpx alone makes them; an SDK would bring retries of
its own, and a call that made a ticket must not be repeated by anybody who does not look first.
"""

from bot.config.policy_tickets import Tickets
from bot.config.settings import Settings, tracker_tokens
from bot.domain.ticket import Tracker, TrackerKind
from handlers.trackers.caller import Caller
from handlers.trackers.github import GitHub
from handlers.trackers.jira import Jira


def made(settings: Settings, policy: Tickets) -> Tracker | None:
    """The tracker that the policy names, None when it names none; `BadSettings` when its token is missing."""
    if policy.tracker is None:
        return None
    email, token = tracker_tokens(settings, policy.tracker)
    if policy.tracker is TrackerKind.GITHUB:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        caller = Caller(policy.tracker, settings.github_api_url, "GITHUB_TOKEN", headers=headers)
        return GitHub(caller, policy.repository or "")
    site = policy.site or ""
    names = "JIRA_EMAIL and JIRA_TOKEN"
    caller = Caller(policy.tracker, f"{site}/rest/api/3/", names, auth=(email, token))
    return Jira(caller, site, policy.project or "", policy.issue_type)
