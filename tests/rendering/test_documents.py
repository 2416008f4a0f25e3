import base64
import hashlib
import io
import json
import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.domain.draft import Draft
from bot.drafting.draft import draft
from bot.rendering import document_json, documents
from bot.rendering import timeline_chart as drawing
from bot.rendering.fonts import load_typeface
from tests.drafting.records import event, incident, record, talk

KEYS = [
    "schema",
    "incident",
    "summary",
    "moments",
    "durations",
    "timeline",
    "impact",
    "root_cause",
    "contributing_factors",
    "went_well",
    "went_poorly",
    "lucky",
    "lessons",
    "cause_candidates",
    "action_items",
    "action_items_as_of",
    "participants",
    "references",
    "open_questions",
    "completeness",
    "recording",
    "need",
    "sections",
    "review",
    "related",
    "dropped_items",
    "model",
]


def make_story_draft() -> Draft:
    return draft(
        talk(
            "12:00 pager-bot: checkout error rate 14 %, alert fired",
            "12:02 alice: looking into it, 4,200 users are affected since 11:52 UTC",
            "12:09 alice: it was caused by the new connection limit, see https://ex.org/a_b?c=d",
            "12:11 bob: rolling back the config",
            "12:20 alice: error rates are back to normal",
            "12:30 alice: incident is resolved",
            "12:35 bob: I'll add an alert by friday",
        )
    )


def make_hostile_draft() -> Draft:
    text = "failed {{ 7*7 }} <script>alert(1)</script> | `x` *b* [l](javascript:y) ![i](z) # h"
    messages = record(event("12:00", "<b>eve</b>", text), event("12:01", "a|b", "1. it failed"))
    return draft(replace(messages, incident=replace(incident(), title="<i>down</i> | {{ x }}")))


def test_json_has_the_keys_of_the_interface_in_order() -> None:
    document = json.loads(document_json.as_json(make_story_draft()))
    assert list(document) == KEYS
    assert document["moments"]["started"] == {
        "at": "2026-03-10T11:52:00Z",
        "basis": "reported",
        "evidence": [document["timeline"][1]["evidence"][0]],
    }
    assert document["durations"] == {
        "ttd": 480,
        "tta": 120,
        "ttm": 1680,
        "ttr": 2280,
        "formulas": {
            "ttd": "detected - started",
            "tta": "acknowledged - detected",
            "ttm": "restored - started",
            "ttr": "resolved - started",
        },
    }
    assert document["action_items"][0]["due"] == "2026-03-13"
    assert document["impact"][0]["value"] == 4200 or document["impact"][1]["value"] == 4200


def test_the_summary_is_one_paragraph_that_ends_with_the_duration() -> None:
    text = documents.markdown(make_story_draft())
    (summary,) = re.findall(r"## Summary\n\n(.*)\n", text)
    assert summary.startswith("Checkout error rate 14 %, alert fired.")
    assert summary.endswith("Users were affected for 28 min, from 11:52 to 12:20 UTC.")


def test_a_duration_of_zero_is_shown_as_zero_and_not_as_unknown() -> None:
    postmortem = draft(talk("12:00 a: it fails since 12:00 UTC", "12:05 b: looking into it"))
    assert json.loads(document_json.as_json(postmortem))["durations"]["ttd"] == 0
    assert "| Time to detect (TTD) | 0 s |" in documents.markdown(postmortem)


@pytest.mark.parametrize("template", ["standard", "full"])
def test_the_longer_templates_tell_the_story(template: str) -> None:
    text = documents.markdown(make_story_draft(), template)
    assert text.startswith("# INC-2026-001: Checkout is down\n")
    assert "caused by the new connection limit" in text
    assert "| 12:11 | Rolling back the config | bob | Action |" in text


def test_missing_facts_become_open_questions() -> None:
    postmortem = draft(talk("12:00 alice: it failed"))
    assert "> **Open question:** Who was affected" in documents.markdown(postmortem)


def test_full_has_more_sections_than_standard() -> None:
    standard, full = (
        set(
            re.findall(
                r"^##+ (.*)$", documents.markdown(make_story_draft(), template), re.MULTILINE
            )
        )
        for template in ("standard", "full")
    )
    assert standard < full
    assert "Five whys" in full


def test_links_are_not_cut() -> None:
    assert "- <https://ex.org/a_b?c=d>" in documents.markdown(make_story_draft())
    assert '<a href="https://ex.org/a_b?c=d"' in documents.html(make_story_draft())


def test_text_of_people_never_becomes_markup() -> None:
    page = documents.html(make_hostile_draft())
    assert "<script" not in page
    assert "<img" not in page
    assert "<i>" not in page
    assert 'href="javascript' not in page
    assert "{{ 7*7 }}" in page
    assert page.count("<h1>") == 1
    for row in re.findall(
        r"^\| \d\d:\d\d.*$", documents.markdown(make_hostile_draft()), re.MULTILINE
    ):
        assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_the_page_is_self_contained_and_accessible() -> None:
    page = documents.html(make_story_draft(), "full")
    assert '<html lang="en">' in page
    assert 'role="img" aria-labelledby="timeline-title timeline-desc"' in page
    assert "<th>" not in page
    assert '<th scope="col">' in page
    assert not re.search(r'(?:src|href)="(?!https://ex\.org|#message-)', page)
    assert "@media print" in page
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_content_security_policy_allows_only_the_pages_own_style() -> None:
    page = documents.html(make_hostile_draft(), "full")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert page.index("Content-Security-Policy") < page.index(
        "<title>"
    )  # before any text of people
    assert not re.search(r"<(?:script|iframe|form|base|link)|\sstyle=|\son\w+=", page)


def test_the_chart_is_a_reproducible_png_at_one_and_a_half_times_the_size() -> None:
    image = documents.picture(make_story_draft())
    assert image == documents.picture(make_story_draft())
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", io.BytesIO(image).read(24)[16:])
    assert width == 1800
    assert 600 < height < 1800


def test_the_chart_has_an_alternative_text() -> None:
    text = documents.picture_text(make_story_draft())
    assert "INC-2026-001" in text
    assert "service was restored at 12:20" in text
    assert "28 minutes to mitigate" in text
    assert "no entries" in documents.picture_text(draft(record()))


@pytest.mark.parametrize(
    "postmortem",
    [make_story_draft(), make_hostile_draft(), draft(record())],
    ids=["a story", "hostile text", "no messages"],
)
def test_the_svg_is_well_formed_xml_without_references(postmortem: Draft) -> None:
    root = ET.fromstring(drawing.svg(postmortem))  # noqa: S314 - our own output
    assert root.tag.endswith("svg")
    assert not any("href" in name for element in root.iter() for name in element.attrib)


def test_text_in_a_script_without_glyphs_refers_to_its_row() -> None:
    postmortem = draft(
        record(event("12:00", "a", "障害 error 発生"), event("12:01", "b", "🔥 checkout failed"))
    )
    image = drawing.svg(postmortem)
    assert "12:00, see the table" in image
    assert "障" not in re.sub(r"<desc.*?</desc>", "", image)
    assert "🔥" not in image
    assert ">Checkout failed<" in image
    assert "障害 error 発生" in drawing.svg(postmortem, any_script=True)


def test_the_font_knows_its_glyphs_and_their_widths() -> None:
    assert load_typeface().covers("Ünï Привет Ελληνικά שלום مرحبا")
    assert not load_typeface().covers("障")
    assert load_typeface().width("ii", 20) < load_typeface().width("WW", 20)
    assert load_typeface(bold=True).width("Phase", 20) > load_typeface().width("Phase", 20)
