"""Members of the user groups in the configuration, read from Slack from time to time."""

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.job import Job
from bot.people import permissions
from handlers.errors import describe_slack_error
from handlers.outbox.job_context import JobResult
from handlers.outbox.message_sender import CannotPost, MessageSender

log = structlog.get_logger()


def sync_members(sender: MessageSender, job: Job) -> JobResult:
    """Store a group's members, or the reason why they can't be read."""
    group, at = str(job.about["group"]), sender.bot.now()
    try:
        members = sender.client.usergroups_users_list(usergroup=find_id(sender, group))["users"]
    except (SlackApiError, CannotPost) as error:
        reason = _reason(error)
        log.warning("cannot read user group", group=group, reason=reason)
        return JobResult(
            then=lambda session: permissions.store_group_error(session, group, reason, at)
        )
    return JobResult(then=lambda session: permissions.store_group(session, group, members, at))


def find_id(sender: MessageSender, group: str) -> str:
    """Return the id of a group in the configuration. Raises CannotPost if there's no such group."""
    if not group.startswith("@"):
        return group
    for listed in sender.client.usergroups_list()["usergroups"]:
        if listed["handle"] == group.removeprefix("@"):
            return str(listed["id"])
    raise CannotPost(f"there's no user group {group}")


def _reason(error: SlackApiError | CannotPost) -> str:
    return str(error) if isinstance(error, CannotPost) else describe_slack_error(error)
