"""Messages about past incidents in the digest's channel: a year ago today, and a quarter's vote."""

from bot.domain.job import Job
from bot.incidents import permalinks
from bot.rendering import render
from bot.reports import anniversaries, postmortem_votes
from handlers.outbox.job_context import JobResult, find_parent_message, incident_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from storage import votes
from storage.engine.store import Session
from storage.votes import Ballot


def post_year_ago(sender: MessageSender, job: Job) -> JobResult:
    """Post one line about an incident of a year ago, if its postmortem may still be mentioned."""
    name, incident = sender.bot.policy.digest_channel, incident_of(sender, job)
    with sender.bot.store.begin() as session:
        if name is None or not anniversaries.may_be_posted(session, incident):
            return JobResult()
        link = permalinks.for_postmortem(session, incident.id)
        lesson = anniversaries.find_lesson(session, incident)
    text = render.line("year_ago", incident=incident, link=link, lesson=lesson)
    channel = sender.find_channel_id(name)
    return JobResult(channel, sender.post(job, channel, text, layouts.line(text)))


def post_ballot(sender: MessageSender, job: Job) -> JobResult:
    """Post a quarter's postmortems to vote for, or update the message once the vote is decided."""
    name = sender.bot.policy.digest_channel
    if name is None:
        return JobResult()
    with sender.bot.store.begin() as session:
        ballot = _ballot(session, job)
        candidates = postmortem_votes.list_candidates(session, ballot)
    text = render.line("ballot", ballot=ballot, listed=candidates)
    blocks = layouts.ballot(text, ballot.quarter, 0 if ballot.closed else len(candidates))
    if job.answers:
        channel, ts = find_parent_message(sender, job)
        sender.update(channel, ts, text, blocks)
        return JobResult()
    channel = sender.find_channel_id(name)
    return JobResult(channel, sender.post(job, channel, text, blocks))


def post_winners(sender: MessageSender, job: Job) -> JobResult:
    """Post the winning postmortem in the thread of the vote."""
    channel, thread = find_parent_message(sender, job)
    with sender.bot.store.begin() as session:
        ballot = _ballot(session, job)
        winners = postmortem_votes.list_winners(session, ballot)
    text = render.line("elected", quarter=ballot.quarter, best=winners)
    return JobResult(channel, sender.post(job, channel, text, layouts.line(text), thread))


def _ballot(session: Session, job: Job) -> Ballot:
    ballot = votes.of_quarter(session, str(job.about["quarter"]))
    assert ballot is not None  # noqa: S101 - a vote is never deleted
    return ballot
