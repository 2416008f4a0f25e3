"""The postmortem templates: their sections, and no statement in them is made up."""

import re
from dataclasses import fields, replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Draft, ImpactKind, Statement
from bot.drafting.draft import draft
from bot.rendering import documents, render
from bot.rendering.document_facts import IMPACT_GROUPS, build_facts
from bot.rendering.sample_drafts import make_empty_draft, make_full_draft
from tests.drafting.records import talk

# In the order of the five documents that these templates follow; further sections are our own.
WHYS = ["Five whys"]
SECTIONS = {
    "structured": [
        "Metadata",
        "Summary",
        "Timeline (UTC)",
        "Root cause",
        "Impact assessment",
        "Resolution",
        "Lessons learned",
        "What went well",
        "What went wrong",
        "Action items",
    ],
    "complete": [
        "Incident summary",
        "Impact",
        "Timeline (UTC)",
        "Root cause analysis",
        *WHYS,
        "Contributing factors",
        "What went well",
        "Action items",
        "Lessons learned",
    ],
    "blameless": [
        "Executive summary",
        "Impact",
        "User impact",
        "Business impact",
        "Technical impact",
        "Timeline (UTC)",
        "Root cause analysis",
        "What happened",
        "Contributing factors",
        "Why it was not caught",
        "Detection",
        "Response",
        "What went well",
        "What could be improved",
        "Where we got lucky",
        "Action items",
        "Lessons learned",
        "Technical",
        "Process",
        "Communication",
        "Supporting information",
        "Similar past incidents",
        "References",
        "Appendix",
        "Detailed technical analysis",
        "Communication log",
    ],
    "engineering": [
        "Summary",
        "Impact",
        "Timeline (all times UTC)",
        "Root cause",
        *WHYS,
        "Contributing factors",
        "What went well",
        "What went poorly",
        "Action items",
        "Lessons learned",
    ],
    "quick": ["What happened?", "What broke?", "Action items"],
    "learning": [
        "Summary",
        "Timeline (UTC)",
        "Root cause analysis",
        *WHYS,
        "What went well",
        "What went poorly",
        "Action items",
    ],
    "public": [
        "What happened",
        "How long it lasted",
        "Who was affected",
        "What we are doing about it",
        "Our apology",
    ],
}
LABELS = {
    "structured": ["Date", "Severity", "Duration", "Impact", "Reporter", "Status"],
    "blameless": ["Incident ID", "Date", "Duration", "Severity", "Status", "Author", "Reviewers"],
    "engineering": ["Date", "Authors", "Status", "Severity"],
    "quick": ["Date", "Duration", "Severity", "Authors"],
    "learning": [
        *("Date and time", "Duration", "Severity", "Services affected"),
        *("User impact", "Business impact"),
    ],
}
COLUMNS = {
    "structured": ["Action", "Owner", "Due date", "Priority", "Status"],
    "complete": ["Action", "Owner", "Due date", "Priority", "Status"],
    "blameless": ["Priority", "Action", "Owner", "Due date", "Status"],
    "engineering": ["Action", "Owner", "Priority", "Deadline", "Status", "Ticket"],
}
ITEMS = (
    "Add an alert on the pool",
    "Rotate the key of the pool",
    "Write the runbook anew",
    "Move the pool to another host",
)
DRAFTS = {"full": make_full_draft(), "empty": make_empty_draft()}
HOSTILE = "{{ 7*7 }} {% raw %} <script>x</script> | `c` *b* [l](javascript:y) ![i](z) # h"


def headings(text: str) -> list[tuple[int, str]]:
    matches = re.findall(r"^(#+) (.*)$", text, re.MULTILINE)
    return [(len(marks), re.sub(r"\\(.)", r"\1", unescape(heading))) for marks, heading in matches]


@pytest.mark.parametrize("postmortem", DRAFTS.values(), ids=DRAFTS)
@pytest.mark.parametrize("template", SECTIONS)
def test_the_sections_are_those_of_the_model_document(template: str, postmortem: Draft) -> None:
    names = [name for _, name in headings(documents.markdown(postmortem, template))][1:]
    expected = SECTIONS[template]
    assert names[: len(expected)] == expected


@pytest.mark.parametrize("template", LABELS)
def test_the_facts_at_the_top_are_those_of_the_model_document(template: str) -> None:
    top = documents.markdown(make_full_draft(), template).partition("\n## Timeline")[0]
    labels = re.findall(r"^- \*\*(.*?):\*\*", top, re.MULTILINE)
    assert [label for label in labels if label in LABELS[template]] == LABELS[template]


@pytest.mark.parametrize("template", COLUMNS)
def test_action_items_have_the_columns_of_the_model_document(template: str) -> None:
    table = documents.markdown(make_full_draft(), template).partition("## Action items\n\n")[2]
    assert table.splitlines()[0] == f"| {' | '.join(COLUMNS[template])} |"
    assert "who?" in table
    assert "when?" in table


@pytest.mark.parametrize("template", [each for each in TEMPLATES if each != PUBLIC])
def test_action_items_show_their_state_ticket_and_reason(template: str) -> None:
    text = documents.markdown(make_full_draft(), template)
    lines = {key: next(line for line in text.splitlines() if key in line) for key in ITEMS}
    assert "Open" in lines["Add an alert on the pool"]
    assert "Suggested" in lines["Write the runbook anew"]
    assert "Done on Wed 11 Mar 2026" in lines["Rotate the key of the pool"]
    assert "[OPS-12](https://tracker.example/browse/OPS-12)" in lines["Rotate the key of the pool"]
    assert "the host is gone next month" in lines["Move the pool to another host"]
    assert "\nWon't do:\n" in text
    assert "Action items as of 2026-03-12 23:30 UTC." in text
    page = documents.html(make_full_draft(), template)
    assert '<a href="https://tracker.example/browse/OPS-12"' in page
    assert "as of" not in documents.markdown(make_empty_draft(), template)


@pytest.mark.parametrize("postmortem", DRAFTS.values(), ids=DRAFTS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_markdown_is_well_formed_and_has_no_gaps(template: str, postmortem: Draft) -> None:
    text = documents.markdown(postmortem, template)
    assert "\n\n\n" not in text
    assert "None" not in text
    levels = [level for level, _ in headings(text)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    # Headings, lists and tables each need an empty line before them.
    assert not re.search(r"[^\n]\n#", text)
    assert not re.search(r"^(?!\||\n)[^\n]+\n\|", text, re.MULTILINE)
    assert not re.search(r"^(?!- |\d+\. |\n)[^\n]+\n- ", text, re.MULTILINE)


class _Headings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if re.fullmatch(r"h\d", tag):
            self.found.append((int(tag[1]), ""))
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and not re.fullmatch(r"h\d", tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            level, text_so_far = self.found[-1]
            self.found[-1] = (level, text_so_far + data)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_html_has_the_same_headings_as_the_markdown(template: str) -> None:
    for postmortem in (make_full_draft(), make_empty_draft(), make_hostile()):
        page = _Headings()
        page.feed(documents.html(postmortem, template))
        evidence = [(2, "Evidence")] if postmortem.cited and template != PUBLIC else []
        assert page.found == headings(documents.markdown(postmortem, template)) + evidence


@pytest.mark.parametrize("template", sorted(set(SECTIONS) - {PUBLIC}))
def test_a_draft_without_messages_has_open_questions_everywhere(template: str) -> None:
    text = documents.markdown(make_empty_draft(), template)
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        is_asked = "**Open question:**" in section or "- How severe was it?" in section
        assert is_asked or section.startswith("Metadata\n"), section
    assert not re.search(r"\d+ users|\d+ min|Ana", text)


@pytest.mark.parametrize("template", sorted(set(TEMPLATES) - {PUBLIC, "quick", "standard"}))
def test_no_statement_is_left_out(template: str) -> None:
    postmortem, text = make_full_draft(), documents.markdown(make_full_draft(), template)
    parts = ("summary", "timeline", "impact", "root_cause", "contributing_factors", "went_well")
    for part in (*parts, "went_poorly", "lucky", "lessons", "action_items"):
        for statement in getattr(postmortem, part):
            assert render.markdown(statement.text) in text, part
    assert "https://example.org/dashboard" in text


def test_impact_is_grouped_into_user_business_and_technical_impact() -> None:
    assert {kind for kinds in IMPACT_GROUPS.values() for kind in kinds} == set(ImpactKind)
    text = documents.markdown(make_full_draft(), "blameless")
    user = text.partition("### User impact")[2].partition("### Business")[0]
    business = text.partition("### Business impact")[2].partition("### Technical")[0]
    technical = text.partition("### Technical impact")[2].partition("\n## ")[0]
    assert all(f"said of {kind}" in user for kind in ("users", "requests", "regions", "duration"))
    assert all(f"said of {kind}" in business for kind in ("revenue", "sla", "tickets"))
    assert all(f"said of {kind}" in technical for kind in ("errors", "data"))


def test_the_resolution_lists_the_events_behind_the_key_times() -> None:
    postmortem = draft(
        talk(
            "12:00 alice: checkout is failing",
            "12:11 bob: rolling back the config",
            "12:20 alice: error rates are back to normal",
            "12:30 alice: incident is resolved",
        )
    )
    text = documents.markdown(postmortem, "structured").partition("## Resolution")[2]
    section = text.partition("\n## ")[0]
    for expected in (
        "12:11 UTC:** Rolling back the config (bob)",
        "12:20 UTC:** Error rates",
        "12:30",
    ):
        assert expected in section
    assert "**Open question:**" not in section


def test_the_communication_log_has_internal_updates_and_status_page_posts() -> None:
    text = documents.markdown(make_full_draft(), "blameless").partition("### Communication log")[2]
    log = text.partition("\n## ")[0]
    rows = re.findall(r"^\| \[[\d: -]+\]\(\S+\) \| (.*?) \| (.*?) \|$", log, re.MULTILINE)
    assert [place for place, _ in rows] == ["internal", "status page"]


def test_lessons_are_sorted_by_topic_and_none_is_lost() -> None:
    texts = ("Queries need timeouts.", "The runbook was old.", "Tell customers early.", "Onwards.")
    lessons = tuple(Statement(text=text, evidence=("1",)) for text in texts)
    by_topic = build_facts(replace(make_empty_draft(), lessons=lessons))["lessons_on"]
    assert {
        name: [lesson.text for lesson in lessons_found] for name, lessons_found in by_topic.items()
    } == {
        "technical": ["Queries need timeouts."],
        "process": ["The runbook was old."],
        "communication": ["Tell customers early."],
        "other": ["Onwards."],
    }


def test_reasons_why_it_was_not_caught_or_seen_are_quoted_from_the_factors() -> None:
    factors = ("Nobody tested the limit.", "There was no alert on the pool.", "It was Friday.")
    postmortem = replace(
        make_empty_draft(),
        contributing_factors=tuple(Statement(text=text, evidence=("1",)) for text in factors),
    )
    assert [statement.text for statement in build_facts(postmortem)["uncaught"]] == [factors[0]]
    assert [statement.text for statement in build_facts(postmortem)["unseen"]] == [factors[1]]


def test_urgent_items_come_first_and_the_quick_template_has_checkboxes() -> None:
    items = make_full_draft().action_items
    postmortem = replace(make_full_draft(), action_items=items[::-1])
    text = documents.markdown(postmortem, "engineering").partition("## Action items")[2]
    assert text.index(items[0].text) < text.index(items[1].text)
    quick = documents.markdown(postmortem, "quick")
    assert re.search(rf"- \[ \] {items[0].text} \S+, Ana Lima, Fri 13 Mar 2026, Open", quick)
    assert f'<li dir="auto">\N{BALLOT BOX} {items[0].text}' in documents.html(postmortem, "quick")
    assert "> **Open question:** What will prevent it" in documents.markdown(
        make_empty_draft(), "quick"
    )


def make_hostile(value: Any = None) -> Any:
    """Return the full draft, or a part of it, with every text that people may type replaced by hostile text."""
    if value is None:
        return replace(
            make_hostile(make_full_draft()),
            moments=make_full_draft().moments,
            durations=make_full_draft().durations,
        )
    if isinstance(value, tuple):
        return tuple(make_hostile(part) for part in value)
    if type(value) is str:
        return HOSTILE
    if hasattr(value, "__dataclass_fields__"):
        unchanged = {
            *("completeness", "recording", "evidence", "key", "moments", "durations"),
            *("url", "link", "id"),
        }
        names = [field.name for field in fields(value) if field.name not in unchanged]
        return replace(
            value,
            **{name: make_hostile(getattr(value, name)) for name in names if _has(value, name)},
        )
    return value


def _has(value: Any, name: str) -> bool:
    return getattr(value, name) is not None


@pytest.mark.parametrize("template", TEMPLATES)
def test_text_of_people_stays_text_in_every_field(template: str) -> None:
    text, page = (
        documents.markdown(make_hostile(), template),
        documents.html(make_hostile(), template),
    )
    assert "{{ 7*7 }}" in unescape(page)
    assert "49" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    assert "<script" not in page
    assert "<img" not in page
    assert "<code" not in page
    assert "<em" not in page
    assert 'href="javascript' not in page
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for head, row in pairwise(rows):
        same = text.index(head) + len(head) + 1 == text.index(row)
        assert not same or len(re.findall(r"(?<!\\)\|", head)) == len(re.findall(r"(?<!\\)\|", row))


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_page_loads_nothing_and_is_accessible(template: str) -> None:
    page = documents.html(make_full_draft(), template)
    loads = r"<(?:script|link|img|iframe|object|embed|source|base)\b|@import|url\(|\bsrc=|srcset="
    assert not re.search(loads, page)
    assert {
        address
        for address in re.findall(r'href="([^"]*)"', page)
        if not address.startswith(("#message-", "https://example.slack.com/archives/C1/p"))
    } <= {"https://example.org/dashboard?a=b", "https://tracker.example/browse/OPS-12"}
    assert '<html lang="en">' in page
    assert "<th>" not in page
    tables, boxes = page.count("<table>"), re.findall(r'class="wide"[^>]*aria-label="(.+?)"', page)
    assert tables == len(boxes) == page.count('<div class="wide" role="region" tabindex="0"')
    assert (template == PUBLIC) != ("aria-labelledby" in page)
    assert "thead { display: table-header-group; }" in page


def test_a_template_with_an_unknown_name_raises(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        template = render.markdown_environment(folder).from_string("a {{ nothing }}")
        with pytest.raises(UndefinedError, match="'nothing' is undefined"):
            template.render(draft=make_full_draft())
