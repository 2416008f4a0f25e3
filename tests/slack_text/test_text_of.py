"""The text of a message, in whatever part of it the text is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack_text.message import text_of

Json = dict[str, Any]


def bot_message(**fields: Any) -> Json:
    return {"subtype": "bot_message", "bot_id": "B1", "username": "Alerts", "text": "", **fields}


def attachment(**fields: Any) -> Json:
    return bot_message(attachments=[fields])


def block(**fields: Any) -> Json:
    return bot_message(blocks=[fields])


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def section(*elements: Json, kind: str = "rich_text_section", **fields: Any) -> Json:
    return {"type": kind, "elements": list(elements), **fields}


def leaf(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


ATTACHMENTS = [
    (
        attachment(title="#41: error rate 14 %", text="New alert created via Prometheus"),
        "#41: error rate 14 %\nNew alert created via Prometheus",
    ),
    (
        attachment(
            fallback="[no preview available]",
            blocks=[{"type": "section", "text": mrkdwn("*Triggered:* error rate 14 %")}],
        ),
        "*Triggered:* error rate 14 %",
    ),
    (
        attachment(
            fallback="NO FALLBACK DEFINED", fields=[{"title": "Summary", "value": "error rate 14 %"}]
        ),
        "Summary: error rate 14 %",
    ),
    (attachment(fallback="error rate 14 %"), "error rate 14 %"),
    (attachment(fallback="Required plain-text summary of the attachment."), ""),
    (
        attachment(pretext="Heads up", author_name="Grafana", title="CPU", footer="eu-west-1"),
        "Heads up\nGrafana\nCPU\neu-west-1",
    ),
    (
        bot_message(text="CloudWatch alarm", attachments=[{"text": "ALARM: checkout-5xx"}]),
        "CloudWatch alarm\nALARM: checkout-5xx",
    ),
    (attachment(fields=[{"value": "no title"}, {"title": "no value"}]), "no title\nno value"),
    (attachment(title="CPU", image_url="https://x.example/cpu.png"),
     "CPU\n[image: https://x.example/cpu.png]"),
]  # fmt: skip

BLOCKS = [
    (block(type="header", text=plain("error rate 14 %")), "error rate 14 %"),
    (
        block(type="section", text=mrkdwn("*Alert*"), fields=[mrkdwn("*Host*\ndb-1"), plain("a < b")]),
        "*Alert*\n*Host*\ndb-1\na &lt; b",
    ),
    (
        block(type="context", elements=[mrkdwn("eu-west-1"), {"type": "image", "alt_text": "flag"}]),
        "eu-west-1\n[image: flag]",
    ),
    (block(type="markdown", text="**down** since 14:00"), "**down** since 14:00"),
    (block(type="image", title=plain("CPU"), alt_text="a chart"), "[image: CPU]"),
    (block(type="video", title=plain("Demo"), description=plain("the crash")), "Demo\nthe crash"),
    (
        block(type="table", rows=[[{"type": "raw_text", "text": "host"}, rich(section(leaf("lag")))],
                                  [{"type": "raw_text", "text": "db-1"},
                                   {"type": "raw_number", "text": "900"}]]),
        "host | lag\ndb-1 | 900",
    ),
    (
        block(type="card", title=mrkdwn("*SEV1*"), body=mrkdwn("pool exhausted"),
              actions=[{"type": "button", "text": plain("Acknowledge")}]),
        "*SEV1*\npool exhausted",
    ),
    (
        block(type="container", title=plain("Incident"),
              child_blocks=[{"type": "section", "text": mrkdwn("db-1 is down")}]),
        "Incident\ndb-1 is down",
    ),
    (block(type="of_next_year", text=mrkdwn("still read")), "still read"),
    (
        block(type="section", text=mrkdwn("lag 900 s"),
              accessory={"type": "button", "text": plain("Silence")}),
        "lag 900 s",
    ),
    (block(type="actions", elements=[{"type": "button", "text": plain("Acknowledge")}]), ""),
    (
        block(type="call", call={"v1": {"name": "War room", "date_start": 60, "date_end": 1980,
                                        "all_participants": [{"slack_id": "U1"}]}}),
        "[call: War room, 32 min, <@U1>]",
    ),
]  # fmt: skip

RICH_TEXT = [
    ([section(leaf("the pool was set to "), leaf("5", bold=True))], "the pool was set to *5*"),
    (
        [section(leaf("is"), leaf(" gone ", strike=True, italic=True), leaf("now"))],
        "is _~gone~_ now",
    ),
    ([section(leaf("PoolTimeout", code=True))], "`PoolTimeout`"),
    (
        [section(section(leaf("one")), section(leaf("two")), kind="rich_text_list", style="bullet")],
        "• one\n• two",
    ),
    (
        [section(section(leaf("one")), kind="rich_text_list", style="ordered", offset=2, indent=1)],
        "    3. one",
    ),
    ([section(leaf("said\ntwice"), kind="rich_text_quote")], "&gt; said\n&gt; twice"),
    ([section(leaf("a < b"), kind="rich_text_preformatted")], "```\na &lt; b\n```"),
    (
        [section({"type": "user", "user_id": "U1"}, leaf(" "), {"type": "channel", "channel_id": "C1"},
                 leaf(" "), {"type": "usergroup", "usergroup_id": "S1"}, leaf(" "),
                 {"type": "broadcast", "range": "here"})],
        "<@U1> <#C1> <!subteam^S1> <!here>",
    ),
    (
        [section({"type": "link", "url": "https://x.example", "text": "the board"},
                 {"type": "emoji", "name": "fire"}, {"type": "link", "url": "https://y.example"})],
        "<https://x.example|the board>:fire:<https://y.example>",
    ),
    ([section({"type": "date", "timestamp": 1773153000, "fallback": "10 March"})], "10 March"),
    ([section({"type": "of_next_year", "text": "still read"})], "still read"),
]  # fmt: skip

FILES = [
    ({"text": "see", "files": [{"name": "cpu.png", "title": "cpu.png"}]}, "see\n[file: cpu.png]"),
    ({"files": [{"name": "a.png", "title": "Latency"}]}, "[file: Latency, a.png]"),
    (
        {"files": [{"mode": "snippet", "title": "Untitled", "preview": "ERROR pool exhausted: 50 of 50"}]},
        "[file: Untitled]\nERROR pool exhausted: 50 of 50",
    ),
    (
        {"files": [{"mode": "email", "name": "Alert", "plain_text": "error rate 14 %"}]},
        "[file: Alert]\nerror rate 14 %",
    ),
    ({"files": [{}]}, "[file: unnamed]"),
    ({"text": "uploaded", "file": {"name": "old.txt"}}, "uploaded\n[file: old.txt]"),
    (
        {"subtype": "file_comment", "text": "<@U2> commented on a file",
         "comment": {"user": "U2", "comment": "this is the spike"}},
        "this is the spike",
    ),
    (
        {"subtype": "huddle_thread", "text": "",
         "room": {"created_by": "U1", "date_start": 100, "date_end": 2020,
                  "participant_history": ["U1", "U2", "U1"]}},
        "[call: 32 min, <@U1>, <@U2>]",
    ),
    ({"subtype": "huddle_thread", "room": {}}, "[call]"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "text"), [*ATTACHMENTS, *BLOCKS, *FILES])
def test_text_in_every_visible_part_is_read(message: Json, text: str) -> None:
    assert text_of(message) == text


@pytest.mark.parametrize(("elements", "words"), RICH_TEXT)
@pytest.mark.parametrize("author", [{"user": "U2"}, {"bot_id": "B1", "subtype": "bot_message"}])
def test_rich_text_is_converted_to_mrkdwn(elements: list[Json], words: str, author: Json) -> None:
    assert text_of({"text": "", "blocks": [rich(*elements)], **author}) == words


@pytest.mark.parametrize(
    ("text", "in_blocks", "expected"),
    [
        ("This content can't be displayed.", "Deploy of v42 failed", "Deploy of v42 failed"),
        ("Alert", "*Alert:* queue lag 900 s", "*Alert:* queue lag 900 s"),
        ("You have a new notification", "queue lag 900 s", "queue lag 900 s"),
        ("queue lag 900 s on orders", "queue lag 900 s", "queue lag 900 s on orders"),
        ("it is *down*", "it is *down*", "it is *down*"),
    ],
)
def test_blocks_win_unless_the_text_contains_all_of_them(
    text: str, in_blocks: str, expected: str
) -> None:
    message = bot_message(text=text, blocks=[{"type": "section", "text": mrkdwn(in_blocks)}])
    assert text_of(message) == expected


def test_a_link_preview_is_not_read() -> None:
    preview = {"from_url": "https://x.example", "title": "A page", "text": "its words"}
    assert text_of({"text": "see <https://x.example>", "attachments": [preview]}) == (
        "see <https://x.example>"
    )


@pytest.mark.parametrize("name", ["is_share", "is_msg_unfurl"])
def test_a_shared_message_is_read_with_its_comment(name: str) -> None:
    shared = {name: True, "from_url": "https://x.example", "text": "provider says EU is down"}
    message = {"user": "U1", "text": "the first sign", "attachments": [shared]}
    assert text_of(message) == "the first sign\nprovider says EU is down"


def test_a_shared_message_is_read_from_its_own_blocks() -> None:
    inner = {"message": {"blocks": [rich(section(leaf("it began at 14:00")))]}}
    message = {"text": "", "attachments": [{"is_share": True, "message_blocks": [inner]}]}
    assert text_of(message) == "it began at 14:00"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "text", "blocks", "elements", "attachments", "fields", "files",
                         "rows", "style", "title", "room", "call", "v1", "comment", "offset",
                         "indent", "date_start", "date_end", "fallback", "timestamp"]),
        inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "files", "room"]), JSON)


@given(OBJECTS)
def test_any_json_is_read_without_an_error(message: Json) -> None:
    text_of(message).encode()


@pytest.mark.parametrize("huge", [1e999, -1e999, 10**400])  # Python's JSON parser accepts these
def test_an_enormous_number_is_ignored(huge: float) -> None:
    listed = {"type": "rich_text_list", "indent": huge, "offset": huge, "elements": []}
    date = section({"type": "date", "timestamp": huge, "format": "{time}"})
    call = {"date_start": -huge, "date_end": huge}
    assert text_of({"blocks": [{"type": "rich_text", "elements": [listed]}, date], "room": call})


def test_nested_blocks_are_read_to_a_limited_depth() -> None:
    nested: Json = {"type": "section", "text": mrkdwn("deep")}
    for _ in range(2_000):
        nested = {"type": "container", "child_blocks": [nested]}
    assert text_of(bot_message(blocks=[nested])) == ""
