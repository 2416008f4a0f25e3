"""Learning from past incidents: the post about an incident of a year ago.

It covers only public incidents with a final postmortem.
"""

from datetime import date, datetime, time, timedelta

from bot.config.context import Bot
from bot.domain.incident import Incident, Severity
from bot.domain.job import Job, JobKind
from bot.domain.review import PostmortemState
from bot.domain.section import SectionName
from bot.postmortems import drafts
from bot.reports.digest_schedule import LANE, load_schedule
from storage import incidents, outbox, reviews, settings
from storage.engine.store import Session

MIN_INTERVAL = timedelta(days=7)
_CHECKED_KEY, _POSTED_KEY = "year_ago.looked", "year_ago.told"


def enqueue_anniversary(session: Session, bot: Bot, at: datetime) -> int:
    """Enqueue a post about an incident of a year ago today, at the digest's hour, at most weekly.

    Return the number of posts, 0 or 1.
    """
    schedule = load_schedule(session, bot)
    local = at.astimezone(schedule.zone)
    today = local.date()
    if not (bot.policy.learning.year_ago and schedule.on and bot.policy.digest_channel):
        return 0
    if local.hour < schedule.hour or settings.get(session, _CHECKED_KEY) == today.isoformat():
        return 0
    settings.save(session, _CHECKED_KEY, today.isoformat())
    last = settings.get(session, _POSTED_KEY)
    if last is not None and today - date.fromisoformat(last) < MIN_INTERVAL:
        return 0
    incident = _find_anniversary(session, bot, today)
    if incident is None:
        return 0
    settings.save(session, _POSTED_KEY, today.isoformat())
    job = Job(kind=JobKind.YEAR_AGO, lane=LANE, incident_id=incident.id)
    outbox.enqueue(session, job, at)
    return 1


def find_lesson(session: Session, incident: Incident) -> str:
    """Return the first lesson that people wrote, else the root cause; empty without either."""
    document = drafts.latest(session, incident).document
    lessons_text = document.get("sections", {}).get(SectionName.LESSONS, {}).get("text", "")
    causes = [str(cause["text"]) for cause in document["root_cause"]]
    lines = [line.strip("-*• ") for line in str(lessons_text).splitlines()]
    return next((line for line in (*lines, *causes) if line), "")


def may_be_posted(session: Session, incident: Incident) -> bool:
    """Return whether an incident may be posted about: it's public, and its postmortem is final."""
    final = reviews.of_incident(session, incident.id).state is PostmortemState.FINAL
    return final and not incident.private


def _find_anniversary(session: Session, bot: Bot, today: date) -> Incident | None:
    """Return the most severe incident of that day.

    Nothing is found on February 29, and an incident of that day has no anniversary.
    """
    try:
        year_ago = today.replace(year=today.year - 1)
    except ValueError:
        return None
    span = (midnight(bot, year_ago), midnight(bot, year_ago + timedelta(days=1)))
    postable = [
        incident
        for incident in incidents.declared_between(session, *span)
        if may_be_posted(session, incident)
    ]
    return min(
        postable, key=lambda incident: (incident.severity or Severity.P2, incident.id), default=None
    )


def midnight(bot: Bot, day: date) -> datetime:
    """Return the start of a day in the configured zone."""
    return datetime.combine(day, time(0), bot.policy.zone)
