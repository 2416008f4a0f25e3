"""Links to messages, as Slack's "Copy link" writes them."""

import re

_LINK = re.compile(r"https://[^\s|>/]{1,255}/archives/([A-Z0-9]{1,20})/p(\d{10})(\d{6})(?!\d)")


def build_link(workspace: str, channel_id: str, message_id: str) -> str | None:
    """Return a message's permalink; None if it isn't a message, or the workspace is unknown."""
    if not workspace or not message_id[:1].isdigit():
        return None
    return f"{workspace}archives/{channel_id}/p{message_id.replace('.', '')}"


def parse_link(text: str) -> tuple[str, str] | None:
    """Return the channel id and message id of the first message link in a text, or None."""
    match = _LINK.search(text)
    return (match[1], f"{match[2]}.{match[3]}") if match else None
