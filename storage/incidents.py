"""Incidents and who holds which role in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, update
from sqlmodel import Session, col, func, select

from bot.domain.incident import LEAD, Incident, Role, Severity, Status
from bot.domain.job import JobKind
from bot.domain.timeline import WORDS, Kind, Source
from storage import library, people, roles
from storage.engine.store import next_number, put_on
from storage.tables import CounterRow, IncidentRow, OutboxRow, RoleRow, TimelineEventRow

SPOKE = col(TimelineEventRow.kind).in_(WORDS)
PRESENT = col(TimelineEventRow.source) != Source.COMMAND  # those are done from elsewhere too


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What comparing an incident's record with its channel's history has proven.

    Everything that was said before `proven_until` was compared with Slack's history; `gaps` counts
    the stretches since then that could not be read, and `gap_reason` says why.
    """

    compared_at: datetime | None = None
    proven_until: datetime | None = None
    gaps: int = 0
    gap_reason: str = ""


def next_key(session: Session, year: int) -> str:
    """Give out the next key of a year: INC-2026-001, INC-2026-002, and so on."""
    return f"INC-{year}-{next_number(session, CounterRow, f'incidents-{year}'):03d}"


def add(session: Session, **values: Any) -> Incident:
    """Store a new incident; `values` are the fields of `Incident` without its id."""
    row = IncidentRow(**values)
    session.add(row)
    session.flush()
    made = _incident(session, row)
    library.begin(session, made.id)
    return made


def by_id(session: Session, incident_id: int) -> Incident:
    return _incident(session, session.get_one(IncidentRow, incident_id))


def by_ids(session: Session, incident_ids: Collection[int]) -> dict[int, Incident]:
    """Several incidents by their ids, in a few statements however many they are."""
    rows = session.exec(select(IncidentRow).where(col(IncidentRow.id).in_(incident_ids)))
    return {each.id: each for each in of_rows(session, rows)}


def find(session: Session, incident_id: int) -> Incident | None:
    row = session.get(IncidentRow, incident_id)
    return _incident(session, row) if row else None


def held(session: Session, incident_id: int) -> Incident | None:
    """Find an incident, to be changed by nobody else meanwhile."""
    asked = select(IncidentRow).where(IncidentRow.id == incident_id).with_for_update()
    row = session.exec(asked).first()
    return _incident(session, row) if row else None


def by_channel(session: Session, channel_id: str, *, lock: bool = False) -> Incident | None:
    """Find the incident of a channel; with `lock` nobody else changes it meanwhile."""
    asked = select(IncidentRow).where(IncidentRow.channel_id == channel_id)
    row = session.exec(asked.with_for_update() if lock else asked).first()
    return _incident(session, row) if row else None


def id_of_channel(session: Session, channel_id: str) -> int | None:
    return session.exec(select(IncidentRow.id).where(IncidentRow.channel_id == channel_id)).first()


def by_key(session: Session, key: str) -> Incident | None:
    row = session.exec(select(IncidentRow).where(IncidentRow.key == key.upper())).first()
    return _incident(session, row) if row else None


def not_over(session: Session) -> list[Incident]:
    """The incidents that still run, newest first."""
    over = [status for status in Status if status.is_over]
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.status).not_in(over))
        .order_by(col(IncidentRow.declared_at).desc(), col(IncidentRow.id).desc())
    )
    return of_rows(session, rows)


def takes_part(session: Session, incident_id: int, person: str) -> bool:
    """Whether a person is a responder: declared the incident, has a role in it, or spoke there.

    Joining its channel is not enough; people who left a private one's channel are none any more.
    """
    asked = select(IncidentRow.id).where(IncidentRow.id == incident_id, taking_part(person, SPOKE))
    return session.exec(asked).first() is not None


def has_left(session: Session, incident_id: int, person: str) -> bool:
    """Whether a person left a private incident's channel, or was removed, and has not come back."""
    asked = select(IncidentRow.id).where(IncidentRow.id == incident_id, _left(person))
    return session.exec(asked).first() is not None


def declared(session: Session, since: datetime, until: datetime) -> list[Incident]:
    """The incidents that were declared between two moments, oldest first."""
    rows = session.exec(
        select(IncidentRow)
        .where(IncidentRow.declared_at >= since, IncidentRow.declared_at < until)
        .order_by(col(IncidentRow.declared_at), col(IncidentRow.id))
    )
    return of_rows(session, rows)


def change(session: Session, incident_id: int, **values: object) -> Incident:
    """Set fields of an incident and return it as it is now."""
    row = session.get_one(IncidentRow, incident_id)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    library.touch(session, incident_id)
    return _incident(session, row)


def assign(session: Session, incident_id: int, role: Role) -> Incident:
    """Give a role to a person; whoever held it before does not any more."""
    put_on(
        session,
        RoleRow,
        keys=("incident_id", "name"),
        incident_id=incident_id,
        name=role.name,
        person=role.person,
        since=role.since,
    )
    return by_id(session, incident_id)


def take_updates_due(session: Session, at: datetime) -> list[int]:
    """Take the running incidents whose update is due and was not asked for, in one statement.

    Gives their ids, oldest incident first. An update that is given meanwhile is not asked for.
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
    """The running incidents that were declared before a time, that nobody leads, and in whose
    channels nobody was asked to: their ids."""
    over = [status for status in Status if status.is_over]
    led = select(RoleRow.id).where(RoleRow.incident_id == IncidentRow.id, RoleRow.name == LEAD)
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


def listened(session: Session, since: datetime) -> list[Incident]:
    """The incidents in whose channels people still talk: not over, or only since a time."""
    over = [status for status in Status if status.is_over]
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.channel_id).is_not(None))
        .where(or_(col(IncidentRow.status).not_in(over), col(IncidentRow.resolved_at) >= since))
        .order_by(col(IncidentRow.id))
    )
    return of_rows(session, rows)


def compared(session: Session, incident_id: int, made: Comparison) -> None:
    """Keep what a comparison has proven; one with a gap proves nothing new."""
    row = session.get_one(IncidentRow, incident_id)
    row.compared_at = made.compared_at
    library.touch(session, incident_id)  # what was said since is found from now on
    row.gaps, row.gap_reason = made.gaps, made.gap_reason
    row.proven_until = made.proven_until or row.proven_until


def comparison(session: Session, incident_id: int) -> Comparison:
    """The last comparison, and what those before it have proven."""
    row = session.get_one(IncidentRow, incident_id)
    return Comparison(
        gaps=row.gaps,
        gap_reason=row.gap_reason,
        compared_at=row.compared_at,
        proven_until=row.proven_until,
    )


def announcement(session: Session, incident_id: int) -> dict[str, str]:
    """Where the incident was announced: `channel` and `ts`, or nothing."""
    return dict(session.get_one(IncidentRow, incident_id).announcement)


def _incident(session: Session, row: IncidentRow) -> Incident:
    return of_rows(session, [row])[0]


def of_rows(session: Session, rows: Iterable[IncidentRow]) -> list[Incident]:
    """Incidents with their roles, which are read for all of them together."""
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


def seen_by(person: str, channels: Collection[str]) -> ColumnElement[bool]:
    """SQL: a person in these channels may see an incident from anywhere. Outsiders see none."""
    return and_(visible_in(channels), ~people.outside(person))


def visible_in(channels: Collection[str]) -> ColumnElement[bool]:
    """SQL: an incident is public, or its channel is one of these."""
    return or_(col(IncidentRow.private).is_(False), col(IncidentRow.channel_id).in_(channels))


def taking_part(person: str, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: a person declared an incident, has a role, or has events `which` are so in its channel."""
    # Said in its channel: what was brought from elsewhere as evidence makes nobody a part of it.
    said = exists().where(
        col(TimelineEventRow.incident_id) == IncidentRow.id,
        col(TimelineEventRow.channel_id) == IncidentRow.channel_id,
        col(TimelineEventRow.author) == person,
        which,
    )
    acting = exists().where(
        col(RoleRow.incident_id) == IncidentRow.id, col(RoleRow.person) == person
    )
    return and_(or_(col(IncidentRow.declared_by) == person, said, acting), ~_left(person))


def _left(person: str) -> ColumnElement[bool]:
    """SQL: what a person did last in a private incident's channel is that they left it.

    Deeds are no sign that they are there: those are done from a direct message too.
    """
    own = (
        col(TimelineEventRow.incident_id) == IncidentRow.id,
        col(TimelineEventRow.channel_id) == IncidentRow.channel_id,
        col(TimelineEventRow.author) == person,
        PRESENT,
    )
    kind = col(TimelineEventRow.kind)
    last = select(func.max(TimelineEventRow.happened_at)).where(*own)
    gone = last.where(kind == Kind.LEFT).correlate(IncidentRow).scalar_subquery()
    there = last.where(kind != Kind.LEFT).correlate(IncidentRow).scalar_subquery()
    return and_(col(IncidentRow.private), gone.is_not(None), or_(there.is_(None), there < gone))
