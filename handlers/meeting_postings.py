"""What the bot says of a review meeting: its message, its file for calendars, the draft before it."""

from datetime import datetime

from bot import meetings, places, render
from bot.calendar_file import calendar_file, file_name
from bot.domain.incident import Incident
from bot.domain.markup import plain
from bot.domain.meeting import Meeting, MeetingState, shared_out
from bot.domain.posting import Posting
from bot.hours import is_here, is_reachable
from handlers import layouts, people
from handlers.channel_deeds import Told, answered, channel_of
from handlers.voice import Voice
from storage import meetings as stored
from storage import outbox
from storage.people import names


def meeting(voice: Voice, posting: Posting) -> Told:
    """The meeting as it is now: one message in the postmortem's thread, edited in place.

    Under a draft that is made again it is posted anew, and the one before points there.
    """
    incident, _ = channel_of(voice, posting)
    channel, thread = answered(voice, posting)
    found = _found(voice, incident)
    message = _message(voice, incident, found)
    blocks = layouts.meeting(message, found, over=found.ends_at <= voice.bot.now())
    if found.message_ts is not None and not _is_elsewhere(voice, posting, found.message_ts):
        voice.update(channel, found.message_ts, message.text, blocks)
        return Told(channel, found.message_ts)
    ts = voice.post(posting, channel, message.text, blocks, thread)
    if found.message_ts is not None:
        _point_to(voice, incident, (channel, found.message_ts), ts)
    return Told(channel, ts, lambda session: stored.said(session, incident.id, ts))


def _is_elsewhere(voice: Voice, posting: Posting, message_ts: str) -> bool:
    """Whether the message stands under an older draft than the one that this posting answers."""
    with voice.bot.store.begin() as session:
        there = outbox.thread_of(session, posting.incident_id or 0, posting.deed, message_ts)
    return there is not None and there < (posting.answers or 0)


def _point_to(voice: Voice, incident: Incident, old: tuple[str, str], ts: str) -> None:
    """Say in the message under the older draft where the meeting is now: nobody is to press there."""
    with voice.bot.store.begin() as session:
        link = places.permalink(session, old[0], ts)
    text = render.line("meeting_elsewhere", incident=incident, link=link)
    voice.update(*old, text, layouts.line(text))


def file(voice: Voice, posting: Posting) -> Told:
    """The meeting for calendars, in the thread. One that was changed since has another file."""
    incident, _ = channel_of(voice, posting)
    channel, thread = answered(voice, posting)
    found = _found(voice, incident)
    if str(found.sequence) != posting.about["sequence"]:
        return Told()
    with voice.bot.store.begin() as session:
        who = [each for each in found.invited if is_reachable(session, incident, each)]
        known = names(session, found.invited)
        link = places.postmortem(session, incident.id) or ""
    told = _told(voice, incident, found, known.get(found.facilitator or "", ""), link)
    shown = [known.get(each, each) for each in who]
    content = calendar_file(incident, found, told, shown, voice.bot.now())
    alt = plain(render.line("meeting_file_alt", incident=incident, meeting=found), {})
    named = file_name(incident, found)
    voice.upload(posting, channel, thread, name=named, content=content, alt=alt)
    return Told()


def draft(voice: Voice, posting: Posting) -> Told:
    """A DM with the draft to read before the meeting. Not to who has left, nor for a meeting that is off
    or moved; what comes at a bad hour waits for a better one."""
    incident, channel = channel_of(voice, posting)
    person, found = str(posting.about["person"]), _found(voice, incident)
    starts = datetime.fromisoformat(str(posting.about["starts"]))
    if (
        found.state is not MeetingState.SET
        or found.starts_at != starts
        or starts <= voice.bot.now()
    ):
        return Told()
    people.learn(voice.bot, voice.client, [person])
    with voice.bot.store.begin() as session:
        there = is_here(session, person)
        timely = meetings.may_be_shared(session, voice.bot, found, person, voice.bot.now())
        link = places.postmortem(session, incident.id)
    if not there:
        return Told()
    dm = voice.client.conversations_open(users=[person])["channel"]["id"]
    if not timely and voice.said_before(posting, dm) is None:
        return Told(then=lambda session: stored.share(session, incident.id, person, shared=False))
    leads = person == found.facilitator
    shown = {"meeting": found, "leads": leads, "link": link, "channel": channel}
    message = render.message("meeting_draft", incident=incident, **shown)
    return Told(dm, voice.post(posting, dm, message.text, layouts.told(message)))


def _message(voice: Voice, incident: Incident, found: Meeting) -> render.Message:
    people.learn(voice.bot, voice.client, found.invited)
    with voice.bot.store.begin() as session:
        come = [each for each in found.invited if is_reachable(session, incident, each)]
        suited = set(meetings.suited(session, voice.bot, found)).intersection(come)
    return render.message(
        "meeting",
        incident=incident,
        meeting=found,
        people=come,
        new_to_it=found.facilitator not in found.participants,
        agenda=shared_out(voice.bot.policy.meeting.agenda, found.minutes),
        suited=len(suited),
        command=voice.bot.policy.command,
    )


def _told(
    voice: Voice, incident: Incident, found: Meeting, leads: str, link: str
) -> dict[str, str]:
    """What the file says; a calendar reads no markup."""
    agenda = shared_out(voice.bot.policy.meeting.agenda, found.minutes)
    shown = {"agenda": agenda, "leads": leads, "link": link}
    return {
        "summary": plain(render.line("meeting_summary", incident=incident), {}),
        "description": plain(render.line("meeting_description", **shown), {}),
        "link": link,
    }


def _found(voice: Voice, incident: Incident) -> Meeting:
    with voice.bot.store.begin() as session:
        found = stored.of_incident(session, incident.id)
    assert found is not None  # noqa: S101 - a meeting is never deleted
    return found
