"""Shortcuts: what can be begun from anywhere in Slack."""

from typing import Any

import pytest

from bot.domain.timeline import EventKind, from_slack_ts
from tests.support.harness import Town


def test_an_incident_is_declared_from_anywhere(town: Town) -> None:
    town.ws.shortcut("ana", "declare")
    view = town.ws.open_view("ana")
    assert view["title"]["text"] == "Declare an incident"
    town.ws.submit("ana", {"title": {"title": "checkout is down"}, "severity": {"severity": "P1"}})
    town.settle()
    assert "checkout is down" in town.texts("incidents")
    made = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "P1, declared. checkout is down." in town.texts(made)


def test_nothing_needs_to_be_filled_in(town: Town) -> None:
    town.ws.shortcut("ben", "declare")
    town.ws.submit("ben", {})
    town.settle()
    assert "Unnamed incident" in town.texts("incidents")


def test_it_is_declared_privately_with_the_form(town: Town) -> None:
    town.ws.shortcut("ben", "declare")
    private = {"seen_by": {"seen_by": "invited"}, "title": {"title": "payroll is wrong"}}
    town.ws.submit("ben", private)
    town.settle()
    assert "payroll" not in town.texts("incidents")
    made = town.sandbox.record.called("conversations.create")[-1].answer["channel"]
    assert made["is_private"]
    assert "Private: only those who are in this channel" in str(town.said(made["id"]))


def _declared_from(town: Town, said: str, channel: str = "general", by: str = "mei") -> str:
    ts = str(town.ws.say(by, channel, said))
    town.ws.message_shortcut("ana", "declare_from_message", channel, ts)
    return ts


def _submit(town: Town, values: dict[str, Any] | None = None) -> str:
    assert town.ws.submit("ana", values) == {}
    town.settle()
    made = town.sandbox.record.called("conversations.create")
    return str(made[-1].answer["channel"]["id"])


def test_an_incident_is_declared_from_a_message(town: Town) -> None:
    ts = _declared_from(town, "nobody can pay\nsince about 13:50")
    view = town.ws.open_view("ana")
    assert "Who sees the incident" in str(view["blocks"][0])
    assert "since about 13:50" in str(view["blocks"][0])
    channel = _submit(town)
    assert "INC-2026-001, declared. nobody can pay." in town.texts(channel)
    (evidence,) = [each for each in town.recorded(channel) if each.kind is EventKind.MESSAGE]
    assert (evidence.message_id, evidence.author) == (ts, town.ws.person("mei").id)
    assert evidence.channel_id == town.ws.channel("general").id
    assert evidence.text == "nobody can pay\nsince about 13:50"
    assert evidence.happened_at == from_slack_ts(ts)
    told = next(m["text"] for m in town.said(channel) if m["text"].startswith("Declared from"))
    assert f"archives/{evidence.channel_id}/p{ts.replace('.', '')}|this message>" in told
    assert told.endswith("nobody can pay\nsince about 13:50")


def test_what_was_said_elsewhere_stays_when_the_channel_is_compared(town: Town) -> None:
    _declared_from(town, "nobody can pay")
    channel = _submit(town)
    town.incident("ana", "resolve fixed", channel)  # compares the record with the history
    town.settle()
    (evidence,) = [each for each in town.recorded(channel) if each.kind is EventKind.MESSAGE]
    assert evidence.text == "nobody can pay"


def test_secrets_are_taken_out_of_the_message_and_of_the_form(town: Town) -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    _declared_from(town, f"the key {secret} does not work")
    assert secret not in str(town.ws.open_view("ana")["blocks"])
    assert secret not in town.ws.open_view("ana")["private_metadata"]
    channel = _submit(town)
    assert secret not in town.texts(channel) + town.texts("incidents")
    assert all(secret not in each.text for each in town.recorded(channel))


@pytest.mark.parametrize("said", ['"\\' * 3_000, "é" * 5_000, "<!channel> <@U1> & more"])
def test_any_message_fits_the_form(town: Town, said: str) -> None:
    _declared_from(town, said)
    assert len(town.ws.open_view("ana")["private_metadata"]) <= 3_000
    channel = _submit(town, {"title": {"title": "checkout"}})
    ours = [m["text"] for m in town.said(channel) if m.get("bot_id")]
    assert any(text.startswith("Declared from") for text in ours)
    assert all("<!" not in text.replace("<!date^", "") for text in ours)


def test_the_title_is_the_first_line_that_tells_something(town: Town) -> None:
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
    made = town.sandbox.record.called("conversations.create")[-1].answer["channel"]
    assert made["name"] == "inc-2026-002-queue-lag-is-900-s"


def test_an_alert_is_evidence_in_its_own_name(town: Town) -> None:
    ts = town.ws.alert("Beacon", "general", "FIRING error rate 41%")
    town.ws.message_shortcut("ana", "declare_from_message", "general", ts)
    channel = _submit(town)
    (evidence,) = [each for each in town.recorded(channel) if each.kind is EventKind.ALERT]
    assert evidence.author == "Beacon"
    assert "by Beacon, <!date^" in town.texts(channel)


def test_a_message_of_another_incident_stays_in_its_record(town: Town) -> None:
    first = town.declare()
    town.ws.join("mei", first)
    ts = _declared_from(town, "the disk is full too", first)
    second = _submit(town)
    assert [e.message_id for e in town.recorded(first) if e.kind is EventKind.MESSAGE] == [ts]
    (copied,) = [each for each in town.recorded(second) if each.kind is EventKind.MESSAGE]
    assert copied.text == "the disk is full too"
    assert copied.message_id != ts


def test_a_deletion_elsewhere_is_honoured(town: Town) -> None:
    ts = _declared_from(town, "nobody can pay")
    channel = _submit(town)
    town.ws.edit("general", ts, "nobody can pay by card")
    town.settle()
    (evidence,) = [each for each in town.recorded(channel) if each.kind is EventKind.MESSAGE]
    assert evidence.text == "nobody can pay by card"
    town.ws.delete("general", ts)
    town.settle()
    (evidence,) = [each for each in town.recorded(channel) if each.kind is EventKind.MESSAGE]
    assert (evidence.text, evidence.deleted) == ("", True)


def test_a_form_that_says_nothing_we_wrote_declares_nothing(town: Town) -> None:
    _declared_from(town, "nobody can pay")
    view = town.ws.open_view("ana")
    for about in ("{", "[]", '{"ts": "x"}', '{"ts": "1.1", "channel": 5}'):
        view["private_metadata"] = about
        answer = town.ws.submit("ana", {})
        assert "nothing was done" in answer["errors"]["title"]
    assert town.incident("ana", "list") == "No incident is running."


def test_a_declared_incident_is_seen_after_few_calls(town: Town) -> None:
    town.sandbox.record.clear()
    answer = town.incident("ana", "declare P1 checkout fails")
    assert answer.startswith("INC-2026-001 is declared")  # with the acknowledgement
    town.settle()
    calls = town.sandbox.record.calls
    assert [call.method for call in calls].index("conversations.invite") < 5
    made = town.sandbox.record.called("conversations.create")[0]
    channel = made.answer["channel"]["id"]
    there = [call.method for call in calls if call.args.get("channel") == channel]
    assert there[:2] == ["conversations.invite", "chat.postMessage"]


def test_a_blank_declaration_gets_a_name(town: Town) -> None:
    assert "*Unnamed incident*" in town.incident("ana", "declare")


def test_what_is_typed_into_a_form_is_kept_as_it_is_and_pings_nobody(town: Town) -> None:
    channel = town.declare()
    odd = "a <b> & <!channel> <@U123>"
    shown = "a &lt;b&gt; &amp; &lt;!channel&gt; &lt;@U123&gt;"
    town.press("ana", channel, "Post update")
    town.ws.submit("ana", {"update": {"update": odd}, "next": {"next": "30"}})
    said = town.ws.say("ana", channel, "we need more")
    town.ws.message_shortcut("ana", "create_item", channel, said)
    item = {"what": {"what": f"fix {odd}"}, "owner": {"owner": town.ws.person("ben").id}}
    town.ws.submit("ana", item)
    town.ws.shortcut("ana", "declare")
    town.ws.submit("ana", {"title": {"title": odd}})
    town.settle()
    assert f": {shown}\n" in town.texts(channel)
    assert f"Action item: fix {shown}. " in town.texts(channel)
    assert shown in town.texts("incidents")


@pytest.mark.parametrize(
    "place", ["private incident", "private channel", "direct message", "unseen"]
)
def test_a_message_from_a_private_place_is_declared_privately_by_default(
    town: Town, place: str
) -> None:
    ts, where = _said_in(town, place)
    town.ws.message_shortcut("ana", "declare_from_message", where, ts)
    view = town.ws.open_view("ana")
    fields = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert "initial_value" not in fields["title"]["element"]
    assert "can read this message in its channel" in fields["seen_by"]["hint"]["text"]
    channel = _submit(town)
    assert town.ws.channel(channel).kind == "private"
    assert "payroll" not in town.texts("incidents")
    assert "payroll" in town.texts(channel)


def test_whoever_chooses_everybody_after_the_warning_declares_publicly(town: Town) -> None:
    ts, where = _said_in(town, "private channel")
    town.ws.message_shortcut("ana", "declare_from_message", where, ts)
    channel = _submit(town, {"seen_by": {"seen_by": "everybody"}})
    assert town.ws.channel(channel).kind == "public"
    assert "Unnamed incident" in town.texts("incidents")


def _said_in(town: Town, place: str) -> tuple[str, str]:
    """A message in a place that not everybody can read."""
    if place == "private incident":
        where = town.declare("P2 something", private=True)
    elif place == "direct message":
        ts = town.ws.say_to_bot("ana", "payroll leaked")
        return str(ts), town.sandbox.state.open_dm(town.ws.person("ana")).id
    else:
        where = town.ws.add_channel("board", members=["ana"], private=True).id
    if place == "private channel":
        town.ws.invite_bot(where)
    return str(town.ws.say("ana", where, "payroll leaked")), where
