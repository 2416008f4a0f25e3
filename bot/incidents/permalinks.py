"""Permalinks to messages in Slack, including the one that shows a postmortem."""

from bot.domain import message_links
from bot.domain.app_updates import original_message_id
from bot.domain.job import JobKind
from storage import outbox, settings
from storage.engine.store import Session

WORKSPACE_URL_KEY = "workspace.url"


def permalink(session: Session, channel_id: str, message_id: str) -> str | None:
    """Return a message's permalink in Slack's format; None before the workspace URL is known."""
    return message_links.build_link(
        workspace_url(session), channel_id, original_message_id(message_id)
    )


def workspace_url(session: Session) -> str:
    """Return the workspace's URL; empty if it isn't known yet."""
    return settings.get(session, WORKSPACE_URL_KEY) or ""


def for_postmortem(session: Session, incident_id: int) -> str | None:
    """Return the permalink of an incident's postmortem in its channel; None if none was posted."""
    summary = outbox.find_last_id(session, incident_id, JobKind.SUMMARY)
    message = outbox.find_posted_message(session, summary) if summary else None
    return permalink(session, *message) if message else None
