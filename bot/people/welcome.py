"""The welcome message to the first person who uses the bot."""

from datetime import datetime

from bot.domain.job import Job, JobKind, person_lane
from storage import outbox, settings
from storage.engine.store import Session

_GREETED = "greeted"


def welcome_first_user(session: Session, person: str, at: datetime) -> None:
    """Welcome the first person who uses the bot in this workspace, and nobody else.

    Slack doesn't tell a bot who installed it; the first user is the best guess.
    """
    if settings.get(session, _GREETED) is None:
        settings.save(session, _GREETED, person)
        job = Job(kind=JobKind.HELLO, lane=person_lane(person), about={"person": person})
        outbox.enqueue(session, job, at)
