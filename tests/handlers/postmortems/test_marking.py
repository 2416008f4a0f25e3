"""Add to timeline, from the menu of a message: as what, and when."""

from datetime import timedelta

from bot.domain.timeline import Mark, Source, TimelineEvent
from storage import incidents, timeline, timeline_counts
from tests.support.harness import Town


def _open(town: Town, person: str, channel: str, ts: str) -> None:
    town.ws.message_shortcut(person, "add_to_timeline", channel, ts)


def _send(town: Town, person: str, kind: str = "timeline", time: str = "") -> dict[str, object]:
    said = {"kind": {"kind": kind}, "time": {"time": time}}
    answer = dict(town.ws.submit(person, said))
    town.settle()
    return answer


def _event(town: Town, channel: str, ts: str) -> TimelineEvent:
    (event,) = [each for each in town.recorded(channel) if each.message_id == ts]
    return event


def test_a_message_is_kept_as_what_somebody_says_and_for_when(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "what happened?")
    ts = town.ws.say("ben", channel, "we drained the node", thread=parent)
    town.settle()
    town.sandbox.clock.advance(timedelta(hours=1))
    _open(town, "ben", channel, ts)
    view = town.ws.open_view("ben")
    assert "we drained the node" in view["blocks"][0]["text"]["text"]
    assert view["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "timeline"
    _send(town, "ben", "decision", "9:45")  # he lives in New York: 13:45 UTC
    event = _event(town, channel, ts)
    assert event.marks == {Mark.DECISION}
    assert f"{event.happened_at:%H:%M}" == "13:45"
    assert event.corrected_by == town.ws.person("ben").id
    (told,) = [each for each in town.ws.ephemerals("ben") if each["text"].startswith("Kept")]
    assert told["text"].startswith("Kept in the timeline as a decision, for <!date^")
    assert told["thread_ts"] == parent
    with town.store.begin() as session:
        known = timeline.by_ids(session, channel, [ts])[ts]
    assert known.happened_at != event.happened_at  # what Slack is compared with is the original


def test_a_time_that_is_none_is_refused_at_its_field(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "we drained the node")
    _open(town, "ana", channel, ts)
    answer = _send(town, "ana", time="soonish")
    assert answer["errors"] == {
        "time": "“soonish” is not a time in the past. Write it as 14:32, or with its day as"
        " 2026-03-10 14:32."
    }
    assert _event(town, channel, ts).marks == frozenset()


def test_a_message_that_was_not_recorded_is_recorded_from_the_shortcut(town: Town) -> None:
    ts = town.ws.say("ana", "general", "the deploy went out at two")
    town.sandbox.clock.advance(timedelta(days=30))  # too long ago to be read when it is adopted
    town.incident("ana", "here P3 deploy", "general")
    town.settle()
    channel = str(town.ws.channel("general").id)
    assert ts not in [each.message_id for each in town.recorded(channel)]
    _open(town, "ana", channel, ts)
    _send(town, "ana")
    event = _event(town, channel, ts)
    assert (event.text, event.source) == ("the deploy went out at two", Source.FETCHED)
    assert event.marks == {Mark.TIMELINE}


def test_it_stays_when_the_history_is_compared_and_goes_with_the_form(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "lucky that it was night")
    _open(town, "ana", channel, ts)
    _send(town, "ana", "lucky")
    town.incident("ana", "resolve", channel)  # which compares the record with the history
    town.settle()
    assert _event(town, channel, ts).marks == {Mark.LUCKY}
    _open(town, "ana", channel, ts)
    _send(town, "ana", "none")
    assert _event(town, channel, ts).marks == frozenset()


def test_nobody_takes_off_what_another_marked(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "lucky that it was night")
    town.ws.join("ben", channel)
    _open(town, "ana", channel, ts)
    _send(town, "ana", "lucky")
    _open(town, "ben", channel, ts)
    view = town.ws.open_view("ben")
    values = [each["value"] for each in view["blocks"][1]["element"]["options"]]
    assert "none" not in values


def test_elsewhere_and_for_our_own_words_there_is_a_sentence(town: Town) -> None:
    ts = town.ws.say("ana", "general", "lunch?")
    _open(town, "ana", "general", ts)
    assert town.ws.open_view("ana") is None
    assert "There is no incident in this channel" in town.ws.ephemerals("ana")[-1]["text"]
    channel = town.declare()
    card = next(each for each in town.said(channel) if "subtype" not in each)
    assert card["blocks"][0]["type"] == "header"
    _open(town, "ana", channel, card["ts"])
    assert town.ws.open_view("ana") is None
    assert "Only what people and applications say" in town.ws.ephemerals("ana")[-1]["text"]
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        assert timeline_counts.messages(session, incident.id) == 0
