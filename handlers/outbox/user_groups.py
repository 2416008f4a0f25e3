"""User groups: who is in those that the policy names, asked of Slack now and then."""

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.job import Job
from bot.people import permissions
from handlers.errors import refusal
from handlers.outbox.channel_setup import JobResult
from handlers.outbox.message_sender import CannotSay, MessageSender

log = structlog.get_logger()


def read(sender: MessageSender, job: Job) -> JobResult:
    """Learn who is in a group, or why that cannot be learned."""
    group, at = str(job.about["group"]), sender.bot.now()
    try:
        members = sender.client.usergroups_users_list(usergroup=_id(sender, group))["users"]
    except (SlackApiError, CannotSay) as error:
        why = _reason(error)
        log.warning("user group not read", group=group, reason=why)
        return JobResult(then=lambda session: permissions.cannot_learn(session, group, why, at))
    return JobResult(then=lambda session: permissions.learn(session, group, members, at))


def _id(sender: MessageSender, group: str) -> str:
    if not group.startswith("@"):
        return group
    for each in sender.client.usergroups_list()["usergroups"]:
        if each["handle"] == group.removeprefix("@"):
            return str(each["id"])
    raise CannotSay(f"there is no user group {group}")


def _reason(error: SlackApiError | CannotSay) -> str:
    return str(error) if isinstance(error, CannotSay) else refusal(error)
