"""Text by people for a postmortem's sections: every version is kept, the last one counts."""

from dataclasses import replace

from sqlmodel import Session, col, func, select

from bot.domain.section import Section, SectionName
from storage import library
from storage.tables import SectionRow


def add(session: Session, incident_id: int, section: Section) -> Section:
    """Store a text as the next version of its section.

    The caller must hold the incident's lock (`incidents.find_locked`, or `incidents.by_channel` with
    `lock`), so that two writers of a section get different versions.
    """
    last = session.exec(
        select(func.max(SectionRow.version)).where(
            SectionRow.incident_id == incident_id, SectionRow.name == section.name
        )
    ).one()
    row = SectionRow(
        incident_id=incident_id,
        name=section.name,
        version=(last or 0) + 1,
        text=section.text,
        person=section.by,
        written_at=section.at,
    )
    session.add(row)
    session.flush()
    library.mark_outdated(session, incident_id)
    return replace(section, version=row.version)


def history(session: Session, incident_id: int, name: SectionName) -> list[Section]:
    """Return every version of a section, oldest first."""
    rows = session.exec(
        select(SectionRow)
        .where(SectionRow.incident_id == incident_id, SectionRow.name == name)
        .order_by(col(SectionRow.version))
    )
    return [_section(row) for row in rows]


def last(session: Session, incident_id: int, name: SectionName) -> Section | None:
    """Return a section's last version, or None.

    It's empty if a person reset the section to the draft's text.
    """
    return next(reversed(history(session, incident_id, name)), None)


def of_incident(session: Session, incident_id: int) -> tuple[Section, ...]:
    """Return the sections with text by people, in the order of the document."""
    return tuple(section for section in latest_of_each(session, incident_id) if section.text)


def latest_of_each(session: Session, incident_id: int) -> tuple[Section, ...]:
    """Return each section's last version, including those reset to the draft's text."""
    rows = session.exec(
        select(SectionRow)
        .where(SectionRow.incident_id == incident_id)
        .order_by(col(SectionRow.version))
    )
    by_name = {row.name: _section(row) for row in rows}
    return tuple(by_name[name] for name in SectionName if name in by_name)


def _section(row: SectionRow) -> Section:
    return Section(
        name=SectionName(row.name),
        text=row.text,
        by=row.person,
        at=row.written_at,
        version=row.version,
    )
