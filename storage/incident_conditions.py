"""SQL conditions on incidents: open, visible to a person, with a person as responder."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import col, func, select

from bot.domain.incident import Status
from bot.domain.timeline import WORDED_KINDS, EventKind, Source
from storage import people
from storage.tables import IncidentRow, RoleRow, TimelineEventRow

IS_OPEN = col(IncidentRow.status).not_in([status for status in Status if status.is_over])
NEWEST_FIRST = (col(IncidentRow.declared_at).desc(), col(IncidentRow.id).desc())
HAS_WORDS = col(TimelineEventRow.kind).in_(WORDED_KINDS)
IS_IN_CHANNEL = col(TimelineEventRow.source) != Source.COMMAND  # commands may be typed elsewhere


def is_visible_to(person: str, channels: Collection[str]) -> ColumnElement[bool]:
    """SQL: a person in these channels may see it from anywhere. Outsiders may see none."""
    return and_(is_visible_in(channels), ~people.outsider_condition(person))


def is_visible_in(channels: Collection[str]) -> ColumnElement[bool]:
    """SQL: the incident is public, or its channel is one of these."""
    return or_(col(IncidentRow.private).is_(False), col(IncidentRow.channel_id).in_(channels))


def is_responder_condition(
    person: str, event_condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    """SQL: a person declared it, has a role, or has matching events in its channel."""
    # Only in its own channel: evidence from elsewhere makes nobody a responder.
    took_part = exists().where(
        col(TimelineEventRow.incident_id) == IncidentRow.id,
        col(TimelineEventRow.channel_id) == IncidentRow.channel_id,
        col(TimelineEventRow.author) == person,
        event_condition,
    )
    has_role = exists().where(
        col(RoleRow.incident_id) == IncidentRow.id, col(RoleRow.person) == person
    )
    return and_(
        or_(col(IncidentRow.declared_by) == person, took_part, has_role),
        ~has_left_condition(person),
    )


def has_left_condition(person: str) -> ColumnElement[bool]:
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
    left_at = last.where(kind == EventKind.LEFT).correlate(IncidentRow).scalar_subquery()
    present_at = last.where(kind != EventKind.LEFT).correlate(IncidentRow).scalar_subquery()
    return and_(
        col(IncidentRow.private),
        left_at.is_not(None),
        or_(present_at.is_(None), present_at < left_at),
    )
