"""Incidents and their roles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, update
from sqlmodel import Session, col, func, select

from bot.domain.incident import LEAD_ROLE, Incident, Role, Severity, Status
from bot.domain.job import JobKind
from bot.domain.timeline import WORDED_KINDS, EventKind, Source
from storage import library, people, roles
from storage.engine.store import next_number, upsert
from storage.tables import CounterRow, IncidentRow, OutboxRow, RoleRow, TimelineEventRow

HAS_WORDS = col(TimelineEventRow.kind).in_(WORDED_KINDS)
IS_IN_CHANNEL = col(TimelineEventRow.source) != Source.COMMAND  # commands may be typed elsewhere


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
    made = _incident(session, row)
    library.add_page(session, made.id)
    return made


def by_id(session: Session, incident_id: int) -> Incident:
    return _incident(session, session.get_one(IncidentRow, incident_id))


def by_ids(session: Session, incident_ids: Collection[int]) -> dict[int, Incident]:
    """Return incidents by their ids, in a few statements no matter how many there are."""
    rows = session.exec(select(IncidentRow).where(col(IncidentRow.id).in_(incident_ids)))
    return {each.id: each for each in of_rows(session, rows)}


def find(session: Session, incident_id: int) -> Incident | None:
    row = session.get(IncidentRow, incident_id)
    return _incident(session, row) if row else None


def find_locked(session: Session, incident_id: int) -> Incident | None:
    """Return an incident, or None, locked until the transaction ends."""
    asked = select(IncidentRow).where(IncidentRow.id == incident_id).with_for_update()
    row = session.exec(asked).first()
    return _incident(session, row) if row else None


def by_channel(session: Session, channel_id: str, *, lock: bool = False) -> Incident | None:
    """Return a channel's incident, or None; with `lock`, locked until the transaction ends."""
    asked = select(IncidentRow).where(IncidentRow.channel_id == channel_id)
    row = session.exec(asked.with_for_update() if lock else asked).first()
    return _incident(session, row) if row else None


def id_of_channel(session: Session, channel_id: str) -> int | None:
    return session.exec(select(IncidentRow.id).where(IncidentRow.channel_id == channel_id)).first()


def by_key(session: Session, key: str) -> Incident | None:
    row = session.exec(select(IncidentRow).where(IncidentRow.key == key.upper())).first()
    return _incident(session, row) if row else None


def list_open(session: Session) -> list[Incident]:
    """Return the open incidents, newest first."""
    over = [status for status in Status if status.is_over]
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.status).not_in(over))
        .order_by(col(IncidentRow.declared_at).desc(), col(IncidentRow.id).desc())
    )
    return of_rows(session, rows)


def is_responder(session: Session, incident_id: int, person: str) -> bool:
    """Return whether a person is a responder: declared the incident, has a role, or has posted.

    Joining its channel isn't enough, and leaving a private incident's channel ends it.
    """
    asked = select(IncidentRow.id).where(
        IncidentRow.id == incident_id, responder_condition(person, HAS_WORDS)
    )
    return session.exec(asked).first() is not None


def has_left(session: Session, incident_id: int, person: str) -> bool:
    """Return whether a person left a private incident's channel, or was removed, and isn't back."""
    asked = select(IncidentRow.id).where(IncidentRow.id == incident_id, _left_condition(person))
    return session.exec(asked).first() is not None


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
    over = [status for status in Status if status.is_over]
    due = (
        select(IncidentRow.id)
        .where(col(IncidentRow.update_due_at) <= at, col(IncidentRow.update_asked_at).is_(None))
        .where(col(IncidentRow.status).not_in(over), col(IncidentRow.channel_id).is_not(None))
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(IncidentRow)
        .where(col(IncidentRow.id).in_(due))
        .values(update_asked_at=at)
        .returning(col(IncidentRow.id))
        .execution_options(synchronize_session=False)
    )
    return sorted(session.execute(taken).scalars())


def without_lead(session: Session, before: datetime) -> list[int]:
    """Return ids of open incidents declared by a time without a lead or a request for one."""
    over = [status for status in Status if status.is_over]
    led = select(RoleRow.id).where(RoleRow.incident_id == IncidentRow.id, RoleRow.name == LEAD_ROLE)
    asked = select(OutboxRow.id).where(
        OutboxRow.incident_id == IncidentRow.id, OutboxRow.kind == JobKind.LEAD_WANTED
    )
    found = (
        select(IncidentRow.id)
        .where(col(IncidentRow.status).not_in(over), col(IncidentRow.channel_id).is_not(None))
        .where(IncidentRow.declared_at <= before, ~led.exists(), ~asked.exists())
        .order_by(col(IncidentRow.id))
    )
    return [incident_id for incident_id in session.exec(found) if incident_id is not None]


def list_with_active_channel(session: Session, since: datetime) -> list[Incident]:
    """Return incidents whose channels may still be in use: open, or resolved since a time."""
    over = [status for status in Status if status.is_over]
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.channel_id).is_not(None))
        .where(or_(col(IncidentRow.status).not_in(over), col(IncidentRow.resolved_at) >= since))
        .order_by(col(IncidentRow.id))
    )
    return of_rows(session, rows)


def save_comparison(session: Session, incident_id: int, made: Comparison) -> None:
    """Store the result of a comparison. One with a gap proves nothing new."""
    row = session.get_one(IncidentRow, incident_id)
    row.compared_at = made.compared_at
    library.mark_outdated(session, incident_id)  # search finds newer messages from now on
    row.gaps, row.gap_reason = made.gaps, made.gap_reason
    row.proven_until = made.proven_until or row.proven_until


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
    found = list(rows)
    held = roles.of_incidents(session, [row.id for row in found if row.id is not None])
    return [_made(row, held.get(row.id or 0, ())) for row in found]


def _made(row: IncidentRow, held: tuple[Role, ...]) -> Incident:
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
        roles=held,
    )


def visibility_condition(person: str, channels: Collection[str]) -> ColumnElement[bool]:
    """SQL: a person in these channels may see it from anywhere. Outsiders may see none."""
    return and_(visible_in(channels), ~people.outsider_condition(person))


def visible_in(channels: Collection[str]) -> ColumnElement[bool]:
    """SQL: the incident is public, or its channel is one of these."""
    return or_(col(IncidentRow.private).is_(False), col(IncidentRow.channel_id).in_(channels))


def responder_condition(person: str, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: a person declared it, has a role, or has events matching `which` in its channel."""
    # Only in its own channel: evidence from elsewhere makes nobody a responder.
    said = exists().where(
        col(TimelineEventRow.incident_id) == IncidentRow.id,
        col(TimelineEventRow.channel_id) == IncidentRow.channel_id,
        col(TimelineEventRow.author) == person,
        which,
    )
    acting = exists().where(
        col(RoleRow.incident_id) == IncidentRow.id, col(RoleRow.person) == person
    )
    return and_(or_(col(IncidentRow.declared_by) == person, said, acting), ~_left_condition(person))


def _left_condition(person: str) -> ColumnElement[bool]:
    """SQL: the last thing a person did in a private incident's channel was to leave it.

    Commands don't count as presence, because they can come from a direct message.
    """
    own = (
        col(TimelineEventRow.incident_id) == IncidentRow.id,
        col(TimelineEventRow.channel_id) == IncidentRow.channel_id,
        col(TimelineEventRow.author) == person,
        IS_IN_CHANNEL,
    )
    kind = col(TimelineEventRow.kind)
    last = select(func.max(TimelineEventRow.happened_at)).where(*own)
    gone = last.where(kind == EventKind.LEFT).correlate(IncidentRow).scalar_subquery()
    there = last.where(kind != EventKind.LEFT).correlate(IncidentRow).scalar_subquery()
    return and_(col(IncidentRow.private), gone.is_not(None), or_(there.is_(None), there < gone))
