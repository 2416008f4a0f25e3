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
]


def story() -> Draft:
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


def nasty() -> Draft:
    text = "failed {{ 7*7 }} <script>alert(1)</script> | `x` *b* [l](javascript:y) ![i](z) # h"
    given = record(event("12:00", "<b>eve</b>", text), event("12:01", "a|b", "1. it failed"))
    return draft(replace(given, incident=replace(incident(), title="<i>down</i> | {{ x }}")))


def test_json_has_the_keys_of_the_interface_in_order() -> None:
    made = json.loads(document_json.as_json(story()))
    assert list(made) == KEYS
    assert made["moments"]["started"] == {
        "at": "2026-03-10T11:52:00Z",
        "basis": "reported",
        "evidence": [made["timeline"][1]["evidence"][0]],
    }
    assert made["durations"] == {
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
    assert made["action_items"][0]["due"] == "2026-03-13"
    assert made["impact"][0]["value"] == 4200 or made["impact"][1]["value"] == 4200


def test_the_summary_is_a_paragraph_that_ends_with_how_long() -> None:
    text = documents.markdown(story())
    (summary,) = re.findall(r"## Summary\n\n(.*)\n", text)
    assert summary.startswith("Checkout error rate 14 %, alert fired.")
    assert summary.endswith("Users were affected for 28 min, from 11:52 to 12:20 UTC.")


def test_a_duration_of_nothing_is_zero_and_not_unknown() -> None:
    made = draft(talk("12:00 a: it fails since 12:00 UTC", "12:05 b: looking into it"))
    assert json.loads(document_json.as_json(made))["durations"]["ttd"] == 0
    assert "| Time to detect | 0 s |" in documents.markdown(made)


@pytest.mark.parametrize("template", ["standard", "full"])
def test_the_longer_templates_tell_the_story(template: str) -> None:
    text = documents.markdown(story(), template)
    assert text.startswith("# INC-2026-001: Checkout is down\n")
    assert "caused by the new connection limit" in text
    assert "| 12:11 | rolling back the config | bob | action |" in text


def test_what_nobody_said_is_asked() -> None:
    made = draft(talk("12:00 alice: it failed"))
    assert "> **Open:** Who was affected" in documents.markdown(made)


def test_full_goes_deeper_than_standard() -> None:
    standard, full = (
        set(re.findall(r"^##+ (.*)$", documents.markdown(story(), each), re.MULTILINE))
        for each in ("standard", "full")
    )
    assert standard < full
    assert "Five whys" in full


def test_links_are_whole() -> None:
    assert "- <https://ex.org/a_b?c=d>" in documents.markdown(story())
    assert '<a href="https://ex.org/a_b?c=d"' in documents.html(story())


def test_what_people_wrote_is_never_markup() -> None:
    page = documents.html(nasty())
    assert "<script" not in page
    assert "<img" not in page
    assert "<i>" not in page
    assert 'href="javascript' not in page
    assert "{{ 7*7 }}" in page
    assert page.count("<h1>") == 1
    for row in re.findall(r"^\| \d\d:\d\d.*$", documents.markdown(nasty()), re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_the_page_stands_alone_and_can_be_read_aloud() -> None:
    page = documents.html(story(), "full")
    assert '<html lang="en">' in page
    assert 'role="img" aria-labelledby="timeline-title timeline-desc"' in page
    assert "<th>" not in page
    assert '<th scope="col">' in page
    assert not re.search(r'(?:src|href)="(?!https://ex\.org)', page)
    assert "@media print" in page
    levels = [int(each) for each in re.findall(r"<h(\d)", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_lets_in_nothing_but_its_own_style() -> None:
    page = documents.html(nasty(), "full")
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
    assert page.index("Content-Security-Policy") < page.index("<title>")  # before what people wrote
    assert not re.search(r"<(?:script|iframe|form|base|link)|\sstyle=|\son\w+=", page)


def test_the_picture_is_a_white_png_of_three_halves_the_size() -> None:
    image = documents.picture(story())
    assert image == documents.picture(story())
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", io.BytesIO(image).read(24)[16:])
    assert width == 1800
    assert 600 < height < 1800


def test_the_picture_says_what_it_shows() -> None:
    text = documents.picture_text(story())
    assert "INC-2026-001" in text
    assert "Mitigated after 28 min." in text
    assert "no entries" in documents.picture_text(draft(record()))


@pytest.mark.parametrize(
    "made", [story(), nasty(), draft(record())], ids=["story", "nasty", "none"]
)
def test_the_drawing_is_sound_xml_without_references(made: Draft) -> None:
    root = ET.fromstring(drawing.svg(made))  # noqa: S314 - made by us a line ago
    assert root.tag.endswith("svg")
    assert not any("href" in name for each in root.iter() for name in each.attrib)


def test_text_in_a_script_without_glyphs_is_named_by_its_row() -> None:
    made = draft(
        record(event("12:00", "a", "障害 error 発生"), event("12:01", "b", "🔥 it failed"))
    )
    drawn = drawing.svg(made)
    assert "12:00, see the table" in drawn
    assert "障" not in re.sub(r"<desc.*?</desc>", "", drawn)
    assert "🔥" not in drawn
    assert "it failed" in drawn
    assert "障害 error 発生" in drawing.svg(made, any_script=True)


def test_labels_stay_on_the_picture() -> None:
    made = draft(
        talk(*(f"12:{n:02} bob: restarted the worker number {n}" for n in range(0, 60, 2)))
    )
    root = ET.fromstring(drawing.svg(made))  # noqa: S314 - made by us a line ago
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        width = load_typeface().width(text.text or "", 20)
        x = float(text.attrib["x"])
        left = {"end": x - width, "middle": x - width / 2}.get(
            text.attrib.get("text-anchor", ""), x
        )
        assert left > 0
        assert left + width < drawing.WIDTH + 20


def test_the_typeface_knows_widths_and_gaps() -> None:
    assert load_typeface().covers("Ünï Привет Ελληνικά שלום مرحبا")
    assert not load_typeface().covers("障")
    assert load_typeface().width("ii", 20) < load_typeface().width("WW", 20)
    assert load_typeface(bold=True).width("Phase", 20) > load_typeface().width("Phase", 20)
