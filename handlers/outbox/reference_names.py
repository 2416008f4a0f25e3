"""Learn the names of channels and user groups that messages refer to by id."""

from collections.abc import Iterable, Iterator

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.markup import is_reference
from bot.slack_text.json_values import text
from handlers.errors import describe_slack_error
from handlers.slack.fields import redact_and_shorten
from storage import reference_names

log = structlog.get_logger()
MOST = 20  # channels that are asked for at once, a call each


def learn(bot: Bot, client: WebClient, ids: Iterable[str]) -> None:
    """Ask Slack for the names that aren't known. Where it refuses, texts say "a user group" or the id."""
    asked = [each for each in dict.fromkeys(ids) if is_reference(each)]
    if not asked:
        return
    with bot.store.begin() as session:
        known = reference_names.names(session, asked)
    unknown = [each for each in asked if each not in known]
    channels = [each for each in unknown if not each.startswith("S")][:MOST]
    groups = {each for each in unknown if each.startswith("S")}
    found = dict(_groups(client, groups)) | dict(_channels(client, channels))
    if found:
        with bot.store.begin() as session:
            reference_names.keep(session, found)


def _groups(client: WebClient, ids: set[str]) -> Iterator[tuple[str, str]]:
    if not ids:
        return
    try:
        listed = client.usergroups_list()["usergroups"]
    except (SlackApiError, OSError) as error:
        _log_refusal("user groups", error)
        return
    for group in listed:
        if group["id"] in ids and text(group, "handle"):
            yield group["id"], redact_and_shorten(text(group, "handle"))


def _channels(client: WebClient, ids: list[str]) -> Iterator[tuple[str, str]]:
    """Names of public channels: Slack shows those of private ones to their members only."""
    for channel_id in ids:
        try:
            channel = client.conversations_info(channel=channel_id)["channel"]
        except (SlackApiError, OSError) as error:
            _log_refusal(channel_id, error)
            continue
        if not channel.get("is_private") and text(channel, "name"):
            yield channel_id, redact_and_shorten(text(channel, "name"))


def _log_refusal(what: str, error: SlackApiError | OSError) -> None:
    reason = describe_slack_error(error) if isinstance(error, SlackApiError) else str(error)
    log.info("name lookup failed", what=what, reason=reason)
