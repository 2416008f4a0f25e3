"""Messages as Slack really sends them, from an export and over the wire, and what the draft says about them.

The IDs are those of real inputs that once failed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.domain.timeline import EventKind
from sandbox.clock import Clock
from sandbox.messages import Messages
from sandbox.server import Sandbox
from storage import incidents, postmortems
from tests.cli.test_draft import app
from tests.support.harness import ROOT, START, LiveBot, start_live_bot

Json = dict[str, Any]
BOT = {
    "type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Alerts",
    "ts": "1773153000.000100",
}  # fmt: skip
RATE = "checkout error rate 14 %"
USERS = [
    {"id": "U1", "name": "ana", "profile": {"display_name": "ana"}},
    {"id": "U2", "name": "ben", "profile": {"display_name": "ben"}},
]


def mrkdwn(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def rich(text: str, **style: bool) -> Json:
    leaf = {"type": "text", "text": text, **({"style": style} if style else {})}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf]}]}


def bot(**parts: Any) -> Json:
    return {**BOT, "text": "", **parts}


def person(**parts: Any) -> Json:
    return {"type": "message", "user": "U2", "ts": BOT["ts"], "text": "", **parts}


MESSAGES = {
    "F01": (
        bot(attachments=[{"title": f"#41: {RATE}", "text": "New alert created via Prometheus"}]),
        [f"#41: {RATE}", "New alert created via Prometheus"],
    ),
    "F02": (
        bot(attachments=[{"fallback": "[no preview available]", "blocks": [mrkdwn(f"*Triggered:* {RATE}")]}]),
        ["Triggered:", RATE],
    ),
    "F03": (bot(blocks=[{"type": "header", "text": {"type": "plain_text", "text": RATE}}]), [RATE]),
    "F05": (
        bot(attachments=[{"fallback": "NO FALLBACK DEFINED", "fields": [{"title": "Summary", "value": RATE}]}]),
        [f"Summary: {RATE}"],
    ),
    "F07": (
        bot(text="CloudWatch alarm", attachments=[{"text": "ALARM: checkout-5xx, threshold crossed"}]),
        ["CloudWatch alarm", "ALARM: checkout-5xx, threshold crossed"],
    ),
    "F09": (
        person(text="this is the first sign",
               attachments=[{"is_share": True, "from_url": "https://x.example", "text": "provider says EU is down"}]),
        ["this is the first sign", "provider says EU is down"],
    ),
    "F10": (
        person(files=[{"mode": "snippet", "title": "Untitled", "preview": "ERROR pool exhausted: 50 of 50"}]),
        ["ERROR pool exhausted: 50 of 50"],
    ),
    "F12": (person(blocks=[rich("cause: the pool was set to 5")]), ["cause: the pool was set to 5"]),
    "F12, an app": (bot(blocks=[rich("cause: the pool was set to 5")]), ["cause: the pool was set to 5"]),
    "F13": (
        bot(text="This content can't be displayed.", blocks=[mrkdwn("Deploy of checkout v42 failed")]),
        ["Deploy of checkout v42 failed"],
    ),
    "F17": (bot(text="Alert", blocks=[mrkdwn("*Alert:* queue lag 900 s on orders")]), ["queue lag 900 s on orders"]),
    "F57": (
        {"type": "message", "subtype": "huddle_thread", "user": "USLACKBOT", "text": "", "ts": BOT["ts"],
         "room": {"created_by": "U1", "date_start": 1773153000, "date_end": 1773154920,
                  "participant_history": ["U1", "U2"]}},
        ["32 min", "@ana", "@ben"],
    ),
}  # fmt: skip
UNREADABLE = [
    person(),
    person(text="This content can't be displayed."),
    person(blocks=[{"type": "of_next_year", "shape": {"drawn": "M0 0"}}]),
    bot(attachments=[{"fallback": "[no preview available]", "chart": {"series": [1, 2]}}]),
]
NOTHING = [
    person(text="This message contains interactive elements.", blocks=[{"type": "actions", "elements": []}]),
    bot(blocks=[{"type": "divider"}]),
    bot(attachments=[{"id": 1, "fallback": "[no preview available]", "actions": [{"text": "Silence"}]}]),
    {"type": "message", "subtype": "channel_join", "user": "U2", "text": "<@U2> has joined the channel", "ts": BOT["ts"]},
    {"type": "message", "subtype": "bot_add", "user": "U1", "bot_id": "B1", "ts": BOT["ts"],
     "text": "added an integration to this channel: <https://x.example|PagerDuty>"},
    {"type": "message", "subtype": "pinned_item", "user": "U1", "text": "<@U1> pinned a message", "ts": BOT["ts"]},
    {"type": "message", "subtype": "channel_topic", "user": "U1", "topic": "bridge", "text": "<@U1> set", "ts": BOT["ts"]},
]  # fmt: skip


def export(folder: Path, *messages: Json) -> Path:
    talk = [
        *messages,
        {"type": "message", "user": "U1", "text": "looking", "ts": "1773153120.000100"},
        {"type": "message", "user": "U2", "text": "rolled back, errors are gone", "ts": "1773155400.000100"},
    ]  # fmt: skip
    day = folder / "export" / "inc-1"
    day.mkdir(parents=True)
    (day / "2026-03-10.json").write_text(json.dumps(talk))
    (day.parent / "users.json").write_text(json.dumps(USERS))
    (day.parent / "channels.json").write_text(json.dumps([{"id": "C1", "name": "inc-1"}]))
    return day.parent


def draft_text(source: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["draft", str(source), *options])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def draft_json(source: Path, *options: str) -> Json:
    document: Json = json.loads(draft_text(source, "--format", "json", *options))
    return document


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_an_export_is_in_the_draft(tmp_path: Path, name: str) -> None:
    message, words = MESSAGES[name]
    document = draft_json(export(tmp_path, message), "--timeline", "everything")
    first = document["timeline"][0]
    assert first["at"] == "2026-03-10T14:30:00.000100Z"
    for expected in words:
        assert expected in first["text"].replace("*", "")
    assert document["recording"]["gaps"] == 0


@pytest.mark.parametrize("name", ["F02", "F03", "F05", "F07"])
def test_an_alert_is_the_first_sign_wherever_its_text_is(tmp_path: Path, name: str) -> None:
    document = draft_json(export(tmp_path, MESSAGES[name][0]), "--timeline", "normal")
    assert document["moments"]["detected"]["at"] == "2026-03-10T14:30:00.000100Z"
    assert [row["text"] for row in document["timeline"] if row["author"] == "ana"] == ["Looking"]


def test_raw_slack_messages_in_a_transcript_are_read_like_an_export(tmp_path: Path) -> None:
    lines = [
        bot(attachments=[{"title": "[FIRING:1] CheckoutErrors"}]),
        {"subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": BOT["ts"]},
        {"user": "U2", "text": "", "files": [{"name": "cpu.png"}], "ts": BOT["ts"]},
    ]
    source = tmp_path / "raw.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)))
    rows = draft_json(source, "--timeline", "everything")["timeline"]
    assert [(row["kind"], row["text"]) for row in rows] == [
        ("alert", "[FIRING:1] CheckoutErrors"),
        ("note", "[file: cpu.png]"),
    ]


def test_a_message_updated_by_an_app_is_dated_to_the_update(tmp_path: Path) -> None:
    updated = bot(text="Resolved #1287", edited={"user": "B1", "ts": "1773155040.000000"})
    rows = draft_json(export(tmp_path, updated), "--timeline", "everything")["timeline"]
    assert [row["at"][11:16] for row in rows if row["text"] == "Resolved #1287"] == ["15:04"]


def test_a_huddle_is_in_the_timeline(tmp_path: Path) -> None:
    document = draft_json(export(tmp_path, MESSAGES["F57"][0]))
    assert "32 min" in document["timeline"][0]["text"]


@pytest.mark.parametrize("message", UNREADABLE)
def test_an_unreadable_message_is_counted_as_a_gap(tmp_path: Path, message: Json) -> None:
    source = export(tmp_path, message)
    line = "Drafted from 3 messages."
    text = draft_text(source)
    assert line in text
    assert "1 message couldn't be read" in text
    assert "No messages are missing" not in text
    assert draft_json(source)["recording"]["unreadable"] == 1
    lines = tmp_path / "talk.jsonl"
    day = source / "inc-1" / "2026-03-10.json"
    lines.write_text("\n".join(map(json.dumps, json.loads(day.read_text()))))
    assert "1 message couldn't be read" in draft_text(lines)


@pytest.mark.parametrize("message", NOTHING)
def test_a_message_without_content_is_neither_a_gap_nor_in_the_timeline(
    tmp_path: Path, message: Json
) -> None:
    source = export(tmp_path, message)
    assert "Drafted from 2 messages. No messages are missing." in draft_text(source)
    assert len(draft_json(source, "--timeline", "everything")["timeline"]) == 2


def test_text_styles_are_kept_in_markdown_and_readable_in_html(tmp_path: Path) -> None:
    text = "*Triggered #1287:* ~old~ _new_ `PoolTimeout` of snake_case is 2*3*4"
    source = export(tmp_path, bot(text=text))
    text_of_draft = draft_text(source)
    assert (
        r"**Triggered \#1287:** ~~old~~ _new_ `PoolTimeout` of snake\_case is 2\*3\*4"
        in text_of_draft
    )
    page = draft_text(source, "--format", "html")
    assert "<strong>Triggered #1287:</strong>" in page
    assert "<s>old</s> new PoolTimeout of snake_case is 2*3*4" in page
    styled = bot(blocks=[rich("pool was set to 5", bold=True)])
    assert "**pool was set to 5**" in draft_text(export(tmp_path / "rich", styled))


def test_messages_over_the_wire_are_in_the_draft_and_gaps_are_counted(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    for message, _ in MESSAGES.values():
        post(live_bot, channel, message)
    for message in [*UNREADABLE, *NOTHING]:
        post(live_bot, channel, message)
    live_bot.settle()
    messages = [
        event
        for event in live_bot.timeline(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    texts = [message_event.text for message_event in messages]
    for text, (_, words) in zip(texts, MESSAGES.values(), strict=False):
        for expected in words:
            plain = text.replace("*", "").replace("<@U1>", "@ana").replace("<@U2>", "@ben")
            assert expected in plain
    assert len(texts) == len(MESSAGES) + len(UNREADABLE)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    with live_bot.store.begin() as session:
        postmortem = postmortems.latest(session, 1)
    assert postmortem is not None
    assert "4 messages couldn't be read" in postmortem.markdown
    assert "; 4 messages couldn't be read." in live_bot.text_in(channel)


def test_a_huddle_is_updated_until_it_ends(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ana, ben = live_bot.workspace.person("ana").id, live_bot.workspace.person("ben").id
    room = {
        "created_by": ana,
        "date_start": 1773151200,
        "date_end": 0,
        "participant_history": [ana],
    }
    started = {
        "type": "message",
        "subtype": "huddle_thread",
        "user": "USLACKBOT",
        "text": "",
        "room": room,
    }
    ts = post(live_bot, channel, started)
    ended = room | {"date_end": 1773152100, "participant_history": [ana, ben], "has_ended": True}
    with live_bot.sandbox.state.lock:
        in_channel = live_bot.sandbox.state.channels[channel]
        Messages(live_bot.sandbox.state).edit(in_channel, ts, {"room": ended}, "", is_marked=False)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    (call,) = [event for event in live_bot.timeline(channel) if event.text.startswith("[call")]
    assert (call.author, call.text) == (ana, f"[call: 15 min, <@{ana}>, <@{ben}>]")
    with live_bot.store.begin() as session:
        postmortem = postmortems.latest(session, 1)
    assert postmortem is not None
    assert "15 min, @Ana Lopes, @Ben Okafor" in str(postmortem.document["timeline"])


def test_channels_and_user_groups_of_an_export_have_names(tmp_path: Path) -> None:
    text = "alerts are in <#C1|> and <#C1>, asked <!subteam^S1> and <!subteam^S2>"
    source = export(tmp_path, person(text=text))
    text_in_draft = draft_json(source, "--timeline", "everything")["timeline"][0]["text"]
    assert text_in_draft == "alerts are in #inc-1 and #inc-1, asked a user group and a user group"
    (source / "usergroups.json").write_text(json.dumps([{"id": "S1", "handle": "sre"}]))
    assert "asked @sre and a user group" in draft_text(source, "--timeline", "everything")


@contextmanager
def start_bot_with_groups(folder: Path) -> Iterator[LiveBot]:
    manifest = folder / "manifest.yml"
    manifest_text = (ROOT / "manifest.yml").read_text("utf-8")
    manifest.write_text(
        manifest_text.replace("- users:read", "- usergroups:read\n      - users:read")
    )
    sandbox = Sandbox(manifest, clock=Clock(START))
    with start_live_bot(f"sqlite:///{folder}/debrief.db", sandbox=sandbox) as with_group:
        with_group.workspace.add_usergroup("sre", "Reliability")
        with_group.workspace.add_channel("board", members=["ana"], private=True)
        yield with_group


def test_channels_and_user_groups_have_names_everywhere(tmp_path: Path) -> None:
    with start_bot_with_groups(tmp_path) as live_bot:
        channel, general = live_bot.declare(), live_bot.workspace.channel("general").id
        message = f"asked @sre in <#{general}> and <#{live_bot.workspace.channel('board').id}|>"
        assert "asked @sre" in live_bot.command("ana", "note asked @sre", channel)
        live_bot.workspace.say("ana", channel, f"<@{live_bot.sandbox.state.bot.id}> note {message}")
        live_bot.workspace.say("ben", channel, message)
        live_bot.settle()
        assert "asked @sre in #general and #C" in str(live_bot.workspace.ephemerals("ana"))
        live_bot.command("ana", "resolve told @sre", channel)
        live_bot.settle()
        with live_bot.store.begin() as session:
            postmortem = postmortems.latest(session, 1)
            assert incidents.by_id(session, 1).resolution == "told @sre"
        assert postmortem is not None
        assert str(postmortem.document["timeline"]).count("Asked @sre in #general and #C") == 1
        assert "board" not in str(postmortem.document)  # only members may see its name


def test_a_user_group_without_the_scope_is_called_a_user_group(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    note = f"<@{live_bot.sandbox.state.bot.id}> note asked <!subteam^S1>"
    live_bot.workspace.say("ana", channel, note)
    live_bot.settle()
    assert "asked a user group" in str(live_bot.workspace.ephemerals("ana"))


def post(live_bot: LiveBot, channel: str, message: Json) -> str:
    """Put a raw message into a channel, as Slack stores it."""
    with live_bot.sandbox.state.lock:
        in_channel = live_bot.sandbox.state.channels[channel]
        return str(Messages(live_bot.sandbox.state).add(in_channel, message)["ts"])
