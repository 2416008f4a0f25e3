"""Sections of a postmortem written by people: shown as they are, checked for blame, versioned."""

from dataclasses import dataclass
from typing import Any

from bot.blameless.finding import Finding
from bot.blameless.five_whys import check_chain
from bot.blameless.language import find_blame
from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NothingDrafted, SectionTooLong
from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.domain.section import MAX_SECTION_LENGTH, Section, SectionName
from bot.drafting import written_sections
from bot.postmortems import drafts
from storage import incidents, outbox, sections
from storage.engine.store import Session
from storage.people import names


@dataclass(frozen=True, slots=True)
class EditableSection:
    """A section as shown for editing: its text and version. Version 0 is the draft's."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class SaveWarnings:
    """Reasons for a person to check their text again: blame, or another edit in the meantime."""

    findings: tuple[Finding, ...] = ()
    meanwhile: Section | None = None

    def __bool__(self) -> bool:
        return bool(self.findings or self.meanwhile)


def lock_for_editing(session: Session, bot: Bot, incident_id: int) -> Incident:
    """Return the incident of a postmortem that may be edited, locked.

    Raises IsFinal if it's final.
    """
    incident = lock_incident(session, incident_id)
    drafts.require_not_final(session, bot, incident)
    return incident


def lock_incident(session: Session, incident_id: int) -> Incident:
    """Return the incident of a postmortem, locked until the end of the transaction."""
    incident = incidents.find_locked(session, incident_id)
    if incident is None:
        raise NothingDrafted(key="This incident")
    return incident


def load_for_editing(session: Session, incident: Incident, name: SectionName) -> EditableSection:
    """Return the current text of a section: a person's, or the draft's sentences, one per line."""
    last = sections.last(session, incident.id, name)
    if last and last.text:
        return EditableSection(last.text, last.version)
    drafted = _drafted(drafts.latest(session, incident).document, name)
    return EditableSection(_cut(drafted), last.version if last else 0)


def find_save_warnings(
    session: Session, incident: Incident, name: SectionName, text: str, start_version: int
) -> SaveWarnings:
    """Return what to ask the writer before saving; `start_version` is the version they started from."""
    people = drafts.named_people(drafts.latest(session, incident))
    lines = written_sections.split_lines(text)
    if name is SectionName.FIVE_WHYS:
        findings = check_chain(lines, people)
    else:
        findings = tuple(finding for line in lines for finding in find_blame(line, people))
    last = sections.last(session, incident.id, name)
    return SaveWarnings(findings, last if last and last.version != start_version else None)


def write(
    session: Session, actor: Actor, incident: Incident, name: SectionName, text: str
) -> Section | None:
    """Store a person's text as a new version; None if it doesn't change the section.

    Storage removes secrets. An empty text restores the draft's. The postmortem's messages are
    updated.
    """
    if len(text) > MAX_SECTION_LENGTH:
        raise SectionTooLong(count=len(text), longest=MAX_SECTION_LENGTH)
    clean = text.strip()
    lines = written_sections.split_lines(clean)
    last = sections.last(session, incident.id, name)
    current = load_for_editing(session, incident, name).text if lines else last.text if last else ""
    if lines == written_sections.split_lines(current):
        return None
    section = Section(name=name, text=clean if lines else "", by=actor.person, at=actor.at)
    stored = sections.add(session, incident.id, section)
    outbox.enqueue(session, make_incident_job(incident.id, JobKind.COMPOSE), actor.at)
    return stored


def find_other_writer(session: Session, warnings: SaveWarnings) -> str:
    """Return the display name of who wrote in the meantime; empty if nobody did."""
    writer = warnings.meanwhile.by if warnings.meanwhile else ""
    return names(session, [writer]).get(writer, writer) if writer else ""


def _drafted(document: dict[str, Any], name: SectionName) -> str:
    """Return the draft's text of a section, a sentence a line.

    Lines of the impact begin with their kind. Of five whys, it's only the first.
    """
    if name is SectionName.IMPACT:
        figures = document["impact"]
        return "\n".join(f"{figure['kind']}: {figure['text']}" for figure in figures)
    if name is SectionName.FIVE_WHYS:
        return "\n".join(cause["text"] for cause in document["root_cause"][:1])
    return "\n".join(statement["text"] for statement in document.get(name) or [])


def _cut(text: str) -> str:
    """Return as many whole lines as fit in a form."""
    while len(text) > MAX_SECTION_LENGTH:
        text = text.rpartition("\n")[0] or text[:MAX_SECTION_LENGTH]
    return text
