"""Learning from past incidents: the anniversary post, and the vote for a quarter's best postmortem.

They only cover final postmortems of public incidents. A vote honors a postmortem, never a person.
"""

from datetime import date, datetime, time, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NoSuchCandidate, VoteOver
from bot.domain.incident import Incident, Severity
from bot.domain.job import Job, JobKind
from bot.domain.review import PostmortemState
from bot.domain.section import SectionName
from bot.domain.timeline import to_slack_ts
from bot.incidents import permalinks
from bot.postmortems import drafts
from bot.reports.digest_schedule import LANE, load_schedule
from storage import incidents, outbox, reviews, settings, votes
from storage.engine.store import Session
from storage.votes import Ballot

A_WEEK = timedelta(days=7)
MAX_CANDIDATES = 10  # candidates; there are number reactions up to ten
MIN_CANDIDATES = 2  # fewer candidates need no vote
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
    if last is not None and today - date.fromisoformat(last) < A_WEEK:
        return 0
    incident = _find_anniversary(session, bot, today)
    if incident is None:
        return 0
    settings.save(session, _POSTED_KEY, today.isoformat())
    job = Job(kind=JobKind.YEAR_AGO, lane=LANE, incident_id=incident.id)
    outbox.enqueue(session, job, at)
    return 1


def run_votes(session: Session, bot: Bot, at: datetime) -> int:
    """Start a vote when a quarter is over, and close it a week later. Return how many of both."""
    ended = votes.list_ended(session, at)
    for ballot in ended:
        _close_vote(session, ballot, at)
    return len(ended) + _open_vote(session, bot, at)


def vote(session: Session, actor: Actor, quarter: str, number: int) -> Incident:
    """Vote for the postmortem with this number in the list, replacing an earlier vote.

    Raises VoteOver or NoSuchCandidate.
    """
    ballot = votes.of_quarter(session, quarter)
    if ballot is None or ballot.closed or ballot.closes_at <= actor.at:
        raise VoteOver(quarter=quarter)
    if not 1 <= number <= len(ballot.candidates):
        raise NoSuchCandidate(most=len(ballot.candidates))
    incident = incidents.by_id(session, ballot.candidates[number - 1])
    votes.vote(session, quarter, actor.person, incident.id, to_slack_ts(actor.at))
    return incident


def apply_reaction(
    session: Session, actor: Actor, place: tuple[str, int], version: str, *, removed: bool
) -> bool:
    """Record a number reaction on the vote's message, or its removal. Return whether it counts.

    `place` is the message's id and the number. Removing a number only takes back a vote for that
    number.
    """
    message_id, number = place
    ballot = votes.find_by_message(session, actor.channel_id, message_id)
    if ballot is None or ballot.closed or ballot.closes_at <= actor.at:
        return False
    if not 1 <= number <= len(ballot.candidates):
        return False
    chosen, now = (
        ballot.candidates[number - 1],
        votes.of_person(session, ballot.quarter, actor.person),
    )
    if removed and now != chosen:
        return False
    return votes.vote(session, ballot.quarter, actor.person, 0 if removed else chosen, version)


def list_candidates(session: Session, ballot: Ballot) -> list[tuple[Incident, str | None, int]]:
    """Return the candidates, each with its postmortem's permalink and its votes."""
    counted = votes.count_votes(session, ballot.quarter)
    nominated = [incidents.by_id(session, incident_id) for incident_id in ballot.candidates]
    return [
        (candidate, permalinks.for_postmortem(session, candidate.id), counted.get(candidate.id, 0))
        for candidate in nominated
    ]


def list_winners(session: Session, ballot: Ballot) -> list[tuple[Incident, str | None, int]]:
    """Return the candidates with the most votes; empty if nobody voted.

    Candidates that may no longer be posted about are left out.
    """
    eligible = [
        candidate
        for candidate in list_candidates(session, ballot)
        if may_be_posted(session, candidate[0])
    ]
    most = max((count for _, _, count in eligible), default=0)
    return [winner for winner in eligible if most and winner[2] == most]


def find_lesson(session: Session, incident: Incident) -> str:
    """Return the first lesson that people wrote, else the root cause; empty without either."""
    document = drafts.latest(session, incident).document
    written = document.get("sections", {}).get(SectionName.LESSONS, {}).get("text", "")
    causes = [str(cause["text"]) for cause in document["root_cause"]]
    lines = [line.strip("-*• ") for line in str(written).splitlines()]
    return next((line for line in (*lines, *causes) if line), "")


def may_be_posted(session: Session, incident: Incident) -> bool:
    """Return whether an incident may be posted about: it's public, and its postmortem is final."""
    final = reviews.of_incident(session, incident.id).state is PostmortemState.FINAL
    return final and not incident.private


def quarter_before(today: date) -> tuple[str, date, date]:
    """Return the quarter before a date's: its name, first day, and the day after its last."""
    number = (today.month - 1) // 3
    ended = date(today.year, 3 * number + 1, 1)
    began = date(ended.year - (number == 0), (ended.month - 4) % 12 + 1, 1)
    return f"{began.year}-Q{(began.month + 2) // 3}", began, ended


def _find_anniversary(session: Session, bot: Bot, today: date) -> Incident | None:
    """Return the most severe incident of that day.

    Nothing is found on February 29, and an incident of that day has no anniversary.
    """
    try:
        year_ago = today.replace(year=today.year - 1)
    except ValueError:
        return None
    span = (_midnight(bot, year_ago), _midnight(bot, year_ago + timedelta(days=1)))
    postable = [
        incident
        for incident in incidents.declared_between(session, *span)
        if may_be_posted(session, incident)
    ]
    return min(
        postable, key=lambda incident: (incident.severity or Severity.P2, incident.id), default=None
    )


def _open_vote(session: Session, bot: Bot, at: datetime) -> int:
    quarter, began, ended = quarter_before(at.astimezone(bot.policy.zone).date())
    opens = datetime.combine(ended, time(bot.policy.digest.hour), bot.policy.zone)
    on = load_schedule(session, bot).on
    is_enabled = bot.policy.learning.vote and on and bot.policy.digest_channel is not None
    if not (is_enabled and opens <= at < opens + A_WEEK) or votes.of_quarter(session, quarter):
        return 0
    span = (_midnight(bot, began), _midnight(bot, ended))
    ids = reviews.made_final(session, *span)
    candidate_ids = [
        incident_id
        for incident_id in ids
        if may_be_posted(session, incidents.by_id(session, incident_id))
    ][-MAX_CANDIDATES:]
    ballot = Ballot(
        quarter=quarter,
        candidates=tuple(candidate_ids),
        closes_at=at + A_WEEK,
        closed=len(candidate_ids) < MIN_CANDIDATES,
    )
    if not votes.add(session, ballot) or ballot.closed:
        return 0
    about = {"quarter": quarter}
    job_id = outbox.enqueue(session, Job(kind=JobKind.BALLOT, lane=LANE, about=about), at)
    votes.save_job(session, quarter, job_id)
    return 1


def _close_vote(session: Session, ballot: Ballot, at: datetime) -> None:
    votes.close(session, ballot.quarter)
    about = {"quarter": ballot.quarter}
    for kind in (JobKind.BALLOT, JobKind.ELECTED):
        job = Job(kind=kind, lane=LANE, about=about, answers=ballot.job)
        outbox.enqueue(session, job, at)


def _midnight(bot: Bot, day: date) -> datetime:
    return datetime.combine(day, time(0), bot.policy.zone)
