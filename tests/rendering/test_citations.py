"""Reference numbers and times of a document link to the messages in Slack."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.timeline import EventKind, Record
from bot.drafting.draft import draft
from bot.drafting.evidence import number_messages
from bot.rendering import canvas_text, documents, message_chunks
from bot.rendering.citations import SUPERSCRIPT_DIGITS
from bot.rendering.sample_drafts import make_full_draft
from tests.drafting.records import any_record, event, record

OURS = sorted(set(TEMPLATES) - {PUBLIC})
PERMALINK = r"https://acme\.slack\.com/archives/C1/p\d+"
NUMBER = re.compile(rf" \[([{SUPERSCRIPT_DIGITS}]+)\]\((\S+?)\)")
STORY = (
    "checkout is failing, 4,200 users are affected",
    "root cause: the new connection limit",
    "rolling back the config",
    "error rates are back to normal",
    "I'll add an alert by friday",
)


def story(workspace: str = "https://acme.slack.com/") -> Record:
    events = (
        event(f"12:{10 + number}", "amy", text, message_id=f"17731440{number:02}.000100")
        for number, text in enumerate(STORY)
    )
    return replace(record(*events), workspace=workspace)


@pytest.mark.parametrize("template", OURS)
def test_a_message_has_the_same_number_everywhere(template: str) -> None:
    numbers = number_messages(draft(story()))
    found = set(NUMBER.findall(documents.markdown(draft(story()), template)))
    assert len(found) > 1
    assert len({number for number, _ in found}) == len({link for _, link in found}) == len(found)
    for number, link in found:
        assert re.fullmatch(PERMALINK, link)
        value = int("".join(str(SUPERSCRIPT_DIGITS.index(digit)) for digit in number))
        message = link.rpartition("/p")[2]
        assert numbers[f"{message[:10]}.{message[10:]}"] == value


def test_numbers_are_in_the_order_of_the_document() -> None:
    text = documents.markdown(draft(story()), "full")
    numbers = list(dict.fromkeys(number for number, _ in NUMBER.findall(text)))
    assert numbers == list(SUPERSCRIPT_DIGITS[1 : len(numbers) + 1])


def test_messages_without_a_link_have_the_last_numbers() -> None:
    command = event("12:05", "amy", "the new limit", message_id="deed-1", kind=EventKind.IMPACT)
    recorded = replace(story(), events=(command, *story().events))
    numbers = number_messages(draft(recorded))
    assert numbers["deed-1"] == len(numbers)
    found = NUMBER.findall(documents.markdown(draft(recorded), "full"))
    assert {number for number, _ in found} == set(SUPERSCRIPT_DIGITS[1 : len(numbers)])


@pytest.mark.parametrize("template", OURS)
def test_times_link_to_their_messages_in_markdown_page_and_canvas(template: str) -> None:
    text, page = documents.markdown_and_html(draft(story()), template)
    if "Timeline" not in text:
        assert template == "quick"
        return
    link = "https://acme.slack.com/archives/C1/p1773144000000100"
    assert f"[12:10]({link})" in text
    assert f"[12:10]({link})" in canvas_text.fit_to_canvas(text, "…")
    assert f"[12:10]({link})" in "".join(message_chunks.split_message(text, 600))
    assert re.search(rf'<a href="{link}"[^>]*>12:10</a>', page)


@pytest.mark.parametrize("template", OURS)
def test_without_addresses_times_are_plain_and_numbers_are_on_the_page_only(template: str) -> None:
    text, page = documents.markdown_and_html(draft(story("")), template)
    assert not NUMBER.search(text)
    assert not re.search(r"\[\d\d:\d\d\]", text)
    targets = re.findall(r'<sup><a href="#(message-\d+)"', page)
    assert targets
    assert all(page.count(f'id="{target}"') == 1 for target in targets)


@given(any_record())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_number_on_a_page_has_an_entry_in_the_evidence(given_record: Record) -> None:
    page = documents.html(draft(given_record), "full")
    for target in re.findall(r'href="#(message-\d+)"', page):
        assert page.count(f'id="{target}"') == 1


def test_the_public_version_has_no_numbers_links_or_names() -> None:
    for postmortem in (make_full_draft(), draft(story())):
        text, page = documents.markdown_and_html(postmortem, PUBLIC)
        assert not re.search(rf"[{SUPERSCRIPT_DIGITS}]|\]\(|https?:", text)
        assert "<a " not in page
        assert "<sup>" not in page
        assert not re.search(r"amy|Ana Lima", text + page)
