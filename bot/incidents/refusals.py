"""Jobs that Slack refuses permanently: set them aside, and notify whoever requested them."""

from datetime import datetime

from bot.domain.incident import Status
from bot.domain.job import Job, JobKind, make_incident_job
from bot.domain.refusals import NO_CHANNEL, ON_REFUSAL, UNANSWERABLE, Audience, Refusal
from storage import incidents, outbox, refusals, requesters
from storage.engine.store import Session

LANE = "refusals"  # for reports about jobs without an incident


def set_aside(session: Session, job: Job, reason: str, at: datetime) -> None:
    """Stop retrying a job, and report it unless the same refusal was reported before."""
    if _is_moot(session, job, reason):
        outbox.mark_sent(session, job.id, at=at, channel_id=None, message_id=None)
        return
    last_reason = outbox.trouble_of(session, job.id)
    outbox.set_aside(session, job.id, reason)
    row = ON_REFUSAL[job.kind]
    if last_reason == reason:
        return  # a retry failed for the same reason
    if row.instead is not None and job.incident_id is not None:
        requesters.pass_on(session, job)
        outbox.enqueue(session, make_incident_job(job.incident_id, row.instead), at)
    if _is_reported(session, job, row, reason):
        _report(session, job, row, reason, at)


def _is_moot(session: Session, job: Job, reason: str) -> bool:
    """Return whether the job doesn't matter: its incident was cancelled before it had a channel."""
    if reason != NO_CHANNEL or job.incident_id is None:
        return False
    return incidents.by_id(session, job.incident_id).status is Status.CANCELLED


def _is_reported(session: Session, job: Job, row: Refusal, reason: str) -> bool:
    if (
        row.audience is Audience.LOG or reason == UNANSWERABLE
    ):  # the refusal of the message that it replies to is reported
        return False
    if row.audience is Audience.REQUESTER and not job.requested_by:
        return False
    return not (row.once and refusals.was_refused_before(session, job, reason))


def _report(session: Session, job: Job, row: Refusal, reason: str, at: datetime) -> None:
    """Report a refusal, in one message with others to the same person for the same reason.

    The report goes into the job's lane, after other jobs of the same request.
    """
    has_requester = row.audience is Audience.REQUESTER
    lane = make_incident_job(job.incident_id, JobKind.REFUSED).lane if job.incident_id else LANE
    notice = Job(
        kind=JobKind.REFUSED,
        lane=lane,
        incident_id=job.incident_id,
        about={"reason": reason, "jobs": [job.id]},
        requested_by=job.requested_by if has_requester else "",
        requested_in=job.requested_in if has_requester else "",
    )
    if not refusals.add_to_waiting(session, notice, job.id):
        outbox.enqueue(session, notice, at)
