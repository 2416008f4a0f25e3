"""What Slack last said of the channels of incidents: private or not, archived or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage.tables import IncidentRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelState:
    """A channel as Slack describes it; what it didn't say is None."""

    name: str | None = None
    private: bool | None = None
    archived: bool | None = None


def any_private(session: Session) -> bool:
    """Whether there is a private incident at all."""
    asked = select(IncidentRow.id).where(col(IncidentRow.private).is_(True)).limit(1)
    return session.exec(asked).first() is not None


def any_incident(session: Session) -> bool:
    """Whether any incident has a channel."""
    asked = select(IncidentRow.id).where(col(IncidentRow.channel_id).is_not(None)).limit(1)
    return session.exec(asked).first() is not None


def last_seen(session: Session, incident_id: int) -> ChannelState:
    """What was kept; of a channel that nothing was heard of yet, what it was made as."""
    return _state(session.get_one(IncidentRow, incident_id))


def keep(session: Session, incident_id: int, seen: ChannelState) -> None:
    """Keep what Slack said; what it didn't say stays."""
    row = session.get_one(IncidentRow, incident_id)
    if seen.private is not None:
        row.channel_private = seen.private
    if seen.archived is not None:
        row.channel_archived = seen.archived


def differing(session: Session, seen: Mapping[str, ChannelState]) -> list[tuple[int, ChannelState]]:
    """The incidents whose channels are not as they were last seen, each with how its channel is now."""
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
