"""Jobs for the messages that show a draft: posted for a new one, edited for a new version."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.domain.meeting import MeetingState
from bot.postmortems import thread_jobs
from bot.rendering.message_chunks import split_message
from storage import meetings, outbox
from storage.engine.store import Session
from storage.postmortems import Postmortem

MAX_PART_LENGTH = 9_000  # characters; Slack's limit for the markdown blocks of a message is 12,000
FILES = ("png", "html")


def split_document(postmortem: Postmortem) -> list[str]:
    """Return the document in parts that fit in a message."""
    return split_message(postmortem.markdown, MAX_PART_LENGTH)


def enqueue_messages(session: Session, postmortem: Postmortem, at: datetime) -> None:
    """Enqueue the summary for the channel, and everything longer for its thread."""

    def put(kind: JobKind, answers: int | None = None, **about: object) -> int:
        about |= {"postmortem": postmortem.id}
        job = make_incident_job(postmortem.incident_id, kind, about, answers=answers)
        return outbox.enqueue(session, job, at)

    summary = put(JobKind.SUMMARY)
    for number in range(len(split_document(postmortem))):
        put(JobKind.SECTION, summary, part=number)
    for kind in FILES:
        put(JobKind.FILE, summary, file=kind)
    # The card links to the summary.
    outbox.enqueue(session, make_incident_job(postmortem.incident_id, JobKind.CARD), at)


def enqueue_edits(
    session: Session,
    before: Postmortem | None,
    postmortem: Postmortem,
    at: datetime,
    *,
    with_page: bool,
) -> None:
    """Enqueue the edits that bring the messages from one version to the next.

    Only parts whose text changed are edited. `with_page` posts the HTML page again too.
    """
    incident_id = postmortem.incident_id
    old, new = split_document(before) if before else [], split_document(postmortem)
    enqueue_summary_update(session, incident_id, at)
    for number in range(max(len(old), len(new))):
        if old[number : number + 1] != new[number : number + 1]:
            enqueue_summary_update(session, incident_id, at, part=number)
    enqueue_canvas_update(session, incident_id, at)
    if with_page:
        about = {"postmortem": postmortem.id, "file": "html"}
        thread_jobs.enqueue(session, incident_id, JobKind.FILE, at, about)


def enqueue_meeting_update(session: Session, incident: Incident, at: datetime) -> None:
    """Enqueue an update of the review meeting's message, if the meeting is still to come.

    The message belongs under the newest draft.
    """
    meeting = meetings.of_incident(session, incident.id)
    if meeting is not None and meeting.state is not MeetingState.CANCELLED and meeting.ends_at > at:
        about = {"of": thread_jobs.find_summary(session, incident.id)}
        thread_jobs.enqueue(session, incident.id, JobKind.MEETING, at, about)


def enqueue_summary_update(
    session: Session, incident_id: int, at: datetime, part: int | None = None
) -> None:
    """Enqueue an update of the summary, or of a part in its thread.

    The text is looked up when the job runs.
    """
    about: dict[str, object] = {"of": thread_jobs.find_summary(session, incident_id)}
    if part is not None:
        about["part"] = part
    kind = JobKind.SUMMARY_NOW if part is None else JobKind.SECTION_NOW
    thread_jobs.enqueue(session, incident_id, kind, at, about)


def enqueue_canvas_update(
    session: Session, incident_id: int, at: datetime, *, anew: bool = False
) -> None:
    """Enqueue an update of the incident's canvas. The text is looked up when the job runs.

    A canvas that somebody deleted is created again only for a newly posted draft (`anew`).
    """
    about = {"anew": True} if anew else {}
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.CANVAS, about), at)
