import re
from typing import Any

import pytest

from sandbox.web_client import blocks
from sandbox.web_client.blocks import RenderContext
from sandbox.web_client.channel_page import PNG, channel_page
from sandbox.web_client.reader import Reader
from tests.sandbox.web_client.markup import read

PEOPLE = {
    "U1": {"name": "ana", "real_name": "Ana Ribeiro"},
    "U2": {"name": "bo", "real_name": "Bo Chen"},
    "B1": {"name": "debrief", "real_name": "Debrief"},
}
MESSAGES: list[dict[str, Any]] = [
    {"ts": "1773152285.000200", "user": "U2", "text": "second", "pinned_to": ["C1"]},
    {"ts": "1773152285.000100", "user": "U1", "text": "first", "edited": {"user": "U1", "ts": "1.1"}},
    {"ts": "1773152300.000100", "user": "U2", "subtype": "channel_join", "text": "<@U2> has joined the channel"},
    {"ts": "1773152301.000100", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."},
    {"ts": "1773238685.000100", "bot_id": "B1", "text": "Draft", "files": [{"id": "F1", "title": "timeline.png", "alt_txt": "Timeline of it"}, {"id": "F2", "name": "postmortem.md"}]},
    {"ts": "1773238690.000100", "user": "U1", "text": "thanks", "reactions": [{"name": "tada", "users": ["U1", "U2"], "count": 2}]},
]  # fmt: skip
REPLIES = {
    "1773152285.000100": [
        {"ts": "1773152285.000100", "user": "U1", "text": "first"},
        {
            "ts": "1773152290.000100",
            "user": "U2",
            "text": "below",
            "thread_ts": "1773152285.000100",
        },
    ]
}


@pytest.fixture(name="page")
def drawn_page() -> str:
    files = [{"id": "F1", "bytes": PNG + b"rest"}, {"id": "F2", "bytes": b"# Text"}]
    return channel_page(
        name="inc-1", topic="P1 with <@U1>", messages=MESSAGES, people=PEOPLE, replies=REPLIES, files=files
    )  # fmt: skip


def test_a_page_reads_as_slack_shows_the_channel(page: str) -> None:
    text = re.sub(r"\s+", " ", read(page.partition("<body")[2]).text)
    order = [
        "#inc-1",
        "P1 with @Ana Ribeiro",
        "Tuesday, 10 March 2026",
        "Ana Ribeiro 14:18",
        "first",
    ]
    order += [
        "(edited)",
        "1 reply",
        "below",
        "Bo Chen 14:18 📌 Pinned second",
        "has joined",
        "Wednesday",
    ]
    order += [
        "Debrief APP 14:18",
        "timeline.png",
        "postmortem.md",
        "thanks",
        "2 by Ana Ribeiro, Bo Chen",
    ]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)
    assert "deleted." not in text


def test_a_page_is_self_contained_and_accessible(page: str) -> None:
    parsed = read(page)
    assert {"h1", "h2", "h3", "main", "header", "article", "time"} <= set(parsed.tags)
    assert not {"script", "link", "iframe", "form"} & set(parsed.tags)
    images = [{n: v for t, n, v in parsed.attributes if t == "img"}]
    assert images == [{"src": "data:image/png;base64,iVBORw0KGgpyZXN0", "alt": "Timeline of it"}]
    assert "url(" not in page
    assert not re.search(r"https?://", page)
    assert ("html", "lang", "en") in parsed.attributes


def test_a_channel_without_messages_says_that_it_is_empty() -> None:
    assert "Nothing here yet." in channel_page(name="x", topic="", messages=[], people={})


def test_a_deleted_message_with_replies_leaves_a_placeholder() -> None:
    messages = [{**MESSAGES[3], "thread_ts": MESSAGES[3]["ts"]}]
    replies = {MESSAGES[3]["ts"]: [{"ts": "1773152302.000100", "user": "U1", "text": "why?"}]}
    page = channel_page(name="x", topic="", messages=messages, people=PEOPLE, replies=replies)
    assert "This message was deleted." in page
    assert "why?" in page


def test_buttons_on_a_static_page_are_disabled() -> None:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Mark as done"},
        "action_id": "a",
    }
    drawn = [{"type": "actions", "elements": [button]}]
    assert "disabled>Mark as done" in blocks.draw(drawn, RenderContext(Reader()))
    assert "disabled" not in blocks.draw(drawn, RenderContext(Reader(), live=True))


def test_an_unknown_block_shows_its_type() -> None:
    assert "“carousel”" in blocks.draw([{"type": "carousel"}, {}], RenderContext(Reader()))


def test_a_modal_keeps_typed_values_and_shows_errors() -> None:
    element = {"type": "plain_text_input", "action_id": "a", "initial_value": "before"}
    label = {"type": "plain_text", "text": "Title"}
    block = {"type": "input", "block_id": "b", "label": label, "element": element}
    name = 'field ["b", "a"]'
    drawn = blocks.draw(
        [block],
        RenderContext(Reader(), live=True, typed={name: ["after"]}, errors={"b": "Too short"}),
    )
    assert 'value="after"' in drawn
    assert 'role="alert">Too short' in drawn
    assert 'value="before"' in blocks.draw([block], RenderContext(Reader()))
