"""Channel lookups in Slack, for handlers that need them before they decide."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.errors import ArchivedChannel, NotAChannel, NotInChannel

_NOT_VISIBLE = {"channel_not_found", "not_in_channel", "missing_scope", "method_not_supported_for_channel_type"}  # fmt: skip


def is_direct_message(channel_id: str) -> bool:
    return channel_id.startswith("D")


def check_and_join(client: WebClient, channel_id: str, command: str) -> tuple[str, bool]:
    """Check a channel, joining it if it's public; return its name and whether it's private.

    Raises NotAChannel for direct messages, ArchivedChannel, or NotInChannel if the bot can't see
    it.
    """
    if is_direct_message(channel_id):  # asking about it would need another scope
        raise NotAChannel(command=command)
    try:
        channel = client.conversations_info(channel=channel_id)["channel"]
        _refuse_unfit(channel, command)
        if not channel.get("is_member"):
            client.conversations_join(channel=channel_id)
    except SlackApiError as error:
        if error.response["error"] in _NOT_VISIBLE:
            raise NotInChannel from error
        raise
    return channel["name"], bool(channel.get("is_private"))


def is_public(client: WebClient, channel_id: str) -> bool:
    """Return whether everyone in the workspace may read a channel; False if Slack doesn't tell."""
    try:
        channel = client.conversations_info(channel=channel_id)["channel"]
    except (SlackApiError, OSError):
        return False  # the bot isn't in it, it's a direct message, or Slack doesn't respond
    return not any(channel.get(kind) for kind in ("is_private", "is_im", "is_mpim"))


def _refuse_unfit(channel: dict[str, Any], command: str) -> None:
    if channel.get("is_im") or channel.get("is_mpim"):
        raise NotAChannel(command=command)
    if channel.get("is_archived"):
        raise ArchivedChannel


def find(client: WebClient, name_or_id: str) -> str | None:
    """Return a channel's id by its name, or None. An id is returned as is."""
    if name_or_id[:1] in "CG" and name_or_id.isupper() and name_or_id.isalnum():
        return name_or_id
    for page in client.conversations_list(
        exclude_archived=True, limit=1000, types="public_channel,private_channel"
    ):
        for channel in page["channels"]:
            if channel["name"] == name_or_id:
                return str(channel["id"])
    return None
