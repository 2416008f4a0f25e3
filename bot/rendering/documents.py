"""The draft as documents in Markdown, HTML and JSON, and its timeline as a picture."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Completeness, Draft
from bot.domain.markup import MarkupText
from bot.drafting import evidence
from bot.rendering import public_facts, render, template_process
from bot.rendering import timeline_chart as drawing
from bot.rendering.citations import SUPERSCRIPT_DIGITS, make_anchor
from bot.rendering.document_facts import build_facts
from bot.rendering.template_parts import count_open_questions, find_parts, fit_to_parts

# Neither contains another of its kind, so unclosed tags don't make the search quadratic.
_HEADING_OR_TABLE = re.compile(
    r"<h\d>(?P<heading>(?:[^<]|<(?!/?h\d>))*)</h\d>|<table>(?:[^<]|<(?!/?table>))*</table>"
)
# Keeps dates on one line in a narrow column.
_TIME_CELL = re.compile(
    r"<tr>\n<td(?= dir=\"auto\">(?:<a [^>]*>)?(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?:</a>)?</td>)"
)
_OPEN = re.compile(r"<strong>(Open(?: question)?:)</strong>")
_REFERENCE = re.compile(rf" <a (href=\"[^\"<>]*\"[^<>]*)>([{SUPERSCRIPT_DIGITS}]+)</a>")
_FACT = re.compile(r"<tr>\n<t[dh]>(.*)</t[dh]>\n<t[dh]>(.*)</t[dh]>\n</tr>")
_BOXES = {
    '<li dir="auto">[ ] ': '<li dir="auto">\N{BALLOT BOX} ',
    '<li dir="auto">[x] ': '<li dir="auto">\N{BALLOT BOX WITH CHECK} ',
}
# Our templates have no code or italics of their own, so on a page people's are plain text.
_TAGS = nh3.ALLOWED_TAGS - {"code", "em"}
# For screen readers, column headers are marked. Text runs in the direction of its own script.
_ATTRIBUTES = (
    ("th", 'scope="col"'),
    ("td", 'dir="auto"'),
    ("li", 'dir="auto"'),
    ("p", 'dir="auto"'),
)


def markdown(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """Return the document in Markdown; `template` is one of `TEMPLATES`, or in the team's `folder`.

    With a `folder` it's rendered in a separate process. Raises `Mistake` if the template is wrong.
    """
    return (
        markdown_and_html(draft, template, folder)[0] if folder else markdown_here(draft, template)
    )


def markdown_here(draft: Draft, template: str, folder: Path | None = None) -> str:
    """Return the document in Markdown, rendered in this process, even with a team's template."""
    return render_tidied(fit(draft, template, folder), template, folder)


def fit(draft: Draft, template: str, folder: Path | None = None) -> Draft:
    """Return the draft with its completeness as the template counts it, in this process.

    It counts the parts that the template has, and each open question that it shows.
    """
    text = render_tidied(draft, template, folder)
    questions = count_open_questions(text, draft.open_questions)
    return fit_to_parts(draft, parts_of(template, folder), questions)


def parts_of(template: str, folder: Path | None = None) -> frozenset[str]:
    """Return the parts of a postmortem that a template has, rendered in this process.

    A team's template is read again each time.
    """
    if folder is None:
        return _parts_of_built_in(template)
    return find_parts(lambda draft: render_tidied(draft, template, folder))


@cache
def _parts_of_built_in(template: str) -> frozenset[str]:
    return find_parts(lambda draft: render_tidied(draft, template, None))


def render_untidied(
    draft: Draft, template: str, folder: Path | None, *, on_page: bool = False
) -> str:
    """Render a draft in this process, with the whitespace that the template leaves."""
    return render.document(template, folder, **facts_for(draft, template, on_page=on_page))


def render_tidied(
    draft: Draft, template: str, folder: Path | None, *, on_page: bool = False
) -> str:
    """Render a draft in this process, with its completeness as it is."""
    text = render_untidied(draft, template, folder, on_page=on_page)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<![ \t])[ \t]+\n", "\n", text)).strip() + "\n"


def markdown_and_html(
    draft: Draft, template: str = "standard", folder: Path | None = None
) -> tuple[str, str]:
    """Return the document in Markdown and as an HTML page."""
    return render_all(draft, template, folder)[:2]


def render_all(
    draft: Draft, template: str = "standard", folder: Path | None = None
) -> tuple[str, str, Completeness]:
    """Return the document in Markdown and as an HTML page, and how complete it is."""
    if folder is not None:
        return template_process.render(draft, template, folder)
    fitted = fit(draft, template)
    return render_tidied(fitted, template, None), page(fitted, template), fitted.completeness


def facts_for(draft: Draft, template: str, *, on_page: bool = False) -> dict[str, Any]:
    """Return the facts for a template, by name. The public one gets only public facts."""
    if template == PUBLIC:
        facts = public_facts.collect(draft)
        return {"public": replace(facts, title=facts.title and _literal(facts.title))}
    incident = replace(draft.incident, title=_literal(draft.incident.title))
    return build_facts(replace(draft, incident=incident), on_page=on_page)


def _literal(title: str) -> str:
    """Escape a title completely: a heading has no bold or struck words."""
    return MarkupText(render.markdown(title))


def html(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """Return a self-contained HTML page: the sanitized Markdown and the timeline picture."""
    return markdown_and_html(draft, template, folder)[1]


def page(draft: Draft, template: str = "standard", folder: Path | None = None) -> str:
    """Return the HTML page of a draft that `fit` returned, rendered in this process."""
    text = render_tidied(draft, template, folder, on_page=True)
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    body = nh3.clean(parser.render(text), tags=_TAGS if template in TEMPLATES else None)
    head, rest = _split_at_first_section(body)
    story, rest = _split_below_timeline_heading(_small_print(_readable(rest)))
    head = _readable(_facts_by_row(head)) + story
    drawn = drawing.svg_for_page(draft) if draft.timeline and template != PUBLIC else ""
    style, allowed = render.style("postmortem/page.css")
    return render.page(
        "postmortem/page.html.j2",
        style=style,
        allowed=allowed,
        title=_title(draft, template),
        head=Markup(head),  # noqa: S704 - cleaned by nh3
        rest=Markup(rest),  # noqa: S704 - cleaned by nh3
        drawn=Markup(drawn),  # noqa: S704 - escaped by its template
        evidence=[] if template == PUBLIC else list(evidence.list_supported_statements(draft)),
        make_anchor=make_anchor,
    )


def public_json(draft: Draft) -> str:
    """Return the public facts as JSON, in a schema of their own."""
    return public_facts.as_json(public_facts.collect(draft))


def picture(draft: Draft) -> bytes:
    """Return the timeline as a PNG. The same draft gives the same bytes."""
    return drawing.png(draft)


def picture_text(draft: Draft) -> str:
    """Return a text alternative for the picture."""
    return drawing.describe(draft)


def _title(draft: Draft, template: str) -> str:
    if template != PUBLIC:
        return f"{draft.incident.key}: {draft.incident.title}"
    facts = public_facts.collect(draft)
    return facts.title or f"{facts.day:%Y-%m-%d}"


def _readable(body: str) -> str:
    """Improve the HTML for screen readers, right-to-left scripts and small screens."""
    for tag, attribute in _ATTRIBUTES:
        body = body.replace(f"<{tag}>", f"<{tag} {attribute}>")
    body = _OPEN.sub(r'<strong class="open">\1</strong>', body)
    body = _REFERENCE.sub(_reference_link, body)
    body = _TIME_CELL.sub('<tr>\n<td class="at"', body)
    for typed, drawn in _BOXES.items():
        body = body.replace(typed, drawn)
    return _in_boxes(body)


def _reference_link(match: re.Match[str]) -> str:
    """Return a reference number with ordinary digits, which the style sheet makes small."""
    digits = "".join(str(SUPERSCRIPT_DIGITS.index(digit)) for digit in match[2])
    return f'<sup><a {match[1]} aria-label="Message {digits}">{digits}</a></sup>'


def _facts_by_row(head: str) -> str:
    """Mark the first cells of the table of facts as headers, instead of its first row."""
    before, opening, rest = head.partition("<table>\n<thead>\n")
    table, closing, after = rest.partition("</tbody>\n</table>")
    if not opening or not closing:
        return head
    rows = _FACT.sub(
        r'<tr>\n<th scope="row">\1</th>\n<td dir="auto">\2</td>\n</tr>',
        table.replace("</thead>\n<tbody>\n", ""),
    )
    return f'{before}<table class="facts">\n<tbody>\n{rows}{closing}{after}'


def _small_print(body: str) -> str:
    """Mark what follows the last rule as small print, if no section does."""
    text, rule, rest = body.rpartition("<hr>")
    if not rule or re.search(r"<h\d>", rest):
        return body
    return f'{text}<hr>\n<footer class="small">{rest}</footer>\n'


def _in_boxes(body: str) -> str:
    """Put each table into a scrollable region, reachable by keyboard and labeled by its heading."""
    heading = ""

    def put(match: re.Match[str]) -> str:
        nonlocal heading
        if match["heading"] is not None:
            heading = re.sub(r"<[^>]*>?", "", match["heading"]).replace('"', "&quot;")
            return match[0]
        box = f'<div class="wide" role="region" tabindex="0" aria-label="{heading}">'
        return f"{box}{match[0]}</div>"

    return _HEADING_OR_TABLE.sub(put, body)


def _split_at_first_section(body: str) -> tuple[str, str]:
    head, section, rest = body.partition("<h2>")
    return head, section + rest


def _split_below_timeline_heading(sections: str) -> tuple[str, str]:
    """Split where the picture belongs: below the heading, or above all sections without one."""
    before, heading, rest = sections.partition("<h2>Timeline")
    if not heading:
        return "", sections
    title, closing, rest = rest.partition("</h2>\n")
    return before + heading + title + closing, rest
