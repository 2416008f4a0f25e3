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
MAX_CHANNELS = 20  # looked up at once, with one call each


def learn(bot: Bot, client: WebClient, ids: Iterable[str]) -> None:
    """Look up unknown names in Slack. If it refuses, texts say "a user group" or show the id."""
    references = [reference for reference in dict.fromkeys(ids) if is_reference(reference)]
    if not references:
        return
    with bot.store.begin() as session:
        known = reference_names.names(session, references)
    unknown = [reference for reference in references if reference not in known]
    channels = [reference for reference in unknown if not reference.startswith("S")][:MAX_CHANNELS]
    groups = {reference for reference in unknown if reference.startswith("S")}
    names = dict(_groups(client, groups)) | dict(_channels(client, channels))
    if names:
        with bot.store.begin() as session:
            reference_names.keep(session, names)


def _groups(client: WebClient, ids: set[str]) -> Iterator[tuple[str, str]]:
    if not ids:
        return
    try:
        groups = client.usergroups_list()["usergroups"]
    except (SlackApiError, OSError) as error:
        _log_refusal("user groups", error)
        return
    for group in groups:
        if group["id"] in ids and text(group, "handle"):
            yield group["id"], redact_and_shorten(text(group, "handle"))


def _channels(client: WebClient, ids: list[str]) -> Iterator[tuple[str, str]]:
    """Yield names of public channels; Slack shows private ones to their members only."""
    for channel_id in ids:
        try:
            channel = client.conversations_info(channel=channel_id)["channel"]
        except (SlackApiError, OSError) as error:
            _log_refusal(channel_id, error)
            continue
        if not channel.get("is_private") and text(channel, "name"):
            yield channel_id, redact_and_shorten(text(channel, "name"))


def _log_refusal(subject: str, error: SlackApiError | OSError) -> None:
    reason = describe_slack_error(error) if isinstance(error, SlackApiError) else str(error)
    log.info("cannot look up name", what=subject, reason=reason)
