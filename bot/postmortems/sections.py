"""Sections of a postmortem that people write: shown as they are, checked for blame, kept as versions."""

from dataclasses import dataclass
from typing import Any

from bot.blameless.finding import Finding
from bot.blameless.five_whys import chain
from bot.blameless.language import blame
from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NothingDrafted, TooLong
from bot.domain.incident import Incident
from bot.domain.job import JobKind, for_incident
from bot.domain.section import LONGEST, Section, SectionName
from bot.drafting import written_by_people
from bot.postmortems import drafts
from storage import incidents, outbox, sections
from storage.engine.store import Session
from storage.people import names


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as somebody begins to edit it: its text, and the version that it is, 0 of the draft."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Doubts:
    """Why somebody may want to read their text once more: blame in it, or what another wrote meanwhile."""

    findings: tuple[Finding, ...] = ()
    meanwhile: Section | None = None

    def __bool__(self) -> bool:
        return bool(self.findings or self.meanwhile)


def open_to_writing(session: Session, bot: Bot, incident_id: int) -> Incident:
    """The incident of a postmortem that may be written in: one that is not final."""
    incident = held(session, incident_id)
    drafts.refuse_final(session, bot, incident)
    return incident


def held(session: Session, incident_id: int) -> Incident:
    """The incident of a postmortem, held until the end of the transaction."""
    incident = incidents.held(session, incident_id)
    if incident is None:
        raise NothingDrafted(key="This incident")
    return incident


def shown(session: Session, incident: Incident, name: SectionName) -> Shown:
    """What stands in a section now: a person's text, or the draft's own sentences, a line each."""
    last = sections.last(session, incident.id, name)
    if last and last.text:
        return Shown(last.text, last.version)
    drafted = _drafted(drafts.latest(session, incident).document, name)
    return Shown(_cut(drafted), last.version if last else 0)


def doubts(
    session: Session, incident: Incident, name: SectionName, text: str, begun: int
) -> Doubts:
    """What to ask the writer before the text is kept; `begun` is the version that they began with."""
    people = drafts.people_of(drafts.latest(session, incident))
    lines = written_by_people.lines(text)
    if name is SectionName.FIVE_WHYS:
        found = chain(lines, people)
    else:
        found = tuple(finding for line in lines for finding in blame(line, people))
    last = sections.last(session, incident.id, name)
    return Doubts(found, last if last and last.version != begun else None)


def write(
    session: Session, actor: Actor, incident: Incident, name: SectionName, text: str
) -> Section | None:
    """Keep a person's text, secrets taken out; None when it says what stands there already.

    An empty text gives the section back to the draft. The messages of the postmortem are edited.
    """
    if len(text) > LONGEST:
        raise TooLong(count=len(text), longest=LONGEST)
    clean = text.strip()
    lines = written_by_people.lines(clean)
    last = sections.last(session, incident.id, name)
    stands = shown(session, incident, name).text if lines else last.text if last else ""
    if lines == written_by_people.lines(stands):
        return None
    section = Section(name=name, text=clean if lines else "", by=actor.person, at=actor.at)
    kept = sections.add(session, incident.id, section)
    outbox.put(session, for_incident(incident.id, JobKind.COMPOSE), actor.at)
    return kept


def writer(session: Session, doubts: Doubts) -> str:
    """Who wrote meanwhile, by display name; empty when nobody did."""
    by = doubts.meanwhile.by if doubts.meanwhile else ""
    return names(session, [by]).get(by, by) if by else ""


def _drafted(document: dict[str, Any], name: SectionName) -> str:
    """The draft's own sentences: of an impact with their kinds, of a chain of whys its beginning."""
    if name is SectionName.IMPACT:
        figures = document["impact"]
        return "\n".join(f"{each['kind']}: {each['text']}" for each in figures)
    if name is SectionName.FIVE_WHYS:
        return "\n".join(each["text"] for each in document["root_cause"][:1])
    return "\n".join(each["text"] for each in document.get(name) or [])


def _cut(text: str) -> str:
    """As many whole lines as fit a form."""
    while len(text) > LONGEST:
        text = text.rpartition("\n")[0] or text[:LONGEST]
    return text
