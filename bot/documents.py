"""The draft as documents: Markdown, HTML, JSON, and the picture of its timeline. One model for all."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot import picture as drawing
from bot import public_facts, render
from bot.document_facts import facts
from bot.domain.draft import FORMULAS, Draft, Statement, Written
from bot.domain.need import Decision, Need
from bot.domain.review import Review
from bot.template_names import PUBLIC, TEMPLATES

__all__ = ["TEMPLATES", "as_json", "html", "markdown", "picture", "picture_text", "public_json"]

SCHEMA = "debrief.postmortem/1"
_HEADING_OR_TABLE = re.compile(r"<h\d>(?P<heading>.*?)</h\d>|<table>.*?</table>", re.DOTALL)
# A date is not broken in two lines; it would be, in a narrow column.
_TIME_CELL = re.compile(r"<tr>\n<td(?= dir=\"auto\">(?:\d{4}-\d\d-\d\d )?\d\d:\d\d</td>)")
_BOX_TO_TICK = '<li dir="auto">[ ] '
# Column headers say so to those who hear the page; text runs in its own script's direction.
_ATTRIBUTES = (
    ("th", 'scope="col"'),
    ("td", 'dir="auto"'),
    ("li", 'dir="auto"'),
    ("p", 'dir="auto"'),
)
_LISTS = (
    "root_cause",
    "contributing_factors",
    "went_well",
    "went_poorly",
    "lucky",
    "lessons",
)


def markdown(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """The document in Markdown; `template` names one of `TEMPLATES`, or one of the team's `folder`."""
    text = render.document(template, folder, **facts_for(draft, template))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"


def facts_for(draft: Draft, template: str) -> dict[str, Any]:
    """What a template is given, by name. The public one cannot tell what it does not know."""
    return {"public": public_facts.public(draft)} if template == PUBLIC else facts(draft)


def html(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """A page of its own: the Markdown's content, sanitised, with the timeline picture inline."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = nh3.clean(parser.render(markdown(draft, template, folder)))
    head, rest = _split_at_first_section(_readable(body))
    drawn = drawing.svg(draft, any_script=True) if draft.timeline and template != PUBLIC else ""
    return render.page(
        "postmortem/page.html.j2",
        title=_title(draft, template),
        head=Markup(head),  # noqa: S704 - nh3 has cleaned it
        rest=Markup(rest),  # noqa: S704 - nh3 has cleaned it
        drawn=Markup(drawn),  # noqa: S704 - its template escapes
    )


def as_json(draft: Draft) -> str:
    """The draft in the interface's schema; keys in its order, times in UTC with `Z`."""
    incident = draft.incident
    document = {
        "schema": SCHEMA,
        "incident": {
            "key": incident.key,
            "title": incident.title,
            "severity": incident.severity,
            "status": incident.status,
            "services": list(incident.services),
            "channel": incident.channel,
        },
        "summary": _statements(draft.summary),
        "moments": _moments(draft),
        "durations": {
            **{name: _seconds(span) for name, span in draft.durations.named()},
            "formulas": FORMULAS,
        },
        "timeline": _rows(draft),
        "impact": _figures(draft),
        **{name: _statements(getattr(draft, name)) for name in _LISTS},
        "action_items": _items(draft),
        "participants": [
            {"name": each.name, "roles": list(each.roles), "messages": each.messages}
            for each in draft.participants
        ],
        "references": [
            {"url": each.url, "evidence": [*each.evidence]} for each in draft.references
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
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def public_json(draft: Draft) -> str:
    """What may be told to everybody, as JSON in a schema of its own."""
    return public_facts.as_json(public_facts.public(draft))


def picture(draft: Draft) -> bytes:
    """The timeline as a PNG, the same bytes for the same draft."""
    return drawing.png(draft)


def picture_text(draft: Draft) -> str:
    """What the picture shows, for those who cannot see it."""
    return drawing.described(draft)


def _title(draft: Draft, template: str) -> str:
    if template != PUBLIC:
        return f"{draft.incident.key}: {draft.incident.title}"
    shown = public_facts.public(draft)
    return shown.title or f"{shown.day:%Y-%m-%d}"


def _readable(body: str) -> str:
    """The body for those who hear it, who read other scripts, and who have a small screen."""
    for tag, attribute in _ATTRIBUTES:
        body = body.replace(f"<{tag}>", f"<{tag} {attribute}>")
    body = body.replace("<strong>Open:</strong>", '<strong class="open">Open:</strong>')
    body = _TIME_CELL.sub('<tr>\n<td class="at"', body)
    return _in_boxes(body.replace(_BOX_TO_TICK, _BOX_TO_TICK.replace("[ ]", "\N{BALLOT BOX}")))


def _in_boxes(body: str) -> str:
    """Each table in a box that scrolls by itself, also by keyboard, and that is named by its heading."""
    heading = ""

    def put(found: re.Match[str]) -> str:
        nonlocal heading
        if found["heading"] is not None:
            heading = re.sub(r"<[^>]*>", "", found["heading"]).replace('"', "&quot;")
            return found[0]
        box = f'<div class="wide" role="region" tabindex="0" aria-label="{heading}">'
        return f"{box}{found[0]}</div>"

    return _HEADING_OR_TABLE.sub(put, body)


def _split_at_first_section(body: str) -> tuple[str, str]:
    head, section, rest = body.partition("<h2>")
    return head, section + rest


def _statements(statements: tuple[Statement, ...]) -> list[dict[str, object]]:
    return [
        {"text": each.text, "evidence": list(each.evidence), **_written(each.written)}
        for each in statements
    ]


def _written(written: Written | None) -> dict[str, object]:
    """Who typed it, where somebody did."""
    return {"written_by": written.by, "written_at": _utc(written.at)} if written else {}


def _review(review: Review) -> dict[str, object]:
    """How the postmortem stands, and each step that led there."""
    return {
        "state": review.state,
        "author": review.author,
        "reviewers": list(review.reviewers),
        "approved_by": [each.by for each in review.approvals],
        "approved_by_author_alone": review.by_author_alone,
        "steps": [
            {
                "step": each.step,
                "by": each.by,
                "at": _utc(each.at),
                "because": each.because,
                "version": each.version,
            }
            for each in review.steps
        ],
    }


def _sections(draft: Draft) -> dict[str, object]:
    """What people wrote, whole, by the name of the section."""
    return {
        each.name: {
            "text": each.text,
            "version": each.version,
            "written_by": each.by,
            "written_at": _utc(each.at),
        }
        for each in draft.sections
    }


def _moments(draft: Draft) -> dict[str, object]:
    return {
        name: moment
        and {"at": _utc(moment.at), "basis": moment.basis, "evidence": list(moment.evidence)}
        for name, moment in draft.moments.named()
    }


def _rows(draft: Draft) -> list[dict[str, object]]:
    return [
        {
            "at": _utc(row.at),
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
            "kind": figure.kind,
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
        "corrected": recording.corrected,
        "hidden": recording.hidden,
        "sha256": recording.sha256,
    }


def _need(need: Need | None) -> dict[str, object] | None:
    """What the policy says; None for a draft of which it was not asked."""
    if need is None:
        return None
    return {
        "needed": need.needed,
        "reasons": [
            {"rule": each.rule, "text": each.text, "evidence": [*each.evidence]}
            for each in need.reasons
        ],
        "unknown": [{"rule": each.rule, "text": each.text} for each in need.unknown],
        "waived": waiver(need.waived),
    }


def waiver(decision: Decision | None) -> dict[str, object] | None:
    """The decision that there be no postmortem, as the JSON has it."""
    if decision is None:
        return None
    return {"by": decision.by, "at": _utc(decision.at), "because": decision.because}


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _utc(at: datetime) -> str:
    """ISO 8601 with `Z`; fractions of a second only where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
