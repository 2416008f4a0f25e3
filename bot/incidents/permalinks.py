"""Where things are in Slack: the addresses of messages, and of the postmortem that one shows."""

from bot.domain import message_links
from bot.domain.app_updates import message_of
from bot.domain.job import JobKind
from storage import outbox, settings
from storage.engine.store import Session

WORKSPACE = "workspace.url"


def permalink(session: Session, channel_id: str, message_id: str) -> str | None:
    """The address of a message, as Slack makes it; None before the workspace is known."""
    return message_links.write(workspace(session), channel_id, message_of(message_id))


def workspace(session: Session) -> str:
    """The address of the workspace; empty before it is known."""
    return settings.get(session, WORKSPACE) or ""


def postmortem(session: Session, incident_id: int) -> str | None:
    """The address of an incident's postmortem in its channel; None where none is said."""
    summary = outbox.newest(session, incident_id, JobKind.SUMMARY)
    said = outbox.place(session, summary) if summary else None
    return permalink(session, *said) if said else None
