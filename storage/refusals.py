"""Jobs that Slack refused for good: what to report to whoever asked, and which to run again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bot.domain.job import Job, JobKind
from bot.domain.refusals import NEVER, ON_REFUSAL, passes_on_return
from storage.channel_states import ChannelState
from storage.outbox import SET_ASIDE, WAITING, job_of
from storage.tables import IncidentRow, OutboxRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A job that is still refused."""

    job: Job
    reason: str
    written_at: datetime


def still_refused(session: Session, ids: Collection[int]) -> list[Refused]:
    """Return those of these jobs that were not run since, oldest first."""
    rows = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.id).in_(ids), OutboxRow.state == SET_ASIDE)
        .order_by(col(OutboxRow.id))
    )
    return [Refused(job=job_of(row), reason=row.trouble, written_at=row.written_at) for row in rows]


def was_refused_before(session: Session, job: Job, reason: str) -> bool:
    """Return whether the same person was refused the same kind of job of this incident before."""
    asked = select(OutboxRow.id).where(
        OutboxRow.incident_id == job.incident_id,
        OutboxRow.kind == job.kind,
        OutboxRow.trouble == reason,
        OutboxRow.requested_by == job.requested_by,
        col(OutboxRow.id) < job.id,
    )
    return session.exec(asked).first() is not None


def add_to_waiting(session: Session, notice: Job, job: int) -> bool:
    """Add a job to a report that was not sent yet; False if there is none for that reason."""
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
    found = next((row for row in rows if row.about["reason"] == notice.about["reason"]), None)
    if found is not None:
        found.about = {**found.about, "jobs": [*found.about["jobs"], job]}
    return found is not None


def resume(session: Session, incident_id: int, at: datetime) -> int:
    """Run again what an incident's channel didn't take; return how many jobs."""
    return _run_again(session, col(OutboxRow.incident_id) == incident_id, at)


def resume_elsewhere(session: Session, at: datetime) -> int:
    """Run again what other channels didn't take: announcements, digests and the like."""
    outside = col(OutboxRow.lane).in_(("announcements", "digest", "escalations"))
    return _run_again(session, outside, at)


def resume_in(session: Session, seen: Mapping[str, ChannelState], at: datetime) -> int:
    """Run again what waits for these channels, in which the bot is."""
    asked = (
        select(IncidentRow.id, IncidentRow.channel_id)
        .join(OutboxRow, col(OutboxRow.incident_id) == col(IncidentRow.id))
        .where(OutboxRow.state == SET_ASIDE)
        .distinct()
    )
    open_channels = {channel for channel, state in seen.items() if not state.archived}
    found = [id_ for id_, channel in session.exec(asked) if id_ and channel in open_channels]
    return sum(resume(session, each, at) for each in found)


def _run_again(session: Session, those: ColumnElement[bool], at: datetime) -> int:
    rows = session.exec(
        select(OutboxRow).where(OutboxRow.state == SET_ASIDE, those).with_for_update()
    ).all()
    ready = [row for row in rows if passes_on_return(row.trouble) and _is_useful(row, at)]
    for row in ready:
        row.state, row.not_before = WAITING, at
    return len(ready)


def _is_useful(row: OutboxRow, at: datetime) -> bool:
    useful_for = ON_REFUSAL[JobKind(row.kind)].useful_for
    return useful_for > NEVER and at - row.written_at <= useful_for
