"""Jobs that Slack refused for good: what to report to whoever asked, and which to run again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bot.domain.job import Job, JobKind
from bot.domain.refusals import NEVER, ON_REFUSAL, passes_on_return
from storage.channel_states import ChannelState
from storage.engine.statements import has_rows
from storage.outbox import SET_ASIDE, WAITING, job_of
from storage.tables import IncidentRow, OutboxRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A job that is still refused."""

    job: Job
    reason: str
    written_at: datetime


def still_refused(session: Session, ids: Collection[int]) -> list[Refused]:
    """Return the jobs among these that weren't run since, oldest first."""
    rows = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.id).in_(ids), OutboxRow.state == SET_ASIDE)
        .order_by(col(OutboxRow.id))
    )
    return [Refused(job=job_of(row), reason=row.trouble, written_at=row.written_at) for row in rows]


def was_refused_before(session: Session, job: Job, reason: str) -> bool:
    """Return whether the same person was refused the same kind of job of this incident before."""
    query = select(OutboxRow.id).where(
        OutboxRow.incident_id == job.incident_id,
        OutboxRow.kind == job.kind,
        OutboxRow.trouble == reason,
        OutboxRow.requested_by == job.requested_by,
        col(OutboxRow.id) < job.id,
    )
    return has_rows(session, query)


def add_to_waiting(session: Session, notice: Job, job_id: int) -> bool:
    """Add a job to a report that wasn't sent yet; return False if there's none for that reason."""
    rows = session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.lane == notice.lane,
            OutboxRow.kind == JobKind.REFUSED,
            OutboxRow.state == WAITING,
            OutboxRow.attempts == 0,
            OutboxRow.requested_by == notice.requested_by,
        )
        .with_for_update()
    )
    report = next((row for row in rows if row.about["reason"] == notice.about["reason"]), None)
    if report is not None:
        report.about = {**report.about, "jobs": [*report.about["jobs"], job_id]}
    return report is not None


def resume(session: Session, incident_id: int, at: datetime) -> int:
    """Retry jobs that an incident's channel refused; return how many."""
    return _run_again(session, col(OutboxRow.incident_id) == incident_id, at)


def resume_elsewhere(session: Session, at: datetime) -> int:
    """Retry jobs that other channels refused: announcements, digests and escalations."""
    outside = col(OutboxRow.lane).in_(("announcements", "digest", "escalations"))
    return _run_again(session, outside, at)


def resume_in(session: Session, states: Mapping[str, ChannelState], at: datetime) -> int:
    """Retry the refused jobs of incidents whose channels the bot is in."""
    query = (
        select(IncidentRow.id, IncidentRow.channel_id)
        .join(OutboxRow, col(OutboxRow.incident_id) == col(IncidentRow.id))
        .where(OutboxRow.state == SET_ASIDE)
        .distinct()
    )
    open_channels = {channel for channel, state in states.items() if not state.archived}
    incident_ids = [
        incident_id
        for incident_id, channel in session.exec(query)
        if incident_id and channel in open_channels
    ]
    return sum(resume(session, incident_id, at) for incident_id in incident_ids)


def _run_again(session: Session, condition: ColumnElement[bool], at: datetime) -> int:
    rows = session.exec(
        select(OutboxRow).where(OutboxRow.state == SET_ASIDE, condition).with_for_update()
    ).all()
    ready = [row for row in rows if passes_on_return(row.trouble) and _is_useful(row, at)]
    for row in ready:
        row.state, row.not_before = WAITING, at
    return len(ready)


def _is_useful(row: OutboxRow, at: datetime) -> bool:
    useful_for = ON_REFUSAL[JobKind(row.kind)].useful_for
    return useful_for > NEVER and at - row.written_at <= useful_for
