"""Incidents and their roles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from bot.domain.incident import LEAD_ROLE, Incident, Role, Severity, Status
from bot.domain.job import JobKind
from storage import library, roles
from storage.engine.statements import has_rows, next_number, upsert
from storage.incident_conditions import (
    HAS_WORDS,
    IS_OPEN,
    NEWEST_FIRST,
    has_left_condition,
    is_responder_condition,
)
from storage.tables import CounterRow, IncidentRow, OutboxRow, RoleRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What is proven by comparing an incident's record with its channel's history.

    All messages before `proven_until` were compared with Slack's history. `gaps` counts the later
    periods that couldn't be read, and `gap_reason` says why.
    """

    compared_at: datetime | None = None
    proven_until: datetime | None = None
    gaps: int = 0
    gap_reason: str = ""


def next_key(session: Session, year: int) -> str:
    """Return the next key of a year, which is used up: INC-2026-001, INC-2026-002, and so on."""
    return f"INC-{year}-{next_number(session, CounterRow, f'incidents-{year}'):03d}"


def add(session: Session, **values: Any) -> Incident:
    """Store a new incident. `values` are the fields of `Incident` without its id."""
    row = IncidentRow(**values)
    session.add(row)
    session.flush()
    incident = _incident(session, row)
    library.add_page(session, incident.id)
    return incident


def by_id(session: Session, incident_id: int) -> Incident:
    return _incident(session, session.get_one(IncidentRow, incident_id))


def by_ids(session: Session, incident_ids: Collection[int]) -> dict[int, Incident]:
    """Return incidents by their ids, in a few statements no matter how many there are."""
    rows = session.exec(select(IncidentRow).where(col(IncidentRow.id).in_(incident_ids)))
    return {incident.id: incident for incident in of_rows(session, rows)}


def find(session: Session, incident_id: int) -> Incident | None:
    row = session.get(IncidentRow, incident_id)
    return _incident(session, row) if row else None


def find_locked(session: Session, incident_id: int) -> Incident | None:
    """Return an incident, or None, locked until the transaction ends."""
    query = select(IncidentRow).where(IncidentRow.id == incident_id).with_for_update()
    row = session.exec(query).first()
    return _incident(session, row) if row else None


def by_channel(session: Session, channel_id: str, *, lock: bool = False) -> Incident | None:
    """Return a channel's incident, or None; with `lock`, locked until the transaction ends."""
    query = select(IncidentRow).where(IncidentRow.channel_id == channel_id)
    row = session.exec(query.with_for_update() if lock else query).first()
    return _incident(session, row) if row else None


def id_of_channel(session: Session, channel_id: str) -> int | None:
    return session.exec(select(IncidentRow.id).where(IncidentRow.channel_id == channel_id)).first()


def by_key(session: Session, key: str) -> Incident | None:
    row = session.exec(select(IncidentRow).where(IncidentRow.key == key.upper())).first()
    return _incident(session, row) if row else None


def list_open(session: Session) -> list[Incident]:
    """Return the open incidents, newest first."""
    rows = session.exec(select(IncidentRow).where(IS_OPEN).order_by(*NEWEST_FIRST))
    return of_rows(session, rows)


def is_responder(session: Session, incident_id: int, person: str) -> bool:
    """Return whether a person is a responder: declared the incident, has a role, or has posted.

    Joining its channel isn't enough, and leaving a private incident's channel ends it.
    """
    query = select(IncidentRow.id).where(
        IncidentRow.id == incident_id, is_responder_condition(person, HAS_WORDS)
    )
    return has_rows(session, query)


def has_left(session: Session, incident_id: int, person: str) -> bool:
    """Return whether a person left a private incident's channel, or was removed, and isn't back."""
    query = select(IncidentRow.id).where(IncidentRow.id == incident_id, has_left_condition(person))
    return has_rows(session, query)


def declared_between(session: Session, since: datetime, until: datetime) -> list[Incident]:
    """Return incidents declared from `since` until before `until`, oldest first."""
    rows = session.exec(
        select(IncidentRow)
        .where(IncidentRow.declared_at >= since, IncidentRow.declared_at < until)
        .order_by(col(IncidentRow.declared_at), col(IncidentRow.id))
    )
    return of_rows(session, rows)


def change(session: Session, incident_id: int, **values: object) -> Incident:
    """Set fields of an incident and return it."""
    row = session.get_one(IncidentRow, incident_id)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    library.mark_outdated(session, incident_id)
    return _incident(session, row)


def assign(session: Session, incident_id: int, role: Role) -> Incident:
    """Assign a role to a person, replacing its previous holder."""
    upsert(
        session,
        RoleRow,
        keys=("incident_id", "name"),
        incident_id=incident_id,
        name=role.name,
        person=role.person,
        since=role.since,
    )
    return by_id(session, incident_id)


def claim_due_updates(session: Session, at: datetime) -> list[int]:
    """Claim open incidents with a due update that isn't requested yet; return ids, oldest first.

    One statement, so that an update posted meanwhile isn't requested.
    """
    due = (
        select(IncidentRow.id)
        .where(col(IncidentRow.update_due_at) <= at, col(IncidentRow.update_asked_at).is_(None))
        .where(IS_OPEN, col(IncidentRow.channel_id).is_not(None))
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(IncidentRow)
        .where(col(IncidentRow.id).in_(due))
        .values(update_asked_at=at)
        .returning(col(IncidentRow.id))
        .execution_options(synchronize_session=False)
    )
    return sorted(session.execute(claim).scalars())


def without_lead(session: Session, before: datetime) -> list[int]:
    """Return ids of open incidents declared by a time without a lead or a request for one."""
    lead = select(RoleRow.id).where(
        RoleRow.incident_id == IncidentRow.id, RoleRow.name == LEAD_ROLE
    )
    request = select(OutboxRow.id).where(
        OutboxRow.incident_id == IncidentRow.id, OutboxRow.kind == JobKind.LEAD_WANTED
    )
    query = (
        select(IncidentRow.id)
        .where(IS_OPEN, col(IncidentRow.channel_id).is_not(None))
        .where(IncidentRow.declared_at <= before, ~lead.exists(), ~request.exists())
        .order_by(col(IncidentRow.id))
    )
    return [incident_id for incident_id in session.exec(query) if incident_id is not None]


def list_with_active_channel(session: Session, since: datetime) -> list[Incident]:
    """Return incidents whose channels may still be in use: open, or resolved since a time."""
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.channel_id).is_not(None))
        .where(or_(IS_OPEN, col(IncidentRow.resolved_at) >= since))
        .order_by(col(IncidentRow.id))
    )
    return of_rows(session, rows)


def save_comparison(session: Session, incident_id: int, result: Comparison) -> None:
    """Store the result of a comparison. One with a gap proves nothing new."""
    row = session.get_one(IncidentRow, incident_id)
    row.compared_at = result.compared_at
    library.mark_outdated(session, incident_id)  # search finds newer messages from now on
    row.gaps, row.gap_reason = result.gaps, result.gap_reason
    row.proven_until = result.proven_until or row.proven_until


def comparison(session: Session, incident_id: int) -> Comparison:
    """Return the last comparison, with what earlier ones have proven."""
    row = session.get_one(IncidentRow, incident_id)
    return Comparison(
        gaps=row.gaps,
        gap_reason=row.gap_reason,
        compared_at=row.compared_at,
        proven_until=row.proven_until,
    )


def announcement(session: Session, incident_id: int) -> dict[str, str]:
    """Return where the incident was announced: `channel` and `ts`, or empty."""
    return dict(session.get_one(IncidentRow, incident_id).announcement)


def _incident(session: Session, row: IncidentRow) -> Incident:
    return of_rows(session, [row])[0]


def of_rows(session: Session, rows: Iterable[IncidentRow]) -> list[Incident]:
    """Build incidents with their roles, which are read for all of them together."""
    stored = list(rows)
    roles_by_incident = roles.of_incidents(
        session, [row.id for row in stored if row.id is not None]
    )
    return [_build_incident(row, roles_by_incident.get(row.id or 0, ())) for row in stored]


def _build_incident(row: IncidentRow, held_roles: tuple[Role, ...]) -> Incident:
    assert row.id is not None  # noqa: S101 - flushed
    return Incident(
        id=row.id,
        key=row.key,
        title=row.title,
        severity=Severity(row.severity) if row.severity else None,
        services=tuple(row.services),
        status=Status(row.status),
        channel_name=row.channel_name,
        declared_by=row.declared_by,
        declared_at=row.declared_at,
        channel_id=row.channel_id,
        private=row.private,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
        card_ts=row.card_ts,
        bookmark_id=row.bookmark_id,
        canvas_id=row.canvas_id,
        update_due_at=row.update_due_at,
        roles=held_roles,
    )
