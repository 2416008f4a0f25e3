"""Limits of blocks and views, with Slack's error messages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import block_validation
from sandbox.ids import Ids
from sandbox.text import typed

Body = dict[str, Any]


def plain(text: str) -> Body:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Body:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**more: Any) -> Body:
    return {"type": "button", "action_id": "a", "text": plain("b"), **more}


def actions(*elements: Body) -> Body:
    return {"type": "actions", "elements": list(elements)}


OPTION = {"text": plain("x"), "value": "x"}
GOOD: list[Body] = [
    section("x" * 3000),
    {"type": "section", "fields": [plain("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider", "block_id": "x" * 255},
    {"type": "markdown", "text": "**x**"},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
    {"type": "context", "elements": [plain("x"), {"type": "mrkdwn", "text": "y"}]},
    actions(button(text=plain("x" * 75), value="y" * 2000, style="danger")),
    actions(*[button(action_id=str(number)) for number in range(25)]),
    actions({"type": "overflow", "action_id": "o", "options": [OPTION] * 5}),
    {**section("x"), "accessory": {"type": "datepicker", "action_id": "d"}},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
    {"type": "input", "label": plain("l"), "element": {"type": "users_select", "action_id": "u"}},
]
CHART: Body = {
    "type": "data_visualization",
    "title": "t" * 50,
    "chart": {
        "type": "bar",
        "series": [{"name": "x" * 20, "data": [{"label": "W1", "value": 1}]}],
        "axis_config": {"categories": ["W1"]},
    },
}
PIE: Body = {
    "type": "data_visualization",
    "title": "t",
    "chart": {"type": "pie", "segments": [{"label": "P1", "value": 2.5}]},
}
GOOD += [CHART, PIE]


def chart(**changes: Any) -> Body:
    return {**CHART, "chart": {**CHART["chart"], **changes}}


def series(*labels: str, name: str = "x", value: Any = 1) -> Body:
    return {"name": name, "data": [{"label": each, "value": value} for each in labels]}


BAD: list[tuple[Any, str]] = [
    ({**CHART, "title": "t" * 51}, "must be less than 51 characters"),
    (chart(type="radar"), "unsupported type: radar [json-pointer:/blocks/0/chart/type]"),
    ({**PIE, "chart": {"type": "pie", "series": [series("a")]}}, "missing required field: segm"),
    (
        chart(series=[series("W2")]),
        "labels must match the categories of the axis [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    (chart(series=[series("W1", "W2")]), "labels must match the categories of the axis"),
    (chart(series=[series("W1"), series("W1")]), "series name x already exists"),
    (chart(series=[series("W1", name=str(n)) for n in range(7)]), "no more than 6 items allowed"),
    (chart(series=[series("W1", value="1")]), "must be a number"),
    (chart(series=[series("W1", name="x" * 21)]), "must be less than 21 characters"),
    (chart(axis_config={"categories": ["x" * 21]}), "must be less than 21 characters"),
    (chart(axis_config={"categories": ["x"] * 21}), "no more than 20 items allowed"),
    ({**CHART, "chart": {"type": "bar", "series": [series("W1")]}}, "missing required field: axis"),
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "must provide at least one of text, fields [json-pointer:/blocks/0]"),
    ({"type": "section", "text": "x"}, "must be a text object [json-pointer:/blocks/0/text]"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "must be a plain_text object [json-pointer:/blocks/0/text]",
    ),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    (actions(button(action_id="x" * 256)), "must be less than 256 characters"),
    (actions(button(), button()), "`action_id` a already exists"),
    (
        actions(*[button(action_id=str(each)) for each in range(26)]),
        "no more than 25 items allowed",
    ),
    (actions(), "must have at least 1 items"),
    (actions({"type": "image"}), "unsupported type: image"),
    (actions({"type": "overflow", "options": [OPTION] * 6}), "no more than 5 items allowed"),
    (
        {"type": "image", "image_url": "https://example.com/a.png"},
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    (
        {"type": "divider", "text": "x"},
        "invalid additional property: text [json-pointer:/blocks/0]",
    ),
    ({"type": "marquee"}, "unsupported type: marquee [json-pointer:/blocks/0/type]"),
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
]


@pytest.mark.parametrize("block", GOOD, ids=[str(each) for each in range(len(GOOD))])
def test_valid_blocks_have_no_problems(block: Body) -> None:
    assert block_validation.find_block_problems([block], "message") == []


@pytest.mark.parametrize(("block", "problem"), BAD, ids=[str(each) for each in range(len(BAD))])
def test_invalid_blocks_are_refused_with_slacks_message(block: Body, problem: str) -> None:
    problems = block_validation.find_block_problems([block], "message")
    assert any(found.startswith(problem) for found in problems), problems


def test_an_older_slack_refuses_newer_block_types() -> None:
    (problem,) = block_validation.find_block_problems(
        [CHART], "message", frozenset({"data_visualization"})
    )
    assert problem == "unsupported type: data_visualization [json-pointer:/blocks/0/type]"


def test_limits_across_all_blocks_of_a_message_are_checked() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    long_table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 10_001}]]}
    cases: list[tuple[list[Body], str]] = [
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "divider", "block_id": "x"}] * 2, "`block_id` x already exists"),
        ([table, table], "no more than 1 table allowed"),
        ([CHART] * 3, "no more than 2 data_visualization allowed"),
        ([long_table], "table text must be less than 10001"),
        ([{"type": "markdown", "text": "x" * 6001}] * 2, "markdown text must be less than 12001"),
    ]
    for blocks, problem in cases:
        problems = block_validation.find_block_problems(blocks, "message")
        assert any(found.startswith(problem) for found in problems), problems


def test_invalid_views_are_refused() -> None:
    view: Body = {"type": "modal", "title": plain("x" * 24), "blocks": [{"type": "divider"}] * 100}
    assert block_validation.find_view_problems(view, "modal") == []
    field = {"type": "input", "label": plain("l"), "element": {"type": "users_select"}}
    changes: list[Body] = [
        {"title": plain("x" * 25)},
        {"title": None},
        {"private_metadata": "x" * 3001},
        {"blocks": [{"type": "divider"}] * 101},
        {"blocks": [field]},  # no submit button
        {"blocks": [{"type": "markdown", "text": "x"}]},
        {"type": "home"},
        {"colour": "red"},
    ]
    for change in changes:
        changed = {key: value for key, value in {**view, **change}.items() if value is not None}
        assert block_validation.find_view_problems(changed, "modal"), change
    assert block_validation.find_view_problems({"type": "home", "blocks": []}, "home") == []


def test_posting_invalid_blocks_or_attachments_fails_with_slacks_error(
    client: WebClient, general: str
) -> None:
    def refusal(**args: Any) -> Any:
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=general, text="x", **args)
        return caught.value.response

    answer = refusal(blocks=[{"type": "marquee"}])
    assert answer["error"] == "invalid_blocks"
    problem = "unsupported type: marquee [json-pointer:/blocks/0/type]"
    assert answer["errors"] == [problem]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {problem}"]
    assert refusal(blocks="nonsense")["error"] == "invalid_blocks_format"
    assert refusal(blocks=[section("x" * 2900)] * 5)["error"] == "msg_blocks_too_long"
    attachments = [{"fallback": "x", "text": "x"}]
    assert refusal(attachments=attachments * 101)["error"] == "too_many_attachments"
    nested = [{"fallback": "x", "blocks": [{"type": "marquee"}]}]
    assert refusal(attachments=nested)["error"] == "invalid_blocks"
    assert refusal(markdown_text="**x**")["error"] == "markdown_text_conflict"


def test_missing_block_and_action_ids_are_generated() -> None:
    unnamed = actions({"type": "button", "text": plain("x")})
    (block,) = block_validation.add_ids([unnamed], Ids("x"))
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert "action_id" not in unnamed["elements"][0]


@given(st.text())
def test_storing_text_twice_does_not_escape_it_twice(text: str) -> None:
    stored = typed(text, lambda _: None, lambda _: None)
    assert typed(stored, lambda _: None, lambda _: None) == stored
