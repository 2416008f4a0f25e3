"""Keep the Home tabs that people have opened up to date."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, person_lane
from storage import outbox, participants, settings
from storage.engine.store import Session

_OPENED = "home:{}"


def note_opened(session: Session, person: str, at: datetime) -> None:
    """Remember that a person opened their Home tab, so that it's kept up to date."""
    settings.save(session, _OPENED.format(person), at.isoformat())


def forget_opened(session: Session, person: str) -> None:
    settings.remove(session, _OPENED.format(person))


def show(session: Session, person: str, at: datetime) -> None:
    """Publish a person's Home tab."""
    job = Job(kind=JobKind.HOME, lane=person_lane(person), about={"person": person})
    outbox.enqueue(session, job, at)


def refresh(session: Session, person: str | None, at: datetime) -> None:
    """Publish a person's Home tab again if they ever opened it."""
    if person and settings.get(session, _OPENED.format(person)) is not None:
        show(session, person, at)


def refresh_participants(session: Session, incident: Incident, at: datetime) -> None:
    """Publish the Home tab again for everybody whose list of incidents has this one."""
    prefix = _OPENED.format("")
    opened = {name.removeprefix(prefix) for name in settings.get_by_prefix(session, prefix)}
    if opened:
        for person in sorted(opened & participants.of_incident(session, incident)):
            show(session, person, at)
