"""The draft as documents: Markdown, HTML, JSON, and the picture of its timeline. One model for all."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Draft
from bot.drafting import evidence
from bot.rendering import public_facts, render, template_process
from bot.rendering import timeline_chart as drawing
from bot.rendering.document_facts import facts
from bot.rendering.template_parts import fitted, parts_shown

__all__ = [
    "TEMPLATES", "as_rendered", "both", "html", "markdown", "markdown_here", "page", "parts_of", "picture", "picture_text",
    "public_json", "rendered",
]  # fmt: skip

# Neither holds another of its kind; so nothing is read twice, however many are opened and not closed.
_HEADING_OR_TABLE = re.compile(
    r"<h\d>(?P<heading>(?:[^<]|<(?!/?h\d>))*)</h\d>|<table>(?:[^<]|<(?!/?table>))*</table>"
)
# A date is not broken in two lines; it would be, in a narrow column.
_TIME_CELL = re.compile(r"<tr>\n<td(?= dir=\"auto\">(?:\d{4}-\d\d-\d\d )?\d\d:\d\d</td>)")
_BOXES = {
    '<li dir="auto">[ ] ': '<li dir="auto">\N{BALLOT BOX} ',
    '<li dir="auto">[x] ': '<li dir="auto">\N{BALLOT BOX WITH CHECK} ',
}
# Our templates have no code or italics of their own: on a page these words of people are plain.
_TAGS = nh3.ALLOWED_TAGS - {"code", "em"}
# Column headers say so to those who hear the page; text runs in its own script's direction.
_ATTRIBUTES = (
    ("th", 'scope="col"'),
    ("td", 'dir="auto"'),
    ("li", 'dir="auto"'),
    ("p", 'dir="auto"'),
)


def markdown(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """The document in Markdown; `template` names one of `TEMPLATES`, or one of the team's `folder`.

    With a `folder` it is rendered in a process of its own, and `Mistake` says what is wrong there.
    """
    return both(draft, template, folder)[0] if folder else markdown_here(draft, template)


def markdown_here(draft: Draft, template: str, folder: Path | None = None) -> str:
    """The same in this process, whatever a team's template does."""
    parts = parts_of(template, folder)
    return _markdown(fitted(draft, parts) if parts else draft, template, folder)


def parts_of(template: str, folder: Path | None = None) -> frozenset[str]:
    """The parts of a postmortem that a template has, in this process; those of a team's are read anew."""
    if folder is None:
        return _parts_of_ours(template)
    return parts_shown(lambda draft: _markdown(draft, template, folder))


@cache
def _parts_of_ours(template: str) -> frozenset[str]:
    return parts_shown(lambda draft: _markdown(draft, template, None))


def as_rendered(draft: Draft, template: str, folder: Path | None) -> str:
    """What a template makes of a draft, once and in this process: not yet tidied."""
    return render.document(template, folder, **facts_for(draft, template))


def _markdown(draft: Draft, template: str, folder: Path | None) -> str:
    text = as_rendered(draft, template, folder)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<![ \t])[ \t]+\n", "\n", text)).strip() + "\n"


def both(draft: Draft, template: str = "standard", folder: Path | None = None) -> tuple[str, str]:
    """The document in Markdown and as a page."""
    return rendered(draft, template, folder)[:2]


def rendered(
    draft: Draft, template: str = "standard", folder: Path | None = None
) -> tuple[str, str, frozenset[str]]:
    """The document in Markdown and as a page, and the parts that its template has."""
    if folder is not None:
        return template_process.render(draft, template, folder)
    text = markdown_here(draft, template)
    return text, page(draft, text, template), parts_of(template)


def facts_for(draft: Draft, template: str) -> dict[str, Any]:
    """What a template is given, by name. The public one cannot tell what it does not know."""
    if template == PUBLIC:
        shown = public_facts.public(draft)
        return {"public": replace(shown, title=shown.title and _literal(shown.title))}
    return facts(
        replace(draft, incident=replace(draft.incident, title=_literal(draft.incident.title)))
    )


def _literal(title: str) -> str:
    """A title for a heading, which has no bold or struck words."""
    return render.Ready(render.markdown(title))


def html(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """A page of its own: the Markdown's content, sanitised, with the timeline picture inline."""
    return both(draft, template, folder)[1]


def page(draft: Draft, text: str, template: str = "standard") -> str:
    """The same from `text`, what `markdown` made of the draft."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    body = nh3.clean(parser.render(text), tags=_TAGS if template in TEMPLATES else None)
    head, rest = _split_at_first_section(_readable(body))
    drawn = drawing.svg(draft, any_script=True) if draft.timeline and template != PUBLIC else ""
    style, allowed = render.style("postmortem/page.css")
    return render.page(
        "postmortem/page.html.j2",
        style=style,
        allowed=allowed,
        title=_title(draft, template),
        head=Markup(head),  # noqa: S704 - nh3 has cleaned it
        rest=Markup(rest),  # noqa: S704 - nh3 has cleaned it
        drawn=Markup(drawn),  # noqa: S704 - its template escapes
        evidence=[] if template == PUBLIC else list(evidence.parts(draft)),
    )


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
    for typed, drawn in _BOXES.items():
        body = body.replace(typed, drawn)
    return _in_boxes(body)


def _in_boxes(body: str) -> str:
    """Each table in a box that scrolls by itself, also by keyboard, and that is named by its heading."""
    heading = ""

    def put(found: re.Match[str]) -> str:
        nonlocal heading
        if found["heading"] is not None:
            heading = re.sub(r"<[^>]*>?", "", found["heading"]).replace('"', "&quot;")
            return found[0]
        box = f'<div class="wide" role="region" tabindex="0" aria-label="{heading}">'
        return f"{box}{found[0]}</div>"

    return _HEADING_OR_TABLE.sub(put, body)


def _split_at_first_section(body: str) -> tuple[str, str]:
    head, section, rest = body.partition("<h2>")
    return head, section + rest
