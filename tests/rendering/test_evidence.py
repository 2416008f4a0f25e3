"""The page lists the messages that support each statement, with links to Slack."""

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


def evidence_section(conversation: Record, template: str = "standard") -> str:
    """Return the page's section with the evidence, as text."""
    page = documents.html(draft(conversation), template)
    _, found, rest = page.partition('<section class="evidence"')
    return unescape(rest) if found else ""


@pytest.mark.parametrize("template", [each for each in TEMPLATES if each != PUBLIC])
def test_every_statement_is_listed_with_each_of_its_messages(template: str) -> None:
    evidence_text = evidence_section(STORY, template)
    document = json.loads(document_json.as_json(draft(STORY)))
    messages = {message.message_id: message for message in STORY.events}
    statements = [statement_ for name in LISTS for statement_ in document[name]]
    for statement in statements:
        item = next(part for part in evidence_text.split("<li ") if statement["text"] in part)
        for message_id in statement["evidence"]:
            assert (
                f"{messages[message_id].happened_at:%Y-%m-%d %H:%M}, {messages[message_id].author}"
                in item
            )
    assert len(statements) > len(LISTS)


def test_a_message_is_quoted_when_the_statement_uses_other_words() -> None:
    evidence_text = evidence_section(STORY)
    assert "The cause was the new connection limit." in evidence_text
    assert "\u201cit was caused by the new connection limit\u201d" in evidence_text
    assert "Identified" in evidence_text.partition("Key times")[2]


def test_a_message_is_linked_if_the_workspace_is_known() -> None:
    message = event("12:00", "amy", "checkout is failing", message_id="1773144000.000100")
    with_workspace = replace(record(message), workspace="https://acme.slack.com/")
    link = (
        '<a href="https://acme.slack.com/archives/C1/p1773144000000100">2026-03-10 12:00, amy</a>'
    )
    assert link in evidence_section(with_workspace)
    assert "<a " not in evidence_section(record(message))


def test_evidence_contains_no_markup_and_is_not_in_the_public_version() -> None:
    hostile = record(event("12:00", "<b>eve</b>", "it failed <script>alert(1)</script>"))
    page = documents.html(draft(hostile))
    assert "<script" not in page
    assert "<b>eve" not in page
    assert evidence_section(STORY, PUBLIC) == ""
    assert evidence_section(record()) == ""
