"""What Slack told about people: name and zone, by user id."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.engine import put_on
from storage.tables import PersonRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A user of the workspace. `zone` is an IANA name."""

    id: str
    name: str
    zone: str
    bot: bool = False
    deactivated: bool = False


def learn(session: Session, person: Person, at: datetime) -> None:
    put_on(
        session,
        PersonRow,
        keys=("id",),
        id=person.id,
        name=person.name,
        zone=person.zone,
        bot=person.bot,
        deactivated=person.deactivated,
        learned_at=at,
    )


def find(session: Session, person_id: str) -> Person | None:
    row = session.get(PersonRow, person_id)
    return _person(row) if row else None


def known_since(session: Session, ids: Collection[str], since: datetime) -> set[str]:
    """Those whom Slack was asked about since a time."""
    asked = col(PersonRow.id).in_(sorted(set(ids)))
    return set(session.exec(select(PersonRow.id).where(asked, PersonRow.learned_at >= since)))


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The display names of those who are known."""
    rows = session.exec(select(PersonRow).where(col(PersonRow.id).in_(sorted(set(ids)))))
    return {row.id: row.name for row in rows}


def _person(row: PersonRow) -> Person:
    return Person(id=row.id, name=row.name, zone=row.zone, bot=row.bot, deactivated=row.deactivated)
