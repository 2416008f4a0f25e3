"""Where things are in Slack: the addresses of messages, and of the postmortem that one shows."""

from bot.domain.app_updates import message_of
from bot.domain.posting import Deed
from storage import outbox, settings
from storage.engine import Session

WORKSPACE = "workspace.url"


def permalink(session: Session, channel_id: str, message_id: str) -> str | None:
    """The address of a message, as Slack makes it; None before the workspace is known."""
    workspace = settings.get(session, WORKSPACE)
    if workspace is None or not message_id[:1].isdigit():
        return None
    return f"{workspace}archives/{channel_id}/p{message_of(message_id).replace('.', '')}"


def postmortem(session: Session, incident_id: int) -> str | None:
    """The address of an incident's postmortem in its channel; None where none is said."""
    summary = outbox.newest(session, incident_id, Deed.SUMMARY)
    said = outbox.place(session, summary) if summary else None
    return permalink(session, *said) if said else None
