"""Tell whoever asked for something that Slack refused it, why, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.refusals import (
    CANNOT_CHECK,
    NEVER,
    NO_CHANNEL,
    NOT_VISIBLE,
    ON_REFUSAL,
    code_of,
    passes_on_return,
    scope_of,
)
from bot.incidents.refusals import LANE
from bot.rendering import render
from handlers.outbox import requester_messages
from handlers.outbox.job_context import JobResult, incident_of
from handlers.outbox.message_sender import MessageSender, TryLater
from storage import outbox, refusals
from storage.refusals import Refused

FIRST_WAIT, MAX_ATTEMPTS = timedelta(minutes=1), 10  # the last is 17 hours after the first
_OURS = {NO_CHANNEL: "no_channel", CANNOT_CHECK: "cannot_check"}
_SLACKS = re.compile(r"[a-z0-9_.-]{1,80}")  # anything else is a mistake of ours, and in the log


def report(sender: MessageSender, job: Job) -> JobResult:
    """Report where they asked, or by direct message, or in the incident's channel, or in the log.

    Jobs that were run since are left out.
    """
    ids = job.about["jobs"]
    assert isinstance(ids, list)  # noqa: S101 - written by bot.incidents.refusals
    with sender.bot.store.begin() as session:
        jobs = refusals.still_refused(session, ids)
    incident = incident_of(sender, job) if job.incident_id else None
    if not jobs or _is_moot(incident):
        return JobResult()
    text, asked_at = _text(sender, incident, jobs), jobs[-1].written_at
    channel = incident.channel_id if incident else None
    result = requester_messages.tell(sender, job, text, asked_at, channel)
    return result or _later(sender, job)


def _later(sender: MessageSender, job: Job) -> JobResult:
    """Retry later, in a separate lane so that nothing else waits."""
    if not job.requested_by:
        return JobResult()
    if job.lane != LANE:
        moved = replace(job, lane=LANE)
        return JobResult(then=lambda session: outbox.enqueue(session, moved, sender.bot.now()))
    if job.attempts < MAX_ATTEMPTS:
        raise TryLater("nobody could be told", FIRST_WAIT * 2**job.attempts)
    return JobResult()


def _is_moot(incident: Incident | None) -> bool:
    """Return whether the incident was cancelled before it had a channel, so nothing is missing."""
    if incident is None or incident.channel_id is not None:
        return False
    return incident.status is Status.CANCELLED


def _text(sender: MessageSender, incident: Incident | None, jobs: Sequence[Refused]) -> str:
    reason = jobs[0].reason
    lines = {_shown(job): None for job in jobs}
    facts = {
        "key": incident.key if incident else "",
        "channel": incident.channel_id if incident else None,
        "has_no_channel": incident is not None and incident.channel_id is None,
        "jobs": [{"kind": kind, "person": person} for kind, person in lines],
        "code": _code(reason),
        "scope": scope_of(reason),
        "command": sender.bot.policy.command,
        "bot": sender.identity.name,
        "resumes": _resumes(reason, jobs),
    }
    return render.message("refusal_report", **facts).text


def _shown(job: Refused) -> tuple[str, str]:
    """Return a job's kind and person; jobs with the same ones are shown once."""
    return job.job.kind, str(job.job.about.get("person", job.job.requested_by))


def _code(reason: str) -> str:
    if reason.startswith(NOT_VISIBLE.partition("{}")[0]):
        return "not_visible"
    code = _OURS.get(reason, code_of(reason))
    return code if _SLACKS.fullmatch(code) else "internal"


def _resumes(reason: str, jobs: Sequence[Refused]) -> bool:
    is_useful = any(ON_REFUSAL[job.job.kind].useful_for > NEVER for job in jobs)
    return is_useful and passes_on_return(reason)
