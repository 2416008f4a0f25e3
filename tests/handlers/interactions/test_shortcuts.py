"""Shortcuts: declaring an incident from anywhere or from a message."""

from typing import Any

import pytest

from bot.domain.timeline import EventKind, from_slack_ts
from tests.support.harness import LiveBot


def test_the_declare_shortcut_declares_an_incident(live_bot: LiveBot) -> None:
    live_bot.workspace.shortcut("ana", "declare")
    view = live_bot.workspace.open_view("ana")
    assert view["title"]["text"] == "Declare incident"
    live_bot.workspace.submit(
        "ana", {"title": {"title": "checkout is down"}, "severity": {"severity": "P1"}}
    )
    live_bot.settle()
    assert "checkout is down" in live_bot.text_in("incidents")
    channel = live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "P1, declared. checkout is down." in live_bot.text_in(channel)


def test_the_declare_form_can_be_submitted_empty(live_bot: LiveBot) -> None:
    live_bot.workspace.shortcut("ben", "declare")
    live_bot.workspace.submit("ben", {})
    live_bot.settle()
    assert "Unnamed incident" in live_bot.text_in("incidents")


def test_the_declare_form_can_declare_a_private_incident(live_bot: LiveBot) -> None:
    live_bot.workspace.shortcut("ben", "declare")
    private = {"seen_by": {"seen_by": "invited"}, "title": {"title": "payroll is wrong"}}
    live_bot.workspace.submit("ben", private)
    live_bot.settle()
    assert "payroll" not in live_bot.text_in("incidents")
    channel = live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]
    assert channel["is_private"]
    assert "Private: only members of this channel" in str(live_bot.messages(channel["id"]))


def _declare_from_message(
    live_bot: LiveBot, text: str, channel: str = "general", author: str = "mei"
) -> str:
    ts = str(live_bot.workspace.say(author, channel, text))
    live_bot.workspace.message_shortcut("ana", "declare_from_message", channel, ts)
    return ts


def _submit(live_bot: LiveBot, values: dict[str, Any] | None = None) -> str:
    assert live_bot.workspace.submit("ana", values) == {}
    live_bot.settle()
    calls = live_bot.sandbox.record.called("conversations.create")
    return str(calls[-1].answer["channel"]["id"])


def test_an_incident_declared_from_a_message_records_it_as_evidence(live_bot: LiveBot) -> None:
    ts = _declare_from_message(live_bot, "nobody can pay\nsince about 13:50")
    view = live_bot.workspace.open_view("ana")
    assert "I'll post this message in the incident" in str(view["blocks"][0])
    assert "since about 13:50" in str(view["blocks"][0])
    channel = _submit(live_bot)
    assert "INC-2026-001, declared. nobody can pay." in live_bot.text_in(channel)
    (evidence,) = [event for event in live_bot.timeline(channel) if event.kind is EventKind.MESSAGE]
    assert (evidence.message_id, evidence.author) == (ts, live_bot.workspace.person("mei").id)
    assert evidence.channel_id == live_bot.workspace.channel("general").id
    assert evidence.text == "nobody can pay\nsince about 13:50"
    assert evidence.happened_at == from_slack_ts(ts)
    notice = next(
        m["text"] for m in live_bot.messages(channel) if m["text"].startswith("Declared from")
    )
    assert f"archives/{evidence.channel_id}/p{ts.replace('.', '')}|this message>" in notice
    assert notice.endswith("nobody can pay\nsince about 13:50")


def test_evidence_from_another_channel_survives_a_history_comparison(live_bot: LiveBot) -> None:
    _declare_from_message(live_bot, "nobody can pay")
    channel = _submit(live_bot)
    live_bot.command("ana", "resolve fixed", channel)  # compares the record with the history
    live_bot.settle()
    (evidence,) = [event for event in live_bot.timeline(channel) if event.kind is EventKind.MESSAGE]
    assert evidence.text == "nobody can pay"


def test_secrets_in_the_message_are_redacted_in_form_and_record(live_bot: LiveBot) -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    _declare_from_message(live_bot, f"the key {secret} does not work")
    assert secret not in str(live_bot.workspace.open_view("ana")["blocks"])
    assert secret not in live_bot.workspace.open_view("ana")["private_metadata"]
    channel = _submit(live_bot)
    assert secret not in live_bot.text_in(channel) + live_bot.text_in("incidents")
    assert all(secret not in event.text for event in live_bot.timeline(channel))


@pytest.mark.parametrize("text", ['"\\' * 3_000, "é" * 5_000, "<!channel> <@U1> & more"])
def test_a_message_of_any_length_fits_the_form(live_bot: LiveBot, text: str) -> None:
    _declare_from_message(live_bot, text)
    assert len(live_bot.workspace.open_view("ana")["private_metadata"]) <= 3_000
    channel = _submit(live_bot, {"title": {"title": "checkout"}})
    ours = [m["text"] for m in live_bot.messages(channel) if m.get("bot_id")]
    assert any(posted.startswith("Declared from") for posted in ours)
    assert all("<!" not in posted.replace("<!date^", "") for posted in ours)


def test_the_title_is_the_first_meaningful_line(live_bot: LiveBot) -> None:
    alert = {"attachments": [{"title": "[FIRING:1] CheckoutErrors"}]}
    ts = live_bot.workspace.alert("Beacon", "general", "<!here>", **alert)
    live_bot.workspace.message_shortcut("ana", "declare_from_message", "general", ts)
    title = next(
        b for b in live_bot.workspace.open_view("ana")["blocks"] if b.get("block_id") == "title"
    )
    assert title["element"]["initial_value"] == "[FIRING:1] CheckoutErrors"
    channel = _submit(live_bot, {"title": {"title": title["element"]["initial_value"]}})
    assert live_bot.workspace.channel(channel).name == "inc-2026-001-firing-1-checkouterrors"
    live_bot.command("ana", "declare P2 @here\n:fire:\nqueue lag is 900 s\nsince 14:00", "general")
    live_bot.settle()
    assert "queue lag is 900 s" in live_bot.text_in("incidents")
    new_channel = live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]
    assert new_channel["name"] == "inc-2026-002-queue-lag-is-900-s"


def test_an_alert_is_evidence_under_the_name_of_its_app(live_bot: LiveBot) -> None:
    ts = live_bot.workspace.alert("Beacon", "general", "FIRING error rate 41%")
    live_bot.workspace.message_shortcut("ana", "declare_from_message", "general", ts)
    channel = _submit(live_bot)
    (evidence,) = [event for event in live_bot.timeline(channel) if event.kind is EventKind.ALERT]
    assert evidence.author == "Beacon"
    assert "by Beacon, <!date^" in live_bot.text_in(channel)


def test_declaring_from_another_incidents_message_keeps_it_in_both_records(
    live_bot: LiveBot,
) -> None:
    first = live_bot.declare()
    live_bot.workspace.join("mei", first)
    ts = _declare_from_message(live_bot, "the disk is full too", first)
    second = _submit(live_bot)
    assert [
        entry.message_id for entry in live_bot.timeline(first) if entry.kind is EventKind.MESSAGE
    ] == [ts]
    (copied,) = [event for event in live_bot.timeline(second) if event.kind is EventKind.MESSAGE]
    assert copied.text == "the disk is full too"
    assert copied.message_id != ts


def test_edits_and_deletions_of_the_original_message_are_followed(live_bot: LiveBot) -> None:
    ts = _declare_from_message(live_bot, "nobody can pay")
    channel = _submit(live_bot)
    live_bot.workspace.edit("general", ts, "nobody can pay by card")
    live_bot.settle()
    (evidence,) = [event for event in live_bot.timeline(channel) if event.kind is EventKind.MESSAGE]
    assert evidence.text == "nobody can pay by card"
    live_bot.workspace.delete("general", ts)
    live_bot.settle()
    (evidence,) = [event for event in live_bot.timeline(channel) if event.kind is EventKind.MESSAGE]
    assert (evidence.text, evidence.deleted) == ("", True)


def test_a_tampered_declare_form_declares_nothing(live_bot: LiveBot) -> None:
    _declare_from_message(live_bot, "nobody can pay")
    view = live_bot.workspace.open_view("ana")
    for metadata in ("{", "[]", '{"ts": "x"}', '{"ts": "1.1", "channel": 5}'):
        view["private_metadata"] = metadata
        answer = live_bot.workspace.submit("ana", {})
        assert "nothing was changed" in answer["errors"]["title"]
    assert live_bot.command("ana", "list") == "There are no open incidents."


def test_a_declared_incident_is_visible_after_a_few_calls(live_bot: LiveBot) -> None:
    live_bot.sandbox.record.clear()
    answer = live_bot.command("ana", "declare P1 checkout fails")
    assert answer.startswith("INC-2026-001 declared: ")  # with the acknowledgement
    live_bot.settle()
    calls = live_bot.sandbox.record.calls
    assert [call.method for call in calls].index("conversations.invite") < 5
    creation = live_bot.sandbox.record.called("conversations.create")[0]
    channel = creation.answer["channel"]["id"]
    channel_calls = [call.method for call in calls if call.args.get("channel") == channel]
    assert channel_calls[:2] == ["conversations.invite", "chat.postMessage"]


def test_a_declaration_without_a_title_is_an_unnamed_incident(live_bot: LiveBot) -> None:
    assert "*Unnamed incident*" in live_bot.command("ana", "declare")


def test_form_inputs_are_kept_verbatim_without_live_markup(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    text = "a <b> & <!channel> <@U123>"
    escaped = "a &lt;b&gt; &amp; &lt;!channel&gt; &lt;@U123&gt;"
    live_bot.press("ana", channel, "Post update")
    live_bot.workspace.submit("ana", {"update": {"update": text}, "next": {"next": "30"}})
    message_ts = live_bot.workspace.say("ana", channel, "we need more")
    live_bot.workspace.message_shortcut("ana", "create_item", channel, message_ts)
    item = {
        "what": {"what": f"fix {text}"},
        "owner": {"owner": live_bot.workspace.person("ben").id},
    }
    live_bot.workspace.submit("ana", item)
    live_bot.workspace.shortcut("ana", "declare")
    live_bot.workspace.submit("ana", {"title": {"title": text}})
    live_bot.settle()
    assert f": {escaped}\n" in live_bot.text_in(channel)
    assert f"Action item: fix {escaped}. " in live_bot.text_in(channel)
    assert escaped in live_bot.text_in("incidents")


@pytest.mark.parametrize(
    "place", ["private incident", "private channel", "direct message", "channel without the bot"]
)
def test_declaring_from_a_message_in_a_private_place_is_private_by_default(
    live_bot: LiveBot, place: str
) -> None:
    ts, origin = _post_in_private_place(live_bot, place)
    live_bot.workspace.message_shortcut("ana", "declare_from_message", origin, ts)
    view = live_bot.workspace.open_view("ana")
    fields = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert "initial_value" not in fields["title"]["element"]
    assert "anyone in the workspace can read this message" in fields["seen_by"]["hint"]["text"]
    channel = _submit(live_bot)
    assert live_bot.workspace.channel(channel).kind == "private"
    assert "payroll" not in live_bot.text_in("incidents")
    assert "payroll" in live_bot.text_in(channel)


def test_choosing_everybody_declares_publicly_from_a_private_message(live_bot: LiveBot) -> None:
    ts, origin = _post_in_private_place(live_bot, "private channel")
    live_bot.workspace.message_shortcut("ana", "declare_from_message", origin, ts)
    channel = _submit(live_bot, {"seen_by": {"seen_by": "everybody"}})
    assert live_bot.workspace.channel(channel).kind == "public"
    assert "Unnamed incident" in live_bot.text_in("incidents")


def _post_in_private_place(live_bot: LiveBot, place: str) -> tuple[str, str]:
    """Post a message in a place that not everybody can read."""
    if place == "private incident":
        channel = live_bot.declare("P2 something", private=True)
    elif place == "direct message":
        ts = live_bot.workspace.say_to_bot("ana", "payroll leaked")
        return str(ts), live_bot.sandbox.state.open_dm(live_bot.workspace.person("ana")).id
    else:
        channel = live_bot.workspace.add_channel("board", members=["ana"], private=True).id
    if place == "private channel":
        live_bot.workspace.invite_bot(channel)
    return str(live_bot.workspace.say("ana", channel, "payroll leaked")), channel
