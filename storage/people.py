"""People, as described by Slack: name and time zone, by user id."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from bot.domain.membership_type import MembershipType, outsider_label
from storage import reference_names
from storage.engine.statements import has_rows, upsert
from storage.tables import PersonRow, TimelineEventRow

OUTSIDER_TYPES = (MembershipType.GUEST, MembershipType.EXTERNAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A user of the workspace or of a shared channel. `zone` is an IANA name.

    `standing` is None until Slack was asked for it. `organisation` is an external person's, if
    Slack names it.
    """

    id: str
    name: str
    zone: str
    bot: bool = False
    deactivated: bool = False
    standing: MembershipType | None = None
    organisation: str = ""

    @property
    def is_outsider(self) -> bool:
        """Return whether the person is a guest or from another workspace."""
        return self.standing in OUTSIDER_TYPES


def save(session: Session, person: Person, at: datetime) -> None:
    upsert(
        session,
        PersonRow,
        keys=("id",),
        id=person.id,
        name=person.name,
        zone=person.zone,
        bot=person.bot,
        deactivated=person.deactivated,
        standing=person.standing,
        organisation=person.organisation,
        learned_at=at,
    )


def find(session: Session, person_id: str) -> Person | None:
    row = session.get(PersonRow, person_id)
    return _person(row) if row else None


def known_since(session: Session, ids: Collection[str], since: datetime) -> set[str]:
    """Return those about whom Slack was asked since a time, including their standing."""
    is_listed = col(PersonRow.id).in_(sorted(set(ids)))
    has_standing = col(PersonRow.standing).is_not(None)
    is_recent = PersonRow.learned_at >= since
    return set(session.exec(select(PersonRow.id).where(is_listed, has_standing, is_recent)))


def is_outsider(session: Session, person_id: str | None) -> bool:
    """Return whether a person is known to be a guest or from another workspace."""
    person = find(session, person_id) if person_id else None
    return person is not None and person.is_outsider


def is_membership_type_known(session: Session, person_id: str) -> bool:
    """Return whether Slack was asked for a person's standing."""
    person = find(session, person_id)
    return person is not None and person.standing is not None


def is_member(session: Session, person_id: str) -> bool:
    """Return whether Slack described a person as a member of our workspace."""
    person = find(session, person_id)
    return person is not None and person.standing is MembershipType.MEMBER


def outsiders(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return labels of known outsiders among these people, like "external" or "guest", by id."""
    is_listed = col(PersonRow.id).in_(sorted(set(ids)))
    rows = session.exec(
        select(PersonRow).where(is_listed, col(PersonRow.standing).in_(OUTSIDER_TYPES))
    )
    return {
        row.id: outsider_label(MembershipType(row.standing), row.organisation)
        for row in rows
        if row.standing
    }


def has_outsiders(session: Session, channel_id: str | None) -> bool:
    """Return whether outsiders have joined an incident's channel or posted there."""
    in_channel = col(TimelineEventRow.channel_id) == channel_id
    by_them = col(TimelineEventRow.author) == PersonRow.id
    outsider = select(PersonRow.id).where(col(PersonRow.standing).in_(OUTSIDER_TYPES))
    has_posted = exists().where(in_channel, by_them)
    return bool(channel_id) and has_rows(session, outsider.where(has_posted))


def outsider_condition(person_id: str) -> ColumnElement[bool]:
    """SQL: a person is known to be an outsider."""
    return exists().where(
        col(PersonRow.id) == person_id, col(PersonRow.standing).in_(OUTSIDER_TYPES)
    )


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the names of known people, channels and user groups, by id."""
    rows = session.exec(select(PersonRow).where(col(PersonRow.id).in_(sorted(set(ids)))))
    return {row.id: row.name for row in rows} | reference_names.names(session, ids)


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        zone=row.zone,
        bot=row.bot,
        deactivated=row.deactivated,
        standing=MembershipType(row.standing) if row.standing else None,
        organisation=row.organisation,
    )
