"""`@debrief note …`: the same words as after `/incident`, also in threads, where Slack takes none."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.timeline import EventKind
from handlers.slack import addressed
from storage import incidents, postmortems
from tests.support.harness import Town, eventually


def _mention(town: Town, channel: str, text: str, thread: str | None = None) -> str:
    return str(town.ws.say("ben", channel, f"@debrief {text}", thread=thread))


def _answer(town: Town, person: str, beginning: str) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        return [m for m in town.ws.ephemerals(person) if m["text"].startswith(beginning)]

    eventually(lambda: bool(found()), f"{person} is told {beginning!r}")
    (only,) = found()
    return only


def _kinds(town: Town, channel: str) -> list[tuple[str, str]]:
    kinds = {EventKind.MESSAGE, EventKind.COMMAND, EventKind.NOTE}
    return [(each.kind, each.text) for each in town.recorded(channel) if each.kind in kinds]


def _noted(town: Town) -> tuple[str, str, str]:
    """Ben notes something in a thread: the channel, the thread and his message."""
    channel = town.declare()
    parent = town.ws.say("ana", channel, "what did we do?")
    town.ws.join("ben", channel)
    town.settle()
    ts = _mention(town, channel, "note 9:55 restarted the cache", parent)  # New York: 13:55 UTC
    town.settle()
    return channel, parent, ts


def test_a_note_from_a_thread_is_answered_there_and_recorded_as_a_deed(town: Town) -> None:
    channel, parent, _ = _noted(town)
    told = _answer(town, "ben", "Noted for")
    assert "(13:55 UTC): restarted the cache" in told["text"]
    assert told["thread_ts"] == parent
    us = f"<@{town.sandbox.state.bot.id}>"
    assert _kinds(town, channel) == [
        (EventKind.NOTE, "restarted the cache"),
        (EventKind.MESSAGE, "what did we do?"),
        (EventKind.COMMAND, f"{us} note 9:55 restarted the cache"),
    ]


def test_a_command_is_counted_as_a_message_but_not_read_as_talk(town: Town) -> None:
    channel, _, ts = _noted(town)
    town.incident("ana", "resolve", channel)
    town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        draft = postmortems.latest(session, incident.id)
    assert draft
    told_of = [row for row in draft.document["timeline"] if "restarted the cache" in row["text"]]
    assert [row["kind"] for row in told_of] == ["note"]
    assert draft.document["recording"]["messages"] == 2
    assert ts not in str(draft.document["timeline"])


def test_whichever_of_the_two_events_comes_first_it_is_recorded_once(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("reorder", kind="events_api")
    for number in range(4):
        _mention(town, channel, f"note step {number}")
    town.sandbox.faults.clear()
    town.settle()
    kinds = [kind for kind, _ in _kinds(town, channel)]
    assert sorted(kinds) == sorted([EventKind.NOTE] * 4 + [EventKind.COMMAND] * 4)


def test_a_repeated_delivery_does_it_once_and_says_so_once(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("duplicate", kind="events_api", copies=3)
    _mention(town, channel, "note restarted the cache")
    town.settle()
    assert [text for kind, text in _kinds(town, channel) if kind == EventKind.NOTE] == [
        "restarted the cache"
    ]
    _answer(town, "ben", "Noted for")
    assert not [m for m in town.ws.ephemerals("ben") if "done already" in m["text"]]


def test_an_action_item_and_catching_up_by_mention(town: Town) -> None:
    channel = town.declare()
    _mention(town, channel, "action add an alert @ana 2026-03-13 P2")
    town.settle()
    assert "due Fri 13 Mar 2026" in _answer(town, "ben", "*add an alert*")["text"]
    assert "Action item: add an alert" in town.texts(channel)
    _mention(town, channel, "catchup")
    assert "add an alert" in _answer(town, "ben", "*INC-2026-001 checkout fails*")["text"]
    _mention(town, channel, "timeline")  # a form needs a trigger, which a mention has not
    _answer(town, "ben", "*Timeline of INC-2026-001*")


def test_a_mistake_is_answered_and_stays_talk(town: Town) -> None:
    channel = town.declare()
    _mention(town, channel, "action add an alert")
    town.settle()
    _answer(town, "ben", "An action item needs one person who will do it.")
    assert [kind for kind, _ in _kinds(town, channel)] == [EventKind.MESSAGE]


def test_no_known_word_gets_the_help(town: Town) -> None:
    channel = town.declare()
    _mention(town, channel, "can you help?")
    told = _answer(town, "ben", "I do not know “can you help?”")
    assert "*Run an incident*" in told["text"]
    assert "mention me with the same words" in told["text"]


def test_an_edit_is_followed_and_not_done_again(town: Town) -> None:
    channel = town.declare()
    ts = _mention(town, channel, "note restarted the cache")
    town.settle()
    town.ws.edit(channel, ts, "@debrief note restarted the kitchen")
    town.settle()
    assert [text for kind, text in _kinds(town, channel) if kind == EventKind.NOTE] == [
        "restarted the cache"
    ]


def test_only_a_persons_first_words_are_a_command() -> None:
    at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    event: dict[str, Any] = {"channel": "C1", "user": "U1", "ts": "1773151200.000100"}
    event["text"] = "hey <@U0|debrief>: note <@U2> restarted it"
    read = addressed.parse(event, "U0", at)
    assert read
    assert read.text == "hey note <@U2> restarted it"
    assert addressed.parse(event | {"edited": {"ts": "1773151201.000100"}}, "U0", at) is None
    assert addressed.parse(event | {"bot_id": "B1"}, "U0", at) is None
    assert addressed.parse(event | {"subtype": "channel_join"}, "U0", at) is None


def test_a_deleted_command_leaves_what_it_did_without_its_words(town: Town) -> None:
    channel = town.declare()
    ts = _mention(town, channel, "note restarted the cache")
    town.settle()
    town.ws.delete(channel, ts)
    town.settle()
    assert _kinds(town, channel) == [(EventKind.COMMAND, ""), (EventKind.NOTE, "")]


def test_a_direct_message_needs_no_mention(town: Town) -> None:
    town.declare("P1 checkout fails")
    town.ws.say_to_bot("ben", "list")
    told = _answer(town, "ben", "*Running incidents*")
    assert "checkout fails" in told["text"]
    town.ws.say_to_bot("ben", "actions")
    _answer(town, "ben", "You have no open action items.")
    town.ws.say_to_bot("ben", "note restarted the cache")
    _answer(town, "ben", "There is no incident in this channel.")
    town.ws.say_to_bot("mei", "help")
    _answer(town, "mei", "*Run an incident*")


def test_what_the_bot_says_itself_is_no_command(town: Town) -> None:
    channel = town.declare("P1 @debrief help")
    town.settle()
    assert [each for each in town.ws.ephemerals("ana") if "Run an incident" in each["text"]] == []
    assert town.recorded(channel)
