"""The page shows the messages that each statement rests on, with their addresses in Slack."""

import json
from dataclasses import replace
from html import unescape

import pytest

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.timeline import Record
from bot.drafting.draft import draft
from bot.rendering import document_json, documents
from tests.drafting.records import event, record, talk

STORY = talk(
    "12:00 pager-bot: checkout error rate 14 %, alert fired",
    "12:02 alice: looking into it, 4,200 users are affected since 11:52 UTC",
    "12:09 alice: it was caused by the new connection limit",
    "12:11 bob: rolling back the config",
    "12:20 alice: error rates are back to normal",
    "12:25 bob: I'll add an alert on the limit by friday",
    "12:30 alice: incident is resolved",
)
LISTS = ("summary", "impact", "root_cause", "went_well", "action_items", "timeline")


def of_page(given: Record, template: str = "standard") -> str:
    """The part of the page with the evidence, as text."""
    page = documents.html(draft(given), template)
    _, found, rest = page.partition('<section class="evidence"')
    return unescape(rest) if found else ""


@pytest.mark.parametrize("template", [each for each in TEMPLATES if each != PUBLIC])
def test_every_statement_is_there_with_each_of_its_messages(template: str) -> None:
    shown = of_page(STORY, template)
    made = json.loads(document_json.as_json(draft(STORY)))
    said = {each.message_id: each for each in STORY.events}
    statements = [each for name in LISTS for each in made[name]]
    for statement in statements:
        item = next(part for part in shown.split("<li ") if statement["text"] in part)
        for each in statement["evidence"]:
            assert f"{said[each].happened_at:%Y-%m-%d %H:%M}, {said[each].author}" in item
    assert len(statements) > len(LISTS)


def test_a_message_is_quoted_where_the_statement_has_other_words() -> None:
    shown = of_page(STORY)
    assert "The cause: The new connection limit." in shown
    assert "\u201cit was caused by the new connection limit\u201d" in shown
    assert "Identified" in shown.partition("Key times")[2]


def test_a_message_is_linked_where_the_workspace_is_known() -> None:
    said = event("12:00", "amy", "checkout is failing", message_id="1773144000.000100")
    known = replace(record(said), workspace="https://acme.slack.com/")
    link = (
        '<a href="https://acme.slack.com/archives/C1/p1773144000000100">2026-03-10 12:00, amy</a>'
    )
    assert link in of_page(known)
    assert "<a " not in of_page(record(said))


def test_what_people_typed_is_no_markup_and_customers_see_none_of_it() -> None:
    nasty = record(event("12:00", "<b>eve</b>", "it failed <script>alert(1)</script>"))
    page = documents.html(draft(nasty))
    assert "<script" not in page
    assert "<b>eve" not in page
    assert of_page(STORY, PUBLIC) == ""
    assert of_page(record()) == ""
