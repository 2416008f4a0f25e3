"""What the bot says of what is over, in the digest's channel: a year ago today, and the vote of a quarter."""

from bot.domain.job import Job
from bot.incidents import permalinks
from bot.rendering import render
from bot.reports import anniversaries
from handlers.outbox.channel_setup import JobResult, answered, incident_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from storage import votes
from storage.engine.store import Session
from storage.votes import Ballot


def year_ago(sender: MessageSender, job: Job) -> JobResult:
    """One line of an incident of a year ago, unless its postmortem may not be told any more."""
    name, incident = sender.bot.policy.digest_channel, incident_of(sender, job)
    with sender.bot.store.begin() as session:
        if name is None or not anniversaries.may_be_told(session, incident):
            return JobResult()
        link = permalinks.postmortem(session, incident.id)
        lesson = anniversaries.lesson(session, incident)
    text = render.line("year_ago", incident=incident, link=link, lesson=lesson)
    channel = sender.channel_named(name)
    return JobResult(channel, sender.post(job, channel, text, layouts.line(text)))


def ballot(sender: MessageSender, job: Job) -> JobResult:
    """The postmortems of a quarter to choose from; edited once it is decided."""
    name = sender.bot.policy.digest_channel
    if name is None:
        return JobResult()
    with sender.bot.store.begin() as session:
        found = _ballot(session, job)
        listed = anniversaries.candidates(session, found)
    text = render.line("ballot", ballot=found, listed=listed)
    blocks = layouts.ballot(text, found.quarter, 0 if found.closed else len(listed))
    if job.answers:
        channel, ts = answered(sender, job)
        sender.update(channel, ts, text, blocks)
        return JobResult()
    channel = sender.channel_named(name)
    return JobResult(channel, sender.post(job, channel, text, blocks))


def elected(sender: MessageSender, job: Job) -> JobResult:
    """Which postmortem it is, in the thread of the vote."""
    channel, thread = answered(sender, job)
    with sender.bot.store.begin() as session:
        found = _ballot(session, job)
        best = anniversaries.winners(session, found)
    text = render.line("elected", quarter=found.quarter, best=best)
    return JobResult(channel, sender.post(job, channel, text, layouts.line(text), thread))


def _ballot(session: Session, job: Job) -> Ballot:
    found = votes.of_quarter(session, str(job.about["quarter"]))
    assert found is not None  # noqa: S101 - a vote is never deleted
    return found
