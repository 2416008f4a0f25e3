"""What the bot says of what is over, in the digest's channel: a year ago today, and the vote of a quarter."""

from bot import learning, places, render
from bot.domain.posting import Posting
from handlers import layouts
from handlers.channel_deeds import Told, answered, incident_of
from handlers.voice import Voice
from storage import votes
from storage.engine import Session
from storage.votes import Ballot


def year_ago(voice: Voice, posting: Posting) -> Told:
    """One line of an incident of a year ago, unless its postmortem may not be told any more."""
    name, incident = voice.bot.policy.digest_channel, incident_of(voice, posting)
    with voice.bot.store.begin() as session:
        if name is None or not learning.may_be_told(session, incident):
            return Told()
        link = places.postmortem(session, incident.id)
        lesson = learning.lesson(session, incident)
    text = render.line("year_ago", incident=incident, link=link, lesson=lesson)
    channel = voice.channel_named(name)
    return Told(channel, voice.post(posting, channel, text, layouts.line(text)))


def ballot(voice: Voice, posting: Posting) -> Told:
    """The postmortems of a quarter to choose from; edited once it is decided."""
    name = voice.bot.policy.digest_channel
    if name is None:
        return Told()
    with voice.bot.store.begin() as session:
        found = _ballot(session, posting)
        listed = learning.candidates(session, found)
    text = render.line("ballot", ballot=found, listed=listed)
    blocks = layouts.ballot(text, found.quarter, 0 if found.closed else len(listed))
    if posting.answers:
        channel, ts = answered(voice, posting)
        voice.update(channel, ts, text, blocks)
        return Told()
    channel = voice.channel_named(name)
    return Told(channel, voice.post(posting, channel, text, blocks))


def elected(voice: Voice, posting: Posting) -> Told:
    """Which postmortem it is, in the thread of the vote."""
    channel, thread = answered(voice, posting)
    with voice.bot.store.begin() as session:
        found = _ballot(session, posting)
        best = learning.winners(session, found)
    text = render.line("elected", quarter=found.quarter, best=best)
    return Told(channel, voice.post(posting, channel, text, layouts.line(text), thread))


def _ballot(session: Session, posting: Posting) -> Ballot:
    found = votes.of_quarter(session, str(posting.about["quarter"]))
    assert found is not None  # noqa: S101 - a vote is never deleted
    return found
