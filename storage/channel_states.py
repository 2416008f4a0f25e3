"""The state of incidents' channels as last reported by Slack: private or not, archived or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage.engine.statements import has_rows
from storage.tables import IncidentRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelState:
    """A channel as described by Slack; None for anything it didn't say."""

    name: str | None = None
    private: bool | None = None
    archived: bool | None = None


def has_private_incident(session: Session) -> bool:
    """Return whether there is any private incident."""
    query = select(IncidentRow.id).where(col(IncidentRow.private).is_(True))
    return has_rows(session, query)


def has_incident(session: Session) -> bool:
    """Return whether any incident has a channel."""
    query = select(IncidentRow.id).where(col(IncidentRow.channel_id).is_not(None))
    return has_rows(session, query)


def last_seen(session: Session, incident_id: int) -> ChannelState:
    """Return the stored state of a channel: its initial state until Slack reports another."""
    return _state(session.get_one(IncidentRow, incident_id))


def save(session: Session, incident_id: int, reported: ChannelState) -> None:
    """Store the state reported by Slack; missing values stay unchanged."""
    row = session.get_one(IncidentRow, incident_id)
    if reported.private is not None:
        row.channel_private = reported.private
    if reported.archived is not None:
        row.channel_archived = reported.archived


def find_changed(
    session: Session, reported: Mapping[str, ChannelState]
) -> list[tuple[int, ChannelState]]:
    """Return ids of incidents whose channels have changed, each with the channel's new state."""
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.channel_id).is_not(None))
        .order_by(col(IncidentRow.id))
    )
    channels = [(row, reported.get(row.channel_id or "")) for row in rows]
    return [(row.id, now) for row, now in channels if row.id and now and now != _state(row)]


def _state(row: IncidentRow) -> ChannelState:
    private = row.private if row.channel_private is None else row.channel_private
    return ChannelState(name=row.channel_name, private=private, archived=bool(row.channel_archived))
