"""Messages about a review meeting: the meeting, its calendar file, the draft to read before."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.markup import to_plain_text
from bot.domain.meeting import Meeting, MeetingState, scale_agenda
from bot.incidents import permalinks
from bot.people.reachability import is_member, is_reachable
from bot.postmortems import meeting_drafts, meeting_proposal
from bot.rendering import render
from bot.rendering.icalendar import file_name, make_calendar_file
from handlers.outbox.channel_setup import JobResult, channel_of, find_parent_message
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from handlers.views import layouts
from storage import meetings as stored
from storage import outbox
from storage.people import names


def post_meeting(sender: MessageSender, job: Job) -> JobResult:
    """Post the meeting in the postmortem's thread, or update it in place.

    Under a new draft it's posted again, and the old message links there.
    """
    incident, _ = channel_of(sender, job)
    channel, thread = find_parent_message(sender, job)
    found = _find_meeting(sender, incident)
    message = _message(sender, incident, found)
    blocks = layouts.meeting(message, found, over=found.ends_at <= sender.bot.now())
    if found.message_ts is not None and not _is_elsewhere(sender, job, found.message_ts):
        sender.update(channel, found.message_ts, message.text, blocks)
        return JobResult(channel, found.message_ts)
    ts = sender.post(job, channel, message.text, blocks, thread)
    if found.message_ts is not None:
        _link_to_new(sender, incident, (channel, found.message_ts), ts)
    return JobResult(channel, ts, lambda session: stored.save_message(session, incident.id, ts))


def _is_elsewhere(sender: MessageSender, job: Job, message_ts: str) -> bool:
    """Return whether the message is under an older draft than the one that this job replies to."""
    with sender.bot.store.begin() as session:
        there = outbox.find_thread_job(session, job.incident_id or 0, job.kind, message_ts)
    return there is not None and there < (job.answers or 0)


def _link_to_new(sender: MessageSender, incident: Incident, old: tuple[str, str], ts: str) -> None:
    """Replace the message under the older draft, and its buttons, with a link to the new one."""
    with sender.bot.store.begin() as session:
        link = permalinks.permalink(session, old[0], ts)
    text = render.line("meeting_elsewhere", incident=incident, link=link)
    sender.update(*old, text, layouts.line(text))


def post_calendar_file(sender: MessageSender, job: Job) -> JobResult:
    """Post the calendar file in the thread, unless a change of the meeting has made it outdated."""
    incident, _ = channel_of(sender, job)
    channel, thread = find_parent_message(sender, job)
    found = _find_meeting(sender, incident)
    if str(found.sequence) != job.about["sequence"]:
        return JobResult()
    with sender.bot.store.begin() as session:
        who = [each for each in found.invited if is_reachable(session, incident, each)]
        known = names(session, found.invited)
        link = permalinks.for_postmortem(session, incident.id) or ""
    told = _render_calendar_texts(
        sender, incident, found, known.get(found.facilitator or "", ""), link
    )
    shown = [known.get(each, each) for each in who]
    content = make_calendar_file(incident, found, told, shown, sender.bot.now())
    alt = to_plain_text(render.line("meeting_file_alt", incident=incident, meeting=found), {})
    named = file_name(incident, found)
    sender.upload(job, channel, thread, name=named, content=content, alt=alt)
    return JobResult()


def send_draft(sender: MessageSender, job: Job) -> JobResult:
    """Send a person the draft to read before the meeting.

    Nothing is sent to people who have left, or if the meeting was cancelled or moved. At a bad
    time, it waits for a better one.
    """
    incident, channel = channel_of(sender, job)
    person, found = str(job.about["person"]), _find_meeting(sender, incident)
    starts = datetime.fromisoformat(str(job.about["starts"]))
    if (
        found.state is not MeetingState.SET
        or found.starts_at != starts
        or starts <= sender.bot.now()
    ):
        return JobResult()
    people.look_up(sender.bot, sender.client, [person])
    with sender.bot.store.begin() as session:
        there = is_member(session, person)
        timely = meeting_drafts.may_be_shared(session, sender.bot, found, person, sender.bot.now())
        link = permalinks.for_postmortem(session, incident.id)
    if not there:
        return JobResult()
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    if not timely and sender.said_before(job, dm) is None:
        return JobResult(
            then=lambda session: stored.save_shared(session, incident.id, person, shared=False)
        )
    leads = person == found.facilitator
    shown = {"meeting": found, "leads": leads, "link": link, "channel": channel}
    message = render.message("meeting_draft", incident=incident, **shown)
    return JobResult(dm, sender.post(job, dm, message.text, layouts.text_with_context(message)))


def _message(sender: MessageSender, incident: Incident, found: Meeting) -> render.Message:
    people.look_up(sender.bot, sender.client, found.invited)
    with sender.bot.store.begin() as session:
        come = [each for each in found.invited if is_reachable(session, incident, each)]
        suited = set(meeting_proposal.find_available(session, sender.bot, found)).intersection(come)
    return render.message(
        "meeting",
        incident=incident,
        meeting=found,
        people=come,
        new_to_it=found.facilitator not in found.participants,
        agenda=scale_agenda(sender.bot.policy.meeting.agenda, found.minutes),
        suited=len(suited),
        command=sender.bot.policy.command,
    )


def _render_calendar_texts(
    sender: MessageSender, incident: Incident, found: Meeting, leads: str, link: str
) -> dict[str, str]:
    """Return the texts of the calendar file, without markup."""
    agenda = scale_agenda(sender.bot.policy.meeting.agenda, found.minutes)
    shown = {"agenda": agenda, "leads": leads, "link": link}
    return {
        "summary": to_plain_text(render.line("meeting_summary", incident=incident), {}),
        "description": to_plain_text(render.line("meeting_description", **shown), {}),
        "link": link,
    }


def _find_meeting(sender: MessageSender, incident: Incident) -> Meeting:
    with sender.bot.store.begin() as session:
        found = stored.of_incident(session, incident.id)
    assert found is not None  # noqa: S101 - a meeting is never deleted
    return found
