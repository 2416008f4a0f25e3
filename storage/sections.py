"""What people wrote in place of a draft's sections: each version is kept, and the last one counts."""

from dataclasses import replace

from sqlmodel import Session, col, func, select

from bot.domain.section import Section, SectionName
from storage import library
from storage.tables import SectionRow


def add(session: Session, incident_id: int, written: Section) -> Section:
    """Keep a text as the next version of its section.

    Two writers of one section are told apart by whoever holds the incident: `incidents.by_channel`
    or `incidents.by_id` with `lock`.
    """
    last = session.exec(
        select(func.max(SectionRow.version)).where(
            SectionRow.incident_id == incident_id, SectionRow.name == written.name
        )
    ).one()
    row = SectionRow(
        incident_id=incident_id,
        name=written.name,
        version=(last or 0) + 1,
        text=written.text,
        person=written.by,
        written_at=written.at,
    )
    session.add(row)
    session.flush()
    library.touch(session, incident_id)
    return replace(written, version=row.version)


def history(session: Session, incident_id: int, name: SectionName) -> list[Section]:
    """Every version of a section, the first one first."""
    rows = session.exec(
        select(SectionRow)
        .where(SectionRow.incident_id == incident_id, SectionRow.name == name)
        .order_by(col(SectionRow.version))
    )
    return [_section(row) for row in rows]


def last(session: Session, incident_id: int, name: SectionName) -> Section | None:
    """The last version of a section, also one that gives it back to the draft; None when nobody wrote."""
    return next(reversed(history(session, incident_id, name)), None)


def of_incident(session: Session, incident_id: int) -> tuple[Section, ...]:
    """The sections that people have written, as they are now, in the order of the document."""
    return tuple(each for each in latest_of_each(session, incident_id) if each.text)


def latest_of_each(session: Session, incident_id: int) -> tuple[Section, ...]:
    """The last version of each section, also of those that went back to the draft."""
    rows = session.exec(
        select(SectionRow)
        .where(SectionRow.incident_id == incident_id)
        .order_by(col(SectionRow.version))
    )
    found = {row.name: _section(row) for row in rows}
    return tuple(found[name] for name in SectionName if name in found)


def _section(row: SectionRow) -> Section:
    return Section(
        name=SectionName(row.name),
        text=row.text,
        by=row.person,
        at=row.written_at,
        version=row.version,
    )
