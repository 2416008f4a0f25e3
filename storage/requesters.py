"""The requester of the jobs that a transaction enqueues; they're told if Slack refuses one."""

from sqlmodel import Session

from bot.domain.job import Job

_KEY = "requester"


def remember(session: Session, person: str, channel_id: str) -> None:
    """Attribute all jobs that this transaction writes from here on."""
    session.info[_KEY] = (person, channel_id)


def pass_on(session: Session, job: Job) -> None:
    """Attribute jobs that follow from another to whoever asked for that one."""
    remember(session, job.requested_by, job.requested_in)


def current(session: Session) -> tuple[str, str]:
    """Return the person and the channel; both empty if nobody asked."""
    requester: tuple[str, str] = session.info.get(_KEY, ("", ""))
    return requester
