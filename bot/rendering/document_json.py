"""The draft as JSON for other programs. Each statement has its evidence, or its author."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bot.domain.draft import Authorship, Draft, Statement
from bot.domain.key_times import FORMULAS
from bot.domain.requirement import Decision, Requirement
from bot.domain.review import Review
from bot.domain.unread_history import UnreadHistory
from bot.rendering.incident_period import find_incident_period
from bot.rendering.json_times import iso_utc, iso_utc_seconds

SCHEMA = "debrief.postmortem/1"
_LISTS = (
    "root_cause",
    "contributing_factors",
    "went_well",
    "went_poorly",
    "lucky",
    "lessons",
)


def as_json(draft: Draft) -> str:
    """Return the draft in the published schema: keys in its order, times in UTC with `Z`."""
    document = {
        "schema": SCHEMA,
        "incident": _heading(draft),
        "summary": _statements(draft.summary),
        "moments": _moments(draft),
        "durations": {
            **{name: _seconds(span) for name, span in draft.durations.named()},
            "formulas": FORMULAS,
        },
        "timeline": _rows(draft),
        "impact": _figures(draft),
        **{name: _statements(getattr(draft, name)) for name in _LISTS},
        "cause_candidates": _possible_causes(draft),
        "action_items": _items(draft),
        "action_items_as_of": draft.items_as_of and iso_utc(draft.items_as_of),
        "participants": _participants(draft),
        "references": [
            {"url": reference.url, "evidence": [*reference.evidence]}
            for reference in draft.references
        ],
        "open_questions": list(draft.open_questions),
        "completeness": {
            "score": draft.completeness.score,
            "missing": list(draft.completeness.missing),
        },
        "recording": _recording(draft),
        "need": _need(draft.need),
        "sections": _sections(draft),
        "review": _review(draft.review),
        "related": _related(draft),
        "dropped_items": _dropped(draft),
        "model": draft.model and asdict(draft.model),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def same_items(draft: Draft, document: Mapping[str, Any]) -> bool:
    """Return whether a stored document has the same action items, in the same state."""
    stored = (document.get("action_items"), document.get("dropped_items"))
    return stored == (_items(draft), _dropped(draft))


def _possible_causes(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "text": cause.text,
            "evidence": list(cause.evidence),
            "at": iso_utc(cause.at),
            "by": cause.author,
        }
        for cause in draft.cause_candidates
    ]


def _participants(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "name": participant.name,
            "roles": list(participant.roles),
            "messages": participant.messages,
        }
        for participant in draft.participants
    ]


def _heading(draft: Draft) -> dict[str, object]:
    incident, span = draft.incident, find_incident_period(draft)
    return {
        "key": incident.key,
        "title": incident.title,
        "severity": incident.severity,
        "status": incident.status,
        "services": list(incident.services),
        "channel": incident.channel,
        "dates": [day.isoformat() for day in span.days],
        "duration": {
            "seconds": _seconds(span.length),
            "from": span.start_name,
            "to": span.end_name or None,
            "ongoing": span.is_ongoing,
        },
    }


def _statements(statements: tuple[Statement, ...]) -> list[dict[str, object]]:
    return [
        {
            "text": statement.text,
            "evidence": list(statement.evidence),
            **_written(statement.written),
        }
        for statement in statements
    ]


def _written(authorship: Authorship | None) -> dict[str, object]:
    """Return the author and time of text that a person typed; empty for other text."""
    return {"written_by": authorship.by, "written_at": iso_utc(authorship.at)} if authorship else {}


def _review(review: Review) -> dict[str, object]:
    """Return the state of the review and its steps."""
    return {
        "state": review.state,
        "author": review.author,
        "reviewers": list(review.reviewers),
        "approved_by": [approval.by for approval in review.approvals],
        "approved_by_author_alone": review.by_author_alone,
        "steps": [
            {
                "step": step.step,
                "by": step.by,
                "at": iso_utc(step.at),
                "because": step.because,
                "version": step.version,
            }
            for step in review.steps
        ],
    }


def _sections(draft: Draft) -> dict[str, object]:
    """Return the full text of sections that people wrote, by section name."""
    return {
        section.name: {
            "text": section.text,
            "version": section.version,
            "written_by": section.by,
            "written_at": iso_utc(section.at),
        }
        for section in draft.sections
    }


def _moments(draft: Draft) -> dict[str, object]:
    return {
        name: moment
        and {
            "at": iso_utc(moment.at),
            "basis": moment.basis,
            "evidence": list(moment.evidence),
            **({"set_by": moment.set_by} if moment.set_by else {}),
        }
        for name, moment in draft.moments.named()
    }


def _rows(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "at": iso_utc(row.at),
            "kind": row.kind,
            "text": row.text,
            "author": row.author,
            "evidence": list(row.evidence),
        }
        for row in draft.timeline
    ]


def _figures(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "text": figure.text,
            "kind": figure.kind.published,
            "measure": figure.kind,
            "value": figure.value,
            "unit": figure.unit,
            "evidence": list(figure.evidence),
            **_written(figure.written),
        }
        for figure in draft.impact
    ]


def _items(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "text": item.text,
            "owner": item.owner_name,
            "due": item.due and item.due.isoformat(),
            "priority": item.priority,
            "state": item.state,
            "done_at": item.done_at and iso_utc(item.done_at),
            "ticket": {"key": item.ticket, "url": item.ticket_url} if item.ticket else None,
            "evidence": list(item.evidence),
        }
        for item in draft.action_items
    ]


def _recording(draft: Draft) -> dict[str, object]:
    recording = draft.recording
    return {
        "messages": recording.messages,
        "edited": recording.edited,
        "deleted": recording.deleted,
        "fetched": recording.fetched,
        "gaps": recording.gaps,
        "unreadable": recording.unreadable,
        "corrected": recording.corrected,
        "hidden": recording.hidden,
        "unread": _unread(recording.unread),
        "sha256": recording.sha256,
    }


def _unread(unread: UnreadHistory | None) -> dict[str, object] | None:
    """Return the part of the channel's history that is still being read; None if there is none."""
    if unread is None:
        return None
    before = unread.before and iso_utc_seconds(unread.before)
    return {"before": before, "threads": unread.threads}


def _need(need: Requirement | None) -> dict[str, object] | None:
    """Return whether the configuration requires a postmortem, and why; None if not computed."""
    if need is None:
        return None
    return {
        "needed": need.needed,
        "reasons": [
            {"rule": reason.rule, "text": reason.text, "evidence": [*reason.evidence]}
            for reason in need.reasons
        ],
        "unknown": [{"rule": rule.rule, "text": rule.text} for rule in need.unknown],
        "not_found": [{"rule": rule.rule, "text": rule.text} for rule in need.not_found],
        "waived": waiver_as_dict(need.waived),
    }


def waiver_as_dict(decision: Decision | None) -> dict[str, object] | None:
    """Return the decision to skip the postmortem; None if there is none."""
    if decision is None:
        return None
    return {"by": decision.by, "at": iso_utc(decision.at), "because": decision.because}


def _related(draft: Draft) -> list[dict[str, object]]:
    """Return similar past incidents, with their open action items."""
    return [
        {
            "key": similar.key,
            "title": similar.title,
            "declared_at": iso_utc(similar.declared_at),
            "why": similar.why,
            "link": similar.link,
            "open_items": list(similar.open_items),
        }
        for similar in draft.related
    ]


def _dropped(draft: Draft) -> list[dict[str, object]]:
    """Return the items that were dropped with a reason."""
    return [
        {"text": item.text, "because": item.because, "evidence": list(item.evidence)}
        for item in draft.dropped_items
    ]


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
