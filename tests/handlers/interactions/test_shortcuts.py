"""Shortcuts: declaring an incident from anywhere or from a message."""

from typing import Any

import pytest

from bot.domain.timeline import EventKind, from_slack_ts
from tests.support.harness import Town


def test_the_declare_shortcut_declares_an_incident(town: Town) -> None:
    town.ws.shortcut("ana", "declare")
    view = town.ws.open_view("ana")
    assert view["title"]["text"] == "Declare an incident"
    town.ws.submit("ana", {"title": {"title": "checkout is down"}, "severity": {"severity": "P1"}})
    town.settle()
    assert "checkout is down" in town.texts("incidents")
    channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "P1, declared. checkout is down." in town.texts(channel)


def test_the_declare_form_can_be_submitted_empty(town: Town) -> None:
    town.ws.shortcut("ben", "declare")
    town.ws.submit("ben", {})
    town.settle()
    assert "Unnamed incident" in town.texts("incidents")


def test_the_declare_form_can_declare_a_private_incident(town: Town) -> None:
    town.ws.shortcut("ben", "declare")
    private = {"seen_by": {"seen_by": "invited"}, "title": {"title": "payroll is wrong"}}
    town.ws.submit("ben", private)
    town.settle()
    assert "payroll" not in town.texts("incidents")
    channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]
    assert channel["is_private"]
    assert "Private: only those who are in this channel" in str(town.said(channel["id"]))


def _declare_from_message(
    town: Town, text: str, channel: str = "general", author: str = "mei"
) -> str:
    ts = str(town.ws.say(author, channel, text))
    town.ws.message_shortcut("ana", "declare_from_message", channel, ts)
    return ts


def _submit(town: Town, values: dict[str, Any] | None = None) -> str:
    assert town.ws.submit("ana", values) == {}
    town.settle()
    calls = town.sandbox.record.called("conversations.create")
    return str(calls[-1].answer["channel"]["id"])


def test_an_incident_declared_from_a_message_records_it_as_evidence(town: Town) -> None:
    ts = _declare_from_message(town, "nobody can pay\nsince about 13:50")
    view = town.ws.open_view("ana")
    assert "Who sees the incident" in str(view["blocks"][0])
    assert "since about 13:50" in str(view["blocks"][0])
    channel = _submit(town)
    assert "INC-2026-001, declared. nobody can pay." in town.texts(channel)
    (evidence,) = [event for event in town.recorded(channel) if event.kind is EventKind.MESSAGE]
    assert (evidence.message_id, evidence.author) == (ts, town.ws.person("mei").id)
    assert evidence.channel_id == town.ws.channel("general").id
    assert evidence.text == "nobody can pay\nsince about 13:50"
    assert evidence.happened_at == from_slack_ts(ts)
    notice = next(m["text"] for m in town.said(channel) if m["text"].startswith("Declared from"))
    assert f"archives/{evidence.channel_id}/p{ts.replace('.', '')}|this message>" in notice
    assert notice.endswith("nobody can pay\nsince about 13:50")


def test_evidence_from_another_channel_survives_a_history_comparison(town: Town) -> None:
    _declare_from_message(town, "nobody can pay")
    channel = _submit(town)
    town.incident("ana", "resolve fixed", channel)  # compares the record with the history
    town.settle()
    (evidence,) = [event for event in town.recorded(channel) if event.kind is EventKind.MESSAGE]
    assert evidence.text == "nobody can pay"


def test_secrets_in_the_message_are_redacted_in_form_and_record(town: Town) -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    _declare_from_message(town, f"the key {secret} does not work")
    assert secret not in str(town.ws.open_view("ana")["blocks"])
    assert secret not in town.ws.open_view("ana")["private_metadata"]
    channel = _submit(town)
    assert secret not in town.texts(channel) + town.texts("incidents")
    assert all(secret not in event.text for event in town.recorded(channel))


@pytest.mark.parametrize("text", ['"\\' * 3_000, "é" * 5_000, "<!channel> <@U1> & more"])
def test_a_message_of_any_length_fits_the_form(town: Town, text: str) -> None:
    _declare_from_message(town, text)
    assert len(town.ws.open_view("ana")["private_metadata"]) <= 3_000
    channel = _submit(town, {"title": {"title": "checkout"}})
    ours = [m["text"] for m in town.said(channel) if m.get("bot_id")]
    assert any(posted.startswith("Declared from") for posted in ours)
    assert all("<!" not in posted.replace("<!date^", "") for posted in ours)


def test_the_title_is_the_first_meaningful_line(town: Town) -> None:
    alert = {"attachments": [{"title": "[FIRING:1] CheckoutErrors"}]}
    ts = town.ws.alert("Beacon", "general", "<!here>", **alert)
    town.ws.message_shortcut("ana", "declare_from_message", "general", ts)
    title = next(b for b in town.ws.open_view("ana")["blocks"] if b.get("block_id") == "title")
    assert title["element"]["initial_value"] == "[FIRING:1] CheckoutErrors"
    channel = _submit(town, {"title": {"title": title["element"]["initial_value"]}})
    assert town.ws.channel(channel).name == "inc-2026-001-firing-1-checkouterrors"
    town.incident("ana", "declare P2 @here\n:fire:\nqueue lag is 900 s\nsince 14:00", "general")
    town.settle()
    assert "queue lag is 900 s" in town.texts("incidents")
    new_channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]
    assert new_channel["name"] == "inc-2026-002-queue-lag-is-900-s"


def test_an_alert_is_evidence_under_the_name_of_its_app(town: Town) -> None:
    ts = town.ws.alert("Beacon", "general", "FIRING error rate 41%")
    town.ws.message_shortcut("ana", "declare_from_message", "general", ts)
    channel = _submit(town)
    (evidence,) = [event for event in town.recorded(channel) if event.kind is EventKind.ALERT]
    assert evidence.author == "Beacon"
    assert "by Beacon, <!date^" in town.texts(channel)


def test_declaring_from_another_incidents_message_keeps_it_in_both_records(town: Town) -> None:
    first = town.declare()
    town.ws.join("mei", first)
    ts = _declare_from_message(town, "the disk is full too", first)
    second = _submit(town)
    assert [
        entry.message_id for entry in town.recorded(first) if entry.kind is EventKind.MESSAGE
    ] == [ts]
    (copied,) = [event for event in town.recorded(second) if event.kind is EventKind.MESSAGE]
    assert copied.text == "the disk is full too"
    assert copied.message_id != ts


def test_edits_and_deletions_of_the_original_message_are_followed(town: Town) -> None:
    ts = _declare_from_message(town, "nobody can pay")
    channel = _submit(town)
    town.ws.edit("general", ts, "nobody can pay by card")
    town.settle()
    (evidence,) = [event for event in town.recorded(channel) if event.kind is EventKind.MESSAGE]
    assert evidence.text == "nobody can pay by card"
    town.ws.delete("general", ts)
    town.settle()
    (evidence,) = [event for event in town.recorded(channel) if event.kind is EventKind.MESSAGE]
    assert (evidence.text, evidence.deleted) == ("", True)


def test_a_tampered_declare_form_declares_nothing(town: Town) -> None:
    _declare_from_message(town, "nobody can pay")
    view = town.ws.open_view("ana")
    for metadata in ("{", "[]", '{"ts": "x"}', '{"ts": "1.1", "channel": 5}'):
        view["private_metadata"] = metadata
        answer = town.ws.submit("ana", {})
        assert "nothing was done" in answer["errors"]["title"]
    assert town.incident("ana", "list") == "No incident is running."


def test_a_declared_incident_is_visible_after_a_few_calls(town: Town) -> None:
    town.sandbox.record.clear()
    answer = town.incident("ana", "declare P1 checkout fails")
    assert answer.startswith("INC-2026-001 is declared")  # with the acknowledgement
    town.settle()
    calls = town.sandbox.record.calls
    assert [call.method for call in calls].index("conversations.invite") < 5
    creation = town.sandbox.record.called("conversations.create")[0]
    channel = creation.answer["channel"]["id"]
    channel_calls = [call.method for call in calls if call.args.get("channel") == channel]
    assert channel_calls[:2] == ["conversations.invite", "chat.postMessage"]


def test_a_declaration_without_a_title_is_an_unnamed_incident(town: Town) -> None:
    assert "*Unnamed incident*" in town.incident("ana", "declare")


def test_form_inputs_are_kept_verbatim_without_live_markup(town: Town) -> None:
    channel = town.declare()
    text = "a <b> & <!channel> <@U123>"
    escaped = "a &lt;b&gt; &amp; &lt;!channel&gt; &lt;@U123&gt;"
    town.press("ana", channel, "Post update")
    town.ws.submit("ana", {"update": {"update": text}, "next": {"next": "30"}})
    message_ts = town.ws.say("ana", channel, "we need more")
    town.ws.message_shortcut("ana", "create_item", channel, message_ts)
    item = {"what": {"what": f"fix {text}"}, "owner": {"owner": town.ws.person("ben").id}}
    town.ws.submit("ana", item)
    town.ws.shortcut("ana", "declare")
    town.ws.submit("ana", {"title": {"title": text}})
    town.settle()
    assert f": {escaped}\n" in town.texts(channel)
    assert f"Action item: fix {escaped}. " in town.texts(channel)
    assert escaped in town.texts("incidents")


@pytest.mark.parametrize(
    "place", ["private incident", "private channel", "direct message", "channel without the bot"]
)
def test_declaring_from_a_message_in_a_private_place_is_private_by_default(
    town: Town, place: str
) -> None:
    ts, origin = _post_in_private_place(town, place)
    town.ws.message_shortcut("ana", "declare_from_message", origin, ts)
    view = town.ws.open_view("ana")
    fields = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert "initial_value" not in fields["title"]["element"]
    assert "can read this message in its channel" in fields["seen_by"]["hint"]["text"]
    channel = _submit(town)
    assert town.ws.channel(channel).kind == "private"
    assert "payroll" not in town.texts("incidents")
    assert "payroll" in town.texts(channel)


def test_choosing_everybody_declares_publicly_from_a_private_message(town: Town) -> None:
    ts, origin = _post_in_private_place(town, "private channel")
    town.ws.message_shortcut("ana", "declare_from_message", origin, ts)
    channel = _submit(town, {"seen_by": {"seen_by": "everybody"}})
    assert town.ws.channel(channel).kind == "public"
    assert "Unnamed incident" in town.texts("incidents")


def _post_in_private_place(town: Town, place: str) -> tuple[str, str]:
    """Post a message in a place that not everybody can read."""
    if place == "private incident":
        channel = town.declare("P2 something", private=True)
    elif place == "direct message":
        ts = town.ws.say_to_bot("ana", "payroll leaked")
        return str(ts), town.sandbox.state.open_dm(town.ws.person("ana")).id
    else:
        channel = town.ws.add_channel("board", members=["ana"], private=True).id
    if place == "private channel":
        town.ws.invite_bot(channel)
    return str(town.ws.say("ana", channel, "payroll leaked")), channel
