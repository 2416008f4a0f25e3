"""What the bot says of a review meeting: its message, its file for calendars, the draft before it."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.markup import plain
from bot.domain.meeting import Meeting, MeetingState, shared_out
from bot.incidents import permalinks
from bot.people.working_hours import is_here, is_reachable
from bot.postmortems import meetings
from bot.rendering import render
from bot.rendering.icalendar import calendar_file, file_name
from handlers.outbox.channel_setup import JobResult, answered, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from handlers.views import layouts
from storage import meetings as stored
from storage import outbox
from storage.people import names


def meeting(sender: MessageSender, job: Job) -> JobResult:
    """The meeting as it is now: one message in the postmortem's thread, edited in place.

    Under a draft that is made again it is posted anew, and the one before points there.
    """
    incident, _ = channel_of(sender, job)
    channel, thread = answered(sender, job)
    found = _found(sender, incident)
    message = _message(sender, incident, found)
    blocks = layouts.meeting(message, found, over=found.ends_at <= sender.bot.now())
    if found.message_ts is not None and not _is_elsewhere(sender, job, found.message_ts):
        sender.update(channel, found.message_ts, message.text, blocks)
        return JobResult(channel, found.message_ts)
    ts = sender.post(job, channel, message.text, blocks, thread)
    if found.message_ts is not None:
        _point_to(sender, incident, (channel, found.message_ts), ts)
    return JobResult(channel, ts, lambda session: stored.said(session, incident.id, ts))


def _is_elsewhere(sender: MessageSender, job: Job, message_ts: str) -> bool:
    """Whether the message stands under an older draft than the one that this posting answers."""
    with sender.bot.store.begin() as session:
        there = outbox.thread_of(session, job.incident_id or 0, job.kind, message_ts)
    return there is not None and there < (job.answers or 0)


def _point_to(sender: MessageSender, incident: Incident, old: tuple[str, str], ts: str) -> None:
    """Say in the message under the older draft where the meeting is now: nobody is to press there."""
    with sender.bot.store.begin() as session:
        link = permalinks.permalink(session, old[0], ts)
    text = render.line("meeting_elsewhere", incident=incident, link=link)
    sender.update(*old, text, layouts.line(text))


def file(sender: MessageSender, job: Job) -> JobResult:
    """The meeting for calendars, in the thread. One that was changed since has another file."""
    incident, _ = channel_of(sender, job)
    channel, thread = answered(sender, job)
    found = _found(sender, incident)
    if str(found.sequence) != job.about["sequence"]:
        return JobResult()
    with sender.bot.store.begin() as session:
        who = [each for each in found.invited if is_reachable(session, incident, each)]
        known = names(session, found.invited)
        link = permalinks.postmortem(session, incident.id) or ""
    told = _told(sender, incident, found, known.get(found.facilitator or "", ""), link)
    shown = [known.get(each, each) for each in who]
    content = calendar_file(incident, found, told, shown, sender.bot.now())
    alt = plain(render.line("meeting_file_alt", incident=incident, meeting=found), {})
    named = file_name(incident, found)
    sender.upload(job, channel, thread, name=named, content=content, alt=alt)
    return JobResult()


def draft(sender: MessageSender, job: Job) -> JobResult:
    """A DM with the draft to read before the meeting. Not to who has left, nor for a meeting that is off
    or moved; what comes at a bad hour waits for a better one."""
    incident, channel = channel_of(sender, job)
    person, found = str(job.about["person"]), _found(sender, incident)
    starts = datetime.fromisoformat(str(job.about["starts"]))
    if (
        found.state is not MeetingState.SET
        or found.starts_at != starts
        or starts <= sender.bot.now()
    ):
        return JobResult()
    people.learn(sender.bot, sender.client, [person])
    with sender.bot.store.begin() as session:
        there = is_here(session, person)
        timely = meetings.may_be_shared(session, sender.bot, found, person, sender.bot.now())
        link = permalinks.postmortem(session, incident.id)
    if not there:
        return JobResult()
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    if not timely and sender.said_before(job, dm) is None:
        return JobResult(
            then=lambda session: stored.share(session, incident.id, person, shared=False)
        )
    leads = person == found.facilitator
    shown = {"meeting": found, "leads": leads, "link": link, "channel": channel}
    message = render.message("meeting_draft", incident=incident, **shown)
    return JobResult(dm, sender.post(job, dm, message.text, layouts.told(message)))


def _message(sender: MessageSender, incident: Incident, found: Meeting) -> render.Message:
    people.learn(sender.bot, sender.client, found.invited)
    with sender.bot.store.begin() as session:
        come = [each for each in found.invited if is_reachable(session, incident, each)]
        suited = set(meetings.suited(session, sender.bot, found)).intersection(come)
    return render.message(
        "meeting",
        incident=incident,
        meeting=found,
        people=come,
        new_to_it=found.facilitator not in found.participants,
        agenda=shared_out(sender.bot.policy.meeting.agenda, found.minutes),
        suited=len(suited),
        command=sender.bot.policy.command,
    )


def _told(
    sender: MessageSender, incident: Incident, found: Meeting, leads: str, link: str
) -> dict[str, str]:
    """What the file says; a calendar reads no markup."""
    agenda = shared_out(sender.bot.policy.meeting.agenda, found.minutes)
    shown = {"agenda": agenda, "leads": leads, "link": link}
    return {
        "summary": plain(render.line("meeting_summary", incident=incident), {}),
        "description": plain(render.line("meeting_description", **shown), {}),
        "link": link,
    }


def _found(sender: MessageSender, incident: Incident) -> Meeting:
    with sender.bot.store.begin() as session:
        found = stored.of_incident(session, incident.id)
    assert found is not None  # noqa: S101 - a meeting is never deleted
    return found
