"""Add to timeline from a message's menu, with a kind and a time."""

from datetime import timedelta

from bot.domain.timeline import Mark, Source, TimelineEvent
from storage import incidents, timeline, timeline_counts
from tests.support.harness import Town


def _open_form(town: Town, person: str, channel: str, ts: str) -> None:
    town.ws.message_shortcut(person, "add_to_timeline", channel, ts)


def _send(town: Town, person: str, kind: str = "timeline", time: str = "") -> dict[str, object]:
    values = {"kind": {"kind": kind}, "time": {"time": time}}
    answer = dict(town.ws.submit(person, values))
    town.settle()
    return answer


def _event(town: Town, channel: str, ts: str) -> TimelineEvent:
    (event,) = [entry for entry in town.recorded(channel) if entry.message_id == ts]
    return event


def test_a_message_is_added_to_the_timeline_with_the_chosen_kind_and_time(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "what happened?")
    ts = town.ws.say("ben", channel, "we drained the node", thread=parent)
    town.settle()
    town.sandbox.clock.advance(timedelta(hours=1))
    _open_form(town, "ben", channel, ts)
    view = town.ws.open_view("ben")
    assert "we drained the node" in view["blocks"][0]["text"]["text"]
    assert view["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "timeline"
    _send(town, "ben", "decision", "9:45")  # in New York, so 13:45 UTC
    event = _event(town, channel, ts)
    assert event.marks == {Mark.DECISION}
    assert f"{event.happened_at:%H:%M}" == "13:45"
    assert event.corrected_by == town.ws.person("ben").id
    (receipt,) = [
        message for message in town.ws.ephemerals("ben") if message["text"].startswith("Kept")
    ]
    assert receipt["text"].startswith("Kept in the timeline as a decision, for <!date^")
    assert receipt["thread_ts"] == parent
    with town.store.begin() as session:
        stored = timeline.by_ids(session, channel, [ts])[ts]
    # The original time is kept for comparisons with Slack.
    assert stored.happened_at != event.happened_at


def test_an_invalid_time_is_rejected_at_its_field(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "we drained the node")
    _open_form(town, "ana", channel, ts)
    answer = _send(town, "ana", time="soonish")
    assert answer["errors"] == {
        "time": "“soonish” is not a time in the past. Write it as 14:32, or with its day as"
        " 2026-03-10 14:32."
    }
    assert _event(town, channel, ts).marks == frozenset()


def test_adding_an_unrecorded_message_records_it(town: Town) -> None:
    ts = town.ws.say("ana", "general", "the deploy went out at two")
    town.sandbox.clock.advance(timedelta(days=30))  # too old to be read when the channel is adopted
    town.incident("ana", "here P3 deploy", "general")
    town.settle()
    channel = str(town.ws.channel("general").id)
    assert ts not in [entry.message_id for entry in town.recorded(channel)]
    _open_form(town, "ana", channel, ts)
    _send(town, "ana")
    event = _event(town, channel, ts)
    assert (event.text, event.source) == ("the deploy went out at two", Source.FETCHED)
    assert event.marks == {Mark.TIMELINE}


def test_a_mark_from_the_menu_survives_a_history_comparison_until_removed_in_the_form(
    town: Town,
) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "lucky that it was night")
    _open_form(town, "ana", channel, ts)
    _send(town, "ana", "lucky")
    town.incident("ana", "resolve", channel)  # which compares the record with the history
    town.settle()
    assert _event(town, channel, ts).marks == {Mark.LUCKY}
    _open_form(town, "ana", channel, ts)
    _send(town, "ana", "none")
    assert _event(town, channel, ts).marks == frozenset()


def test_the_form_does_not_offer_to_remove_another_persons_mark(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "lucky that it was night")
    town.ws.join("ben", channel)
    _open_form(town, "ana", channel, ts)
    _send(town, "ana", "lucky")
    _open_form(town, "ben", channel, ts)
    view = town.ws.open_view("ben")
    values = [option["value"] for option in view["blocks"][1]["element"]["options"]]
    assert "none" not in values


def test_messages_outside_an_incident_and_bot_messages_cannot_be_added(town: Town) -> None:
    ts = town.ws.say("ana", "general", "lunch?")
    _open_form(town, "ana", "general", ts)
    assert town.ws.open_view("ana") is None
    assert "There is no incident in this channel" in town.ws.ephemerals("ana")[-1]["text"]
    channel = town.declare()
    card = next(message for message in town.said(channel) if "subtype" not in message)
    assert card["blocks"][0]["type"] == "header"
    _open_form(town, "ana", channel, card["ts"])
    assert town.ws.open_view("ana") is None
    assert "Only what people and applications say" in town.ws.ephemerals("ana")[-1]["text"]
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        assert timeline_counts.messages(session, incident.id) == 0
