"""User groups: who is in those that the policy names, asked of Slack now and then."""

import structlog
from slack_sdk.errors import SlackApiError

from bot import permissions
from bot.domain.posting import Posting
from handlers.channel_deeds import Told
from handlers.errors import refusal
from handlers.voice import CannotSay, Voice

log = structlog.get_logger()


def read(voice: Voice, posting: Posting) -> Told:
    """Learn who is in a group, or why that cannot be learned."""
    group, at = str(posting.about["group"]), voice.bot.now()
    try:
        members = voice.client.usergroups_users_list(usergroup=_id(voice, group))["users"]
    except (SlackApiError, CannotSay) as error:
        why = _reason(error)
        log.warning("user group not read", group=group, reason=why)
        return Told(then=lambda session: permissions.cannot_learn(session, group, why, at))
    return Told(then=lambda session: permissions.learn(session, group, members, at))


def _id(voice: Voice, group: str) -> str:
    if not group.startswith("@"):
        return group
    for each in voice.client.usergroups_list()["usergroups"]:
        if each["handle"] == group.removeprefix("@"):
            return str(each["id"])
    raise CannotSay(f"there is no user group {group}")


def _reason(error: SlackApiError | CannotSay) -> str:
    return str(error) if isinstance(error, CannotSay) else refusal(error)
