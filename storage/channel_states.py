"""The state of incidents' channels as last reported by Slack: private or not, archived or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage.tables import IncidentRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelState:
    """A channel as described by Slack; None for anything it didn't say."""

    name: str | None = None
    private: bool | None = None
    archived: bool | None = None


def has_private_incident(session: Session) -> bool:
    """Return whether there is any private incident."""
    asked = select(IncidentRow.id).where(col(IncidentRow.private).is_(True)).limit(1)
    return session.exec(asked).first() is not None


def has_incident(session: Session) -> bool:
    """Return whether any incident has a channel."""
    asked = select(IncidentRow.id).where(col(IncidentRow.channel_id).is_not(None)).limit(1)
    return session.exec(asked).first() is not None


def last_seen(session: Session, incident_id: int) -> ChannelState:
    """Return the stored state of a channel: its initial state until Slack reports another."""
    return _state(session.get_one(IncidentRow, incident_id))


def save(session: Session, incident_id: int, seen: ChannelState) -> None:
    """Store the state reported by Slack; missing values stay unchanged."""
    row = session.get_one(IncidentRow, incident_id)
    if seen.private is not None:
        row.channel_private = seen.private
    if seen.archived is not None:
        row.channel_archived = seen.archived


def find_changed(
    session: Session, seen: Mapping[str, ChannelState]
) -> list[tuple[int, ChannelState]]:
    """Return ids of incidents whose channels have changed, each with the channel's new state."""
    rows = session.exec(
        select(IncidentRow)
        .where(col(IncidentRow.channel_id).is_not(None))
        .order_by(col(IncidentRow.id))
    )
    found = [(row, seen.get(row.channel_id or "")) for row in rows]
    return [(row.id, now) for row, now in found if row.id and now and now != _state(row)]


def _state(row: IncidentRow) -> ChannelState:
    private = row.private if row.channel_private is None else row.channel_private
    return ChannelState(name=row.channel_name, private=private, archived=bool(row.channel_archived))
