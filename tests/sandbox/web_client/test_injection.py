"""Text that people wrote never becomes live HTML, wherever it is shown."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.web_client import blocks, form_elements, markdown, mrkdwn
from sandbox.web_client.blocks import RenderContext
from sandbox.web_client.channel_page import channel_page
from sandbox.web_client.reader import Reader
from tests.sandbox.web_client.markup import read

ALLOWED = {
    "a": {"href", "rel"},
    "time": {"datetime", "title"},
    "span": {"class", "role", "aria-label"},
    **{tag: set[str]() for tag in ("b", "i", "s", "br", "p", "ul", "ol", "li", "em", "strong")},
    **{tag: set[str]() for tag in ("pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr")},
    **{tag: set[str]() for tag in ("table", "thead", "tbody", "tr")},
    "code": {"class"},  # the language of a code block
    "th": {"style"},
    "td": {"style"},
}
PARTS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="x', "'><b>",
    "<javascript:alert(1)|x>", '<https://e.com/"onclick=x|y>', "<!--", "]]>", "&lt;b&gt;", "&#60;b&#62;",
    "*", "_", "~", "`", "```", "\n", "> ", "&gt; ", "• ", "1. ", "|", "<", ">", "<@U1>", "<!date^1^{time}|",
    "<!date^99999999999999999^{date}|x>", "[a](javascript:x)", "![a](http://e.com)", "{{ 7*7 }}", "{% raw %}",
    ":tada:", '<mailto:a@b.c|"><i>>', "\x00", "\u2028", "<!subteam^S1|@a>", "|-|-|", "http://e.com/<b>",
]  # fmt: skip
nasty = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=12)), max_size=12).map("".join)
READER = Reader(people={"U1": {"name": "a", "real_name": '<i>"Ana"</i>'}}, channels={"C1": "<b>"})


def assert_only_allowed_html(html: str) -> None:
    parsed = read(html)
    assert not parsed.comments
    assert set(parsed.tags) <= ALLOWED.keys()
    for tag, name, value in parsed.attributes:
        assert name in ALLOWED[tag]
        if name == "href":
            assert re.match(r"(https?://|mailto:|tel:)", value, re.IGNORECASE)
        if name == "style":
            assert re.fullmatch(r"text-align:(left|right|center)", value)


@given(nasty)
def test_mrkdwn_produces_only_allowed_tags(text: str) -> None:
    assert_only_allowed_html(str(mrkdwn.draw(text, READER)))


@given(nasty)
def test_markdown_produces_only_allowed_tags(text: str) -> None:
    assert_only_allowed_html(str(markdown.draw(text, READER)))


@given(
    nasty, st.sampled_from(["text", "link", "user", "channel", "date", "emoji", "broadcast", "odd"])
)
def test_rich_text_produces_only_allowed_tags(text: str, kind: str) -> None:
    keys = (
        "text",
        "url",
        "user_id",
        "channel_id",
        "timestamp",
        "format",
        "fallback",
        "name",
        "range",
    )
    leaf = {"type": kind, **dict.fromkeys(keys, text), "style": {"bold": True, "code": True}}
    section = {"type": "rich_text_section", "elements": [leaf]}
    listed = {"type": "rich_text_list", "style": "bullet", "elements": [section]}
    assert_only_allowed_html(
        re.sub(
            r' class="(indent-0|rich)"|</?div>|<div',
            "",
            str(
                blocks.draw(
                    [{"type": "rich_text", "elements": [section, listed]}], RenderContext(READER)
                )
            ),
        ).replace("\n>", "\n")
    )


def make_all_blocks(text: str) -> list[dict[str, Any]]:
    """One block of each kind, with the text in every place that accepts one."""
    plain, marked = {"type": "plain_text", "text": text}, {"type": "mrkdwn", "text": "x"}
    option = {"text": plain, "value": text}
    named = {"action_id": text, "placeholder": plain, "options": [option]}
    kinds = ["button", "overflow", "static_select", "multi_static_select", "users_select"]
    kinds += ["datepicker", "checkboxes", "radio_buttons", "plain_text_input", "image", text]
    pressed = [
        {
            **named,
            "type": kind,
            "text": plain,
            "alt_text": text,
            "style": text,
            "confirm": {"text": plain},
        }
        for kind in kinds
    ]
    inputs = [
        {"type": "input", "block_id": text, "label": plain, "element": element}
        for element in pressed
    ]
    cell = {"type": "raw_text", "text": text}
    return [
        {"type": "header", "text": plain},
        {"type": "section", "text": marked, "fields": [plain], "accessory": pressed[0]},
        {"type": "context", "elements": [plain, pressed[-2]]},
        {"type": "actions", "block_id": text, "elements": pressed},
        *inputs,
        {"type": "image", "alt_text": text, "image_url": text, "title": plain},
        {"type": "table", "rows": [[cell]]},
        {"type": "data_visualization", "title": text, "chart": {"type": text, "segments": [{"label": text, "value": text}]}},
        {"type": "file", "external_id": text},
        {"type": text},
    ]  # fmt: skip


@given(text=nasty)
@pytest.mark.parametrize("live", [True, False])
def test_blocks_have_the_same_tags_whatever_their_text(*, live: bool, text: str) -> None:
    known = {"button", "overflow", "image", "divider", "markdown", "primary", "danger", ""}
    text = f"{text}." if text.strip() in known else text
    # Known emoji become images, which would be an allowed extra tag.
    text = text.replace(":", ";")
    scene = RenderContext(READER, live=live, errors={text: text, "x": "x"})
    ours, theirs = (read(str(blocks.draw(make_all_blocks(word), scene))) for word in ("x", text))
    assert theirs.tags == ours.tags
    assert [(tag, name) for tag, name, _ in theirs.attributes] == [
        (tag, name) for tag, name, _ in ours.attributes
    ]


@given(nasty)
def test_a_page_has_the_same_tags_whatever_its_title(text: str) -> None:
    text = text.replace(":", ";").replace("\n", " ")

    def page(word: str) -> list[str]:
        message = {"ts": "1.1", "user": "U9", "text": "x", "username": word + "."}
        message["files"] = [{"id": "F1", "name": word + ".", "pretty_type": word}]  # type: ignore[assignment]
        message["reactions"] = [{"name": word, "users": [word], "count": 1}]  # type: ignore[assignment]
        people = {"U9": {"name": word + ".", "real_name": word + "."}}
        return read(
            channel_page(name=word, topic="x", messages=[message], people=people, title=word + ".")
        ).tags

    assert page(text) == page("x")


@given(nasty, nasty, nasty)
def test_a_buttons_ids_and_value_survive_the_form(
    block_id: str, action_id: str, value: str
) -> None:
    encoded = form_elements.press(block_id, {"action_id": action_id}, value or "v")
    found = form_elements.pressed({"press": encoded})
    assert (found.block_id, found.action_id, found.value) == (block_id, action_id, value or "v")
    assert json.loads(encoded)[1] == action_id
