"""Issue trackers for the tickets of action items: GitHub issues and Jira Cloud.

Both need only a handful of documented REST calls, so plain httpx makes them. An SDK would add its
own retries, and a call that created a ticket mustn't be repeated without checking first.
"""

from bot.config.policy_tickets import Tickets
from bot.config.settings import Settings, tracker_tokens
from bot.domain.ticket import Tracker, TrackerKind
from handlers.trackers.caller import ApiClient
from handlers.trackers.github import GitHub
from handlers.trackers.jira import Jira


def build_tracker(settings: Settings, policy: Tickets) -> Tracker | None:
    """Return the configured tracker, or None. Raises BadSettings if its token is missing."""
    if policy.tracker is None:
        return None
    email, token = tracker_tokens(settings, policy.tracker)
    if policy.tracker is TrackerKind.GITHUB:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        caller = ApiClient(policy.tracker, settings.github_api_url, "GITHUB_TOKEN", headers=headers)
        return GitHub(caller, policy.repository or "")
    site = policy.site or ""
    names = "JIRA_EMAIL and JIRA_TOKEN"
    caller = ApiClient(policy.tracker, f"{site}/rest/api/3/", names, auth=(email, token))
    return Jira(caller, site, policy.project or "", policy.issue_type)
