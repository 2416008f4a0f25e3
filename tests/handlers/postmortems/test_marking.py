"""Add to timeline from a message's menu, with a kind and a time."""

from datetime import timedelta

from bot.domain.timeline import Mark, Source, TimelineEvent
from storage import incidents, timeline, timeline_counts
from tests.support.harness import LiveBot


def _open_form(live_bot: LiveBot, person: str, channel: str, ts: str) -> None:
    live_bot.workspace.message_shortcut(person, "add_to_timeline", channel, ts)


def _send(
    live_bot: LiveBot, person: str, kind: str = "timeline", time: str = ""
) -> dict[str, object]:
    values = {"kind": {"kind": kind}, "time": {"time": time}}
    answer = dict(live_bot.workspace.submit(person, values))
    live_bot.settle()
    return answer


def _event(live_bot: LiveBot, channel: str, ts: str) -> TimelineEvent:
    (event,) = [entry for entry in live_bot.timeline(channel) if entry.message_id == ts]
    return event


def test_a_message_is_added_to_the_timeline_with_the_chosen_kind_and_time(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "what happened?")
    ts = live_bot.workspace.say("ben", channel, "we drained the node", thread=parent)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(hours=1))
    _open_form(live_bot, "ben", channel, ts)
    view = live_bot.workspace.open_view("ben")
    assert "we drained the node" in view["blocks"][0]["text"]["text"]
    assert view["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "timeline"
    _send(live_bot, "ben", "decision", "9:45")  # in New York, so 13:45 UTC
    event = _event(live_bot, channel, ts)
    assert event.marks == {Mark.DECISION}
    assert f"{event.happened_at:%H:%M}" == "13:45"
    assert event.corrected_by == live_bot.workspace.person("ben").id
    (receipt,) = [
        message
        for message in live_bot.workspace.ephemerals("ben")
        if message["text"].startswith("Added")
    ]
    assert receipt["text"].startswith("Added to the timeline as *Decision*, at <!date^")
    assert receipt["thread_ts"] == parent
    with live_bot.store.begin() as session:
        stored = timeline.by_ids(session, channel, [ts])[ts]
    # The original time is kept for comparisons with Slack.
    assert stored.happened_at != event.happened_at


def test_an_invalid_time_is_rejected_at_its_field(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "we drained the node")
    _open_form(live_bot, "ana", channel, ts)
    answer = _send(live_bot, "ana", time="soonish")
    assert answer["errors"] == {
        "time": "“soonish” isn't a time in the past. Enter a time such as 14:32, or include the date:"
        " 2026-03-10 14:32."
    }
    assert _event(live_bot, channel, ts).marks == frozenset()


def test_adding_an_unrecorded_message_records_it(live_bot: LiveBot) -> None:
    ts = live_bot.workspace.say("ana", "general", "the deploy went out at two")
    live_bot.sandbox.clock.advance(
        timedelta(days=30)
    )  # too old to be read when the channel is adopted
    live_bot.command("ana", "here P3 deploy", "general")
    live_bot.settle()
    channel = str(live_bot.workspace.channel("general").id)
    assert ts not in [entry.message_id for entry in live_bot.timeline(channel)]
    _open_form(live_bot, "ana", channel, ts)
    _send(live_bot, "ana")
    event = _event(live_bot, channel, ts)
    assert (event.text, event.source) == ("the deploy went out at two", Source.FETCHED)
    assert event.marks == {Mark.TIMELINE}


def test_a_mark_from_the_menu_survives_a_history_comparison_until_removed_in_the_form(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "lucky that it was night")
    _open_form(live_bot, "ana", channel, ts)
    _send(live_bot, "ana", "lucky")
    live_bot.command("ana", "resolve", channel)  # which compares the record with the history
    live_bot.settle()
    assert _event(live_bot, channel, ts).marks == {Mark.LUCKY}
    _open_form(live_bot, "ana", channel, ts)
    _send(live_bot, "ana", "none")
    assert _event(live_bot, channel, ts).marks == frozenset()


def test_the_form_does_not_offer_to_remove_another_persons_mark(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "lucky that it was night")
    live_bot.workspace.join("ben", channel)
    _open_form(live_bot, "ana", channel, ts)
    _send(live_bot, "ana", "lucky")
    _open_form(live_bot, "ben", channel, ts)
    view = live_bot.workspace.open_view("ben")
    values = [option["value"] for option in view["blocks"][1]["element"]["options"]]
    assert "none" not in values


def test_messages_outside_an_incident_and_bot_messages_cannot_be_added(live_bot: LiveBot) -> None:
    ts = live_bot.workspace.say("ana", "general", "lunch?")
    _open_form(live_bot, "ana", "general", ts)
    assert live_bot.workspace.open_view("ana") is None
    assert "There's no incident in this channel" in live_bot.workspace.ephemerals("ana")[-1]["text"]
    channel = live_bot.declare()
    card = next(message for message in live_bot.messages(channel) if "subtype" not in message)
    assert card["blocks"][0]["type"] == "header"
    _open_form(live_bot, "ana", channel, card["ts"])
    assert live_bot.workspace.open_view("ana") is None
    assert "Only messages from people and apps" in live_bot.workspace.ephemerals("ana")[-1]["text"]
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        assert timeline_counts.messages(session, incident.id) == 0
