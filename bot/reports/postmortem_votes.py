"""The vote for a quarter's best postmortem, of final ones of public incidents.

It honors a postmortem, never a person.
"""

from datetime import date, datetime, time, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NoSuchCandidate, VoteOver
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.timeline import to_slack_ts
from bot.incidents import permalinks
from bot.reports.anniversaries import may_be_posted, midnight
from bot.reports.digest_schedule import LANE, load_schedule
from storage import incidents, outbox, reviews, votes
from storage.engine.store import Session
from storage.votes import Ballot

DURATION = timedelta(days=7)
MAX_CANDIDATES = 10  # candidates; there are number reactions up to ten
MIN_CANDIDATES = 2  # fewer candidates need no vote


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
    max_votes = max((count for _, _, count in eligible), default=0)
    return [winner for winner in eligible if max_votes and winner[2] == max_votes]


def quarter_before(today: date) -> tuple[str, date, date]:
    """Return the quarter before a date's: its name, first day, and the day after its last."""
    number = (today.month - 1) // 3
    ended = date(today.year, 3 * number + 1, 1)
    began = date(ended.year - (number == 0), (ended.month - 4) % 12 + 1, 1)
    return f"{began.year}-Q{(began.month + 2) // 3}", began, ended


def _open_vote(session: Session, bot: Bot, at: datetime) -> int:
    quarter, began, ended = quarter_before(at.astimezone(bot.policy.zone).date())
    opens = datetime.combine(ended, time(bot.policy.digest.hour), bot.policy.zone)
    is_on = load_schedule(session, bot).on
    is_enabled = bot.policy.learning.vote and is_on and bot.policy.digest_channel is not None
    if not (is_enabled and opens <= at < opens + DURATION) or votes.of_quarter(session, quarter):
        return 0
    span = (midnight(bot, began), midnight(bot, ended))
    ids = reviews.made_final(session, *span)
    candidate_ids = [
        incident_id
        for incident_id in ids
        if may_be_posted(session, incidents.by_id(session, incident_id))
    ][-MAX_CANDIDATES:]
    ballot = Ballot(
        quarter=quarter,
        candidates=tuple(candidate_ids),
        closes_at=at + DURATION,
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
