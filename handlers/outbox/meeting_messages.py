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
from handlers.outbox.job_context import JobResult, channel_of, find_parent_message
from handlers.outbox.message_sender import MessageSender
from handlers.slack import people
from handlers.views import layouts, postmortem_layouts
from storage import meetings as stored
from storage import outbox
from storage.people import names


def post_meeting(sender: MessageSender, job: Job) -> JobResult:
    """Post the meeting in the postmortem's thread, or update it in place.

    Under a new draft it's posted again, and the old message links there.
    """
    incident, _ = channel_of(sender, job)
    channel, thread = find_parent_message(sender, job)
    meeting = _find_meeting(sender, incident)
    message = _message(sender, incident, meeting)
    blocks = postmortem_layouts.meeting(message, meeting, over=meeting.ends_at <= sender.bot.now())
    if meeting.message_ts is not None and not _is_elsewhere(sender, job, meeting.message_ts):
        sender.update(channel, meeting.message_ts, message.text, blocks)
        return JobResult(channel, meeting.message_ts)
    ts = sender.post(job, channel, message.text, blocks, thread)
    if meeting.message_ts is not None:
        _link_to_new(sender, incident, (channel, meeting.message_ts), ts)
    return JobResult(channel, ts, lambda session: stored.save_message(session, incident.id, ts))


def _is_elsewhere(sender: MessageSender, job: Job, message_ts: str) -> bool:
    """Return whether the message is under an older draft than the one that this job replies to."""
    with sender.bot.store.begin() as session:
        posted_by = outbox.find_thread_job(session, job.incident_id or 0, job.kind, message_ts)
    return posted_by is not None and posted_by < (job.answers or 0)


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
    meeting = _find_meeting(sender, incident)
    if str(meeting.sequence) != job.about["sequence"]:
        return JobResult()
    with sender.bot.store.begin() as session:
        attendees = [
            person for person in meeting.invited if is_reachable(session, incident, person)
        ]
        known_names = names(session, meeting.invited)
        link = permalinks.for_postmortem(session, incident.id) or ""
    texts = _render_calendar_texts(
        sender, incident, meeting, known_names.get(meeting.facilitator or "", ""), link
    )
    attendee_names = [known_names.get(person, person) for person in attendees]
    content = make_calendar_file(incident, meeting, texts, attendee_names, sender.bot.now())
    alt = to_plain_text(render.line("meeting_file_alt", incident=incident, meeting=meeting), {})
    name = file_name(incident, meeting)
    sender.upload(job, channel, thread, name=name, content=content, alt=alt)
    return JobResult()


def send_draft(sender: MessageSender, job: Job) -> JobResult:
    """Send a person the draft to read before the meeting.

    Nothing is sent to people who have left, or if the meeting was cancelled or moved. At a bad
    time, it waits for a better one.
    """
    incident, channel = channel_of(sender, job)
    person, meeting = str(job.about["person"]), _find_meeting(sender, incident)
    starts_at = datetime.fromisoformat(str(job.about["starts"]))
    if (
        meeting.state is not MeetingState.SET
        or meeting.starts_at != starts_at
        or starts_at <= sender.bot.now()
    ):
        return JobResult()
    people.look_up(sender.bot, sender.client, [person])
    with sender.bot.store.begin() as session:
        is_in_workspace = is_member(session, person)
        is_timely = meeting_drafts.may_be_shared(
            session, sender.bot, meeting, person, sender.bot.now()
        )
        link = permalinks.for_postmortem(session, incident.id)
    if not is_in_workspace:
        return JobResult()
    dm = sender.client.conversations_open(users=[person])["channel"]["id"]
    if not is_timely and sender.find_earlier_post(job, dm) is None:
        return JobResult(
            then=lambda session: stored.save_shared(session, incident.id, person, shared=False)
        )
    is_facilitator = person == meeting.facilitator
    facts = {"meeting": meeting, "leads": is_facilitator, "link": link, "channel": channel}
    message = render.message("meeting_draft", incident=incident, **facts)
    return JobResult(dm, sender.post(job, dm, message.text, layouts.text_with_context(message)))


def _message(sender: MessageSender, incident: Incident, meeting: Meeting) -> render.Message:
    people.look_up(sender.bot, sender.client, meeting.invited)
    with sender.bot.store.begin() as session:
        attendees = [
            person for person in meeting.invited if is_reachable(session, incident, person)
        ]
        available = set(meeting_proposal.find_available(session, sender.bot, meeting)).intersection(
            attendees
        )
    return render.message(
        "meeting",
        incident=incident,
        meeting=meeting,
        people=attendees,
        new_to_it=meeting.facilitator not in meeting.participants,
        agenda=scale_agenda(sender.bot.policy.meeting.agenda, meeting.minutes),
        suited=len(available),
        command=sender.bot.policy.command,
    )


def _render_calendar_texts(
    sender: MessageSender, incident: Incident, meeting: Meeting, facilitator: str, link: str
) -> dict[str, str]:
    """Return the texts of the calendar file, without markup."""
    agenda = scale_agenda(sender.bot.policy.meeting.agenda, meeting.minutes)
    facts = {"agenda": agenda, "leads": facilitator, "link": link}
    return {
        "summary": to_plain_text(render.line("meeting_summary", incident=incident), {}),
        "description": to_plain_text(render.line("meeting_description", **facts), {}),
        "link": link,
    }


def _find_meeting(sender: MessageSender, incident: Incident) -> Meeting:
    with sender.bot.store.begin() as session:
        meeting = stored.of_incident(session, incident.id)
    assert meeting is not None  # noqa: S101 - a meeting is never deleted
    return meeting
