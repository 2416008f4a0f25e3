"""The frame of a postmortem: the order of its sections, its facts, labels and small print."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Draft
from bot.domain.timeline import Record
from bot.drafting import wording
from bot.drafting.draft import draft
from bot.rendering import document_json, documents
from bot.rendering.sample_drafts import make_empty_draft, make_full_draft
from bot.rendering.template_parts import count_open_questions
from tests.drafting.records import any_record, talk

STANDARD = [
    *("Summary", "Impact", "Root cause", "Contributing factors", "Action items", "Timeline (UTC)"),
    *("Detection and response", "What went well", "What went poorly", "Lessons learned"),
    *("Similar past incidents", "References", "Open questions"),
]
FULL = [
    *("Summary", "Impact", "Root cause", "Five whys", "Contributing factors", "Action items"),
    *("Timeline (UTC)", "Detection and response", "What went well", "What went poorly"),
    *("Where we got lucky", "Lessons learned", "People", "Similar past incidents", "References"),
    "Open questions",
]
OURS = sorted(set(TEMPLATES) - {PUBLIC})
LENIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def percentage(text: str) -> int:
    (share,) = re.findall(r"^(\d+)% complete\.", text, re.MULTILINE)
    return int(share)


def tables(text: str) -> list[list[list[str]]]:
    """Return the rows of each table as cells, without the line below the header."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [
        [
            re.split(r"(?<!\\)\|", line)[1:-1]
            for line in block.splitlines()
            if not re.fullmatch(r"[|-]+", line)
        ]
        for block in blocks
    ]


@pytest.mark.parametrize(("template", "sections"), [("standard", STANDARD), ("full", FULL)])
def test_the_sections_are_in_the_order_of_a_reader(template: str, sections: list[str]) -> None:
    text = documents.markdown(make_full_draft(), template)
    assert re.findall(r"^##+ (.*)$", text, re.MULTILINE) == sections
    assert "\n### Contributing factors\n" in text


def test_the_facts_name_the_incident_once_with_capitalized_states() -> None:
    text = documents.markdown(make_full_draft())
    facts = dict(tables(text)[0])
    assert [name.strip() for name in facts] == [
        *("Severity", "Status", "Postmortem", "Date", "Duration", "Users affected for"),
        *("Services", "Lead", "Channel"),
    ]
    assert (facts[" Status "], facts[" Postmortem "]) == (" Resolved ", " Draft ")
    assert facts[" Users affected for "] == " 1 h "
    assert text.count("INC-2026-001") == 1


@given(any_record(), st.sampled_from(["standard", "full"]))
@LENIENT
def test_no_draft_has_an_empty_fact_or_an_empty_column(given_record: Record, template: str) -> None:
    named_record = replace(given_record, people={"U1": "Ana"})
    facts, *others = tables(documents.markdown(draft(named_record), template))
    assert all(cell.strip() for row in facts for cell in row)
    for header, *rows in others:
        for name, *cells in zip(header, *rows, strict=True):
            assert any(cell.strip() for cell in cells), name


def test_impact_and_items_have_columns_for_what_is_known_only() -> None:
    impact = tuple(replace(figure, value=None) for figure in make_full_draft().impact)
    items = tuple(replace(item, priority=None) for item in make_full_draft().action_items)
    text = documents.markdown(replace(make_full_draft(), impact=impact, action_items=items))
    assert "| Measure | As stated |" in text
    assert "| What | Owner | Due | State |" in text
    full = documents.markdown(make_full_draft())
    assert "| Measure | Value | As stated |" in full
    assert "| What | Owner | Due | Priority | State |" in full


def test_only_people_with_a_role_are_listed() -> None:
    people = documents.markdown(make_full_draft(), "full").partition("## People")[2]
    assert "| Ana Lima | Lead, scribe |" in people
    assert "Ben Okoro" not in people
    without_roles = replace(make_full_draft(), participants=make_full_draft().participants[1:])
    assert "## People" not in documents.markdown(without_roles, "full")


def test_sources_of_key_times_are_in_words() -> None:
    text = documents.markdown(make_full_draft()).partition("## Detection")[2]
    for source in (
        "Confirmed by a person",
        "Timeline note",
        "Stated in the channel",
        "Inferred from the channel",
    ):
        assert f"| {source} |" in text
    moments = make_full_draft().moments
    assert moments.started
    set_by_ana = replace(moments, started=replace(moments.started, set_by="Ana Lima"))
    assert "| Set by Ana Lima |" in documents.markdown(
        replace(make_full_draft(), moments=set_by_ana)
    )


@pytest.mark.parametrize("template", OURS)
def test_the_record_is_named_in_the_small_print_only(template: str) -> None:
    text = documents.markdown(make_full_draft(), template)
    body, _, small_print = text.rpartition("\n---\n")
    assert "Record 000000000000" in small_print
    assert "Record " not in body
    assert "#" not in small_print
    page = documents.html(make_full_draft(), template)
    assert "Record 000000000000" in page.partition('<footer class="small">')[2]


@given(any_record(), st.sampled_from(OURS))
@LENIENT
def test_a_document_with_an_open_question_is_not_complete(
    given_record: Record, template: str
) -> None:
    text = documents.markdown(draft(given_record), template)
    is_open = count_open_questions(text) > 0 or "## Open questions" in text
    assert percentage(text) < 100 or not is_open


def test_a_draft_without_open_questions_is_complete() -> None:
    complete = replace(make_full_draft(), open_questions=())
    assert percentage(documents.markdown(complete, "full")) == 100
    assert percentage(documents.markdown(make_full_draft(), "full")) < 100


@pytest.mark.parametrize("part", wording.SECTION_PART_NAMES)
def test_an_open_section_is_missing(part: str) -> None:
    completeness = replace(make_full_draft().completeness, missing=(part,))
    changes: dict[str, Any] = {part: (), "completeness": completeness, "open_questions": ()}
    lacking = replace(make_full_draft(), **changes)
    text = documents.markdown(lacking, "full")
    assert percentage(text) < 100
    assert f"Still open: {wording.SECTION_PART_NAMES[part]}." in text


@pytest.mark.parametrize(
    "postmortem", [make_full_draft(), make_empty_draft()], ids=["full", "empty"]
)
def test_the_facts_of_the_page_have_their_headers_in_the_rows(postmortem: Draft) -> None:
    table = (
        documents.html(postmortem).partition('<table class="facts">')[2].partition("</table>")[0]
    )
    assert table.count('<th scope="row">') == table.count("<tr>") == table.count("</td>")


def test_the_export_names_every_open_section() -> None:
    document = json.loads(document_json.as_json(draft(talk("12:00 amy: hello"))))
    missing = document["completeness"]["missing"]
    assert missing[-8:] == [
        *("summary", "five_whys", "contributing_factors", "timeline"),
        *("went_well", "went_poorly", "lucky", "lessons"),
    ]


@pytest.mark.parametrize(
    ("template", "before"),
    [("standard", "<h2>Timeline (UTC)</h2>"), ("engineering", "<h2>Timeline (all times UTC)</h2>")],
)
def test_the_picture_is_below_the_heading_of_the_timeline(template: str, before: str) -> None:
    above = documents.html(make_full_draft(), template).partition("<figure")[0]
    assert above.rstrip().endswith(before)
    assert "<h2>Impact</h2>" in above


def test_without_a_timeline_section_the_picture_is_above_the_sections() -> None:
    above = documents.html(make_full_draft(), "quick").partition("<figure")[0]
    assert "<h2>" not in above
