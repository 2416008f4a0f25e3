"""Draft a postmortem from a record. Pure: the same record always gives the same draft."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.app_updates import count_unreadable, is_update
from bot.domain.draft import (
    Completeness,
    Detail,
    Draft,
    ImpactFigure,
    IncidentHeader,
    Participant,
    Recording,
    Reference,
    Statement,
)
from bot.domain.key_times import find_times_set_by_people
from bot.domain.review import Review
from bot.domain.section import Section, SectionName
from bot.domain.timeline import SPOKEN_KINDS, EventKind, Record, TimelineEvent
from bot.drafting import wording, written_sections
from bot.drafting.action_items import collect_action_items, collect_dropped_items, find_commitments
from bot.drafting.completeness import measure
from bot.drafting.components import describe_outages
from bot.drafting.evidence import find_cited_messages
from bot.drafting.impact.figures import find_figures
from bot.drafting.key_times.finding import compute_durations, find_contradictions, find_moments
from bot.drafting.looking_back import find_review_sections
from bot.drafting.reading.lines import Line, display_name, quote, read_record, replace_unprintable
from bot.drafting.reading.unknown_people import name_unknown_people
from bot.drafting.recovery_course import CachedLines
from bot.drafting.root_cause.decision import find_possible_causes, find_root_cause
from bot.drafting.root_cause.stated import has_personal_cause
from bot.drafting.summary import find_title, summarize
from bot.drafting.timeline import TimelineContext, build_timeline

_ADDRESS = re.compile(r"https?://[^\s<>|\"'`]+")
_MAX_LINKS = 100


def draft(record: Record, detail: Detail = Detail.NORMAL) -> Draft:
    """Draft the postmortem. Everything in it has evidence; gaps become open questions.

    `detail` is how much the timeline includes; nothing else depends on it. Text written by people
    replaces what the rules would produce, and whatever depends on that part uses their text.
    """
    full_record, record = record, name_unknown_people(record.shown())
    lines = CachedLines(read_record(record))
    names = frozenset(record.people.values())
    moments = find_moments(lines, find_times_set_by_people(record.events, record.people))
    written, statements_by_name = _load_written_sections(record)
    impact = _written_figures(written) or (*find_figures(lines), *describe_outages(lines))
    cause = statements_by_name.get(SectionName.ROOT_CAUSE) or find_root_cause(lines)
    items = collect_action_items(lines, commitments := find_commitments(lines, moments), record)
    summary = summarize(lines, moments, impact, cause, names)
    context = TimelineContext(
        moments=moments,
        cited={message for statement in (*summary, *cause) for message in statement.evidence},
        follow_up={message for item in commitments for message in item.evidence},
        names=names,
    )
    review_sections: dict[str, Any] = {**find_review_sections(lines, moments)}
    drafted = Draft(
        incident=_make_header(record, find_title(lines, moments, cause, names)),
        moments=moments,
        durations=compute_durations(moments),
        completeness=Completeness(score=0.0, missing=()),
        recording=_recording(full_record),
        summary=summary,
        timeline=build_timeline(lines, context, detail),
        impact=impact,
        root_cause=cause,
        cause_candidates=() if cause else find_possible_causes(lines),
        **review_sections,
        action_items=items,
        dropped_items=collect_dropped_items(lines, record),
        items_as_of=record.items_as_of if record.action_items else None,
        participants=tuple(_participants(record)),
        references=_references(lines),
        sections=tuple(written.values()),
        review=_review(record),
        version=record.version,
    )
    return complete_draft(_with_written_sections(drafted, statements_by_name), lines, record)


def complete_draft(draft: Draft, lines: Sequence[Line], record: Record) -> Draft:
    """Return the draft with the messages it cites, its completeness and open questions."""
    is_cause_written = any(statement.written for statement in draft.root_cause)
    about_people = not is_cause_written and has_personal_cause(lines)
    cited = find_cited_messages(draft, lines, record)
    measured = replace(draft, cited=cited, completeness=measure(draft))
    questions = _open_questions(measured, about_people=about_people)
    return replace(measured, open_questions=tuple(questions))


def _with_written_sections(
    drafted: Draft, statements_by_name: Mapping[SectionName, tuple[Statement, ...]]
) -> Draft:
    """Replace parts of the draft by people's text. The impact has its figures already."""
    parts: dict[str, Any] = {
        str(name): statements for name, statements in statements_by_name.items()
    }
    parts.pop(SectionName.IMPACT, None)
    return replace(drafted, **parts)


def _load_written_sections(
    record: Record,
) -> tuple[dict[SectionName, Section], dict[SectionName, tuple[Statement, ...]]]:
    """Return people's sections with display names, and their statements, if any."""
    written = {
        section.name: replace(section, by=display_name(section.by, record))
        for section in record.sections
    }
    statements_by_name = {
        name: written_sections.parse_statements(section) for name, section in written.items()
    }
    return written, {
        name: statements for name, statements in statements_by_name.items() if statements
    }


def _review(record: Record) -> Review:
    return Review(
        tuple(replace(step, by=display_name(step.by, record)) for step in record.review.steps)
    )


def _written_figures(written: Mapping[SectionName, Section]) -> tuple[ImpactFigure, ...]:
    section = written.get(SectionName.IMPACT)
    return written_sections.parse_figures(section) if section else ()


def _make_header(record: Record, title: str) -> IncidentHeader:
    """Return what's known of the incident. A transcript has no title but its channel's name."""
    incident = record.incident
    lead, is_titled = incident.lead, incident.title != incident.channel_name
    return IncidentHeader(
        key=incident.key,
        title=quote(replace_unprintable(incident.title if is_titled or not title else title)),
        severity=incident.severity,
        status=incident.status,
        services=incident.services,
        channel=replace_unprintable(incident.channel_name),
        declared_at=incident.declared_at,
        lead=display_name(lead, record) if lead else None,
        is_titled=is_titled,
    )


def _open_questions(draft: Draft, *, about_people: bool) -> Iterator[str]:
    for earlier, later in find_contradictions(draft.moments):
        yield wording.order_question(earlier, later)
    if about_people:
        yield wording.PERSONAL_CAUSE_QUESTION
    missing = draft.completeness.missing
    questions = wording.find_questions(len(draft.cause_candidates))
    unowned = {"owners", "due_dates"} if "action_items" in missing else set()
    required = (name for name in missing if name in wording.REQUIRED_PART_NAMES)
    yield from (questions[name] for name in required if name not in unowned)


def _participants(record: Record) -> Iterator[Participant]:
    """Yield people who posted or had a role, sorted by name, never by how much they wrote."""
    spoke = Counter(
        display_name(event.author, record)
        for event in record.events
        if event.kind is EventKind.MESSAGE and not event.deleted
    )
    roles: dict[str, list[str]] = {}
    for role in record.incident.roles:
        roles.setdefault(display_name(role.person, record), []).append(role.name)
    for name in sorted({*spoke, *roles}):
        yield Participant(name=name, roles=tuple(roles.get(name, ())), messages=spoke[name])


def _references(lines: Sequence[Line]) -> tuple[Reference, ...]:
    evidence_by_url: dict[str, str] = {}
    for line in lines:
        for match in _ADDRESS.finditer(line.text) if "http" in line.text else ():
            evidence_by_url.setdefault(_trim_url(match[0]), line.id)
    return tuple(
        Reference(url=url, evidence=(message,)) for url, message in evidence_by_url.items()
    )[:_MAX_LINKS]


def _trim_url(url: str) -> str:
    """Strip a sentence's punctuation after a URL; a closing bracket stays if the URL opens it."""
    url = url.rstrip(".,;:!?…*_")
    for opening, closing in ("()", "[]", "{}"):
        if closing in url and url.count(closing) > url.count(opening):
            url = url[: url.index(closing)] if opening not in url else url.rstrip(closing)
    return url


def _recording(record: Record) -> Recording:
    spoken = [event for event in record.events if event.kind in SPOKEN_KINDS]
    messages = [event for event in spoken if not is_update(event.message_id)]
    without_words = count_unreadable(record.events)
    return Recording(
        messages=len(messages),
        edited=sum(event.edited for event in spoken),
        deleted=sum(event.deleted for event in messages),
        gaps=record.gaps + without_words + (record.unread is not None),
        unread=record.unread,
        unreadable=without_words,
        fetched=record.fetched,
        corrected=sum(bool(event.corrected_by) for event in record.events),
        hidden=sum(event.hidden for event in record.events),
        sha256=_fingerprint(record.events),
    )


def _fingerprint(events: Sequence[TimelineEvent]) -> str:
    """Return the SHA-256 of events as JSON lines: content and marks, not how they reached us."""
    digest = hashlib.sha256()
    for event in events:
        facts: list[object] = [
            event.message_id,
            event.channel_id,
            event.author,
            "" if event.deleted else event.text,
            event.happened_at.isoformat(),
            event.kind,
            event.thread_id,
            event.detail,
            event.edited,
            event.deleted,
            sorted(event.marks),
        ]
        if event.corrected_by or event.hidden:  # else the hash as before corrections
            facts.append([event.corrected_by, event.hidden])
        line = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
