"""Mentions and direct messages: the same commands as after `/incident`, even in threads."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.timeline import EventKind
from handlers.slack.event_payloads import parse_addressed
from handlers.slack.requests import Mention
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot, eventually


def _mention(live_bot: LiveBot, channel: str, text: str, thread: str | None = None) -> str:
    return str(live_bot.workspace.say("ben", channel, f"@debrief {text}", thread=thread))


def _wait_for_answer(live_bot: LiveBot, person: str, prefix: str) -> dict[str, Any]:
    def answers() -> list[dict[str, Any]]:
        return [m for m in live_bot.workspace.ephemerals(person) if m["text"].startswith(prefix)]

    eventually(lambda: bool(answers()), f"{person} is told {prefix!r}")
    (answer,) = answers()
    return answer


def _kinds(live_bot: LiveBot, channel: str) -> list[tuple[str, str]]:
    kinds = {EventKind.MESSAGE, EventKind.COMMAND, EventKind.NOTE}
    return [(event.kind, event.text) for event in live_bot.timeline(channel) if event.kind in kinds]


def _note_in_thread(live_bot: LiveBot) -> tuple[str, str, str]:
    """Add a note as Ben in a thread; return the channel, the thread and his message."""
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "what did we do?")
    live_bot.workspace.join("ben", channel)
    live_bot.settle()
    ts = _mention(live_bot, channel, "note 9:55 restarted the cache", parent)  # New York: 13:55 UTC
    live_bot.settle()
    return channel, parent, ts


def test_a_note_typed_in_a_thread_is_answered_there_and_recorded_as_a_command(
    live_bot: LiveBot,
) -> None:
    channel, parent, _ = _note_in_thread(live_bot)
    answer = _wait_for_answer(live_bot, "ben", "Note added at")
    assert "(13:55 UTC): restarted the cache" in answer["text"]
    assert answer["thread_ts"] == parent
    bot = f"<@{live_bot.sandbox.state.bot.id}>"
    assert _kinds(live_bot, channel) == [
        (EventKind.NOTE, "restarted the cache"),
        (EventKind.MESSAGE, "what did we do?"),
        (EventKind.COMMAND, f"{bot} note 9:55 restarted the cache"),
    ]


def test_a_command_in_a_mention_counts_as_a_message_but_not_as_evidence(live_bot: LiveBot) -> None:
    channel, _, ts = _note_in_thread(live_bot)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    draft = latest_postmortem(live_bot, channel)
    rows = [
        row for row in draft.document["timeline"] if "restarted the cache" in row["text"].lower()
    ]
    assert [row["kind"] for row in rows] == ["note"]
    assert draft.document["recording"]["messages"] == 2
    assert ts not in str(draft.document["timeline"])


def test_message_and_mention_events_in_either_order_record_one_command(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("reorder", kind="events_api")
    for number in range(4):
        _mention(live_bot, channel, f"note step {number}")
    live_bot.sandbox.faults.clear()
    live_bot.settle()
    kinds = [kind for kind, _ in _kinds(live_bot, channel)]
    assert sorted(kinds) == sorted([EventKind.NOTE] * 4 + [EventKind.COMMAND] * 4)


def test_a_repeated_mention_runs_and_is_answered_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("duplicate", kind="events_api", copies=3)
    _mention(live_bot, channel, "note restarted the cache")
    live_bot.settle()
    assert [text for kind, text in _kinds(live_bot, channel) if kind == EventKind.NOTE] == [
        "restarted the cache"
    ]
    _wait_for_answer(live_bot, "ben", "Note added at")
    assert not [m for m in live_bot.workspace.ephemerals("ben") if "done already" in m["text"]]


def test_action_catchup_and_timeline_work_in_a_mention(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    _mention(live_bot, channel, "action add an alert @ana 2026-03-13 P2")
    live_bot.settle()
    assert "Due: Fri 13 Mar 2026" in _wait_for_answer(live_bot, "ben", "*add an alert*")["text"]
    assert "Action item: add an alert" in live_bot.text_in(channel)
    _mention(live_bot, channel, "catchup")
    assert (
        "add an alert"
        in _wait_for_answer(live_bot, "ben", "*INC-2026-001: checkout fails*")["text"]
    )
    _mention(live_bot, channel, "timeline")  # sent as text: a mention has no trigger for a form
    _wait_for_answer(live_bot, "ben", "*Timeline for INC-2026-001*")


def test_an_invalid_command_in_a_mention_is_rejected_and_recorded_as_a_message(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    _mention(live_bot, channel, "action add an alert")
    live_bot.settle()
    _wait_for_answer(live_bot, "ben", "An action item needs one owner.")
    assert [kind for kind, _ in _kinds(live_bot, channel)] == [EventKind.MESSAGE]


def test_an_unknown_command_in_a_mention_is_answered(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    _mention(live_bot, channel, "can you help?")
    _wait_for_answer(live_bot, "ben", "Unknown command `can`. For all commands,")
    _mention(live_bot, channel, "help")
    answer = _wait_for_answer(live_bot, "ben", "*Run an incident*")
    assert "so mention me:" in answer["text"]


def test_an_edited_mention_does_not_run_again(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = _mention(live_bot, channel, "note restarted the cache")
    live_bot.settle()
    live_bot.workspace.edit(channel, ts, "@debrief note restarted the kitchen")
    live_bot.settle()
    assert [text for kind, text in _kinds(live_bot, channel) if kind == EventKind.NOTE] == [
        "restarted the cache"
    ]


def test_only_unedited_messages_of_people_are_parsed_as_commands() -> None:
    at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    event: dict[str, Any] = {"channel": "C1", "user": "U1", "ts": "1773151200.000100"}
    event["text"] = "hey <@U0|debrief>: note <@U2> restarted it"
    parsed = parse_addressed(Mention, event, "U0", at)
    assert parsed
    assert parsed.text == "hey note <@U2> restarted it"
    assert (
        parse_addressed(Mention, event | {"edited": {"ts": "1773151201.000100"}}, "U0", at) is None
    )
    assert parse_addressed(Mention, event | {"bot_id": "B1"}, "U0", at) is None
    assert parse_addressed(Mention, event | {"subtype": "channel_join"}, "U0", at) is None


def test_deleting_a_mention_erases_its_text_and_keeps_the_event(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = _mention(live_bot, channel, "note restarted the cache")
    live_bot.settle()
    live_bot.workspace.delete(channel, ts)
    live_bot.settle()
    assert _kinds(live_bot, channel) == [(EventKind.COMMAND, ""), (EventKind.NOTE, "")]


def test_commands_in_a_direct_message_need_no_mention(live_bot: LiveBot) -> None:
    live_bot.declare("P1 checkout fails")
    live_bot.workspace.say_to_bot("ben", "list")
    answer = _wait_for_answer(live_bot, "ben", "*Open incidents*")
    assert "checkout fails" in answer["text"]
    live_bot.workspace.say_to_bot("ben", "actions")
    _wait_for_answer(live_bot, "ben", "You have no open action items.")
    live_bot.workspace.say_to_bot("ben", "note restarted the cache")
    _wait_for_answer(live_bot, "ben", "There's no incident in this channel.")
    live_bot.workspace.say_to_bot("mei", "help")
    _wait_for_answer(live_bot, "mei", "*Run an incident*")


def test_the_bots_own_messages_are_not_run_as_commands(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    bot = live_bot.sandbox.state.bot
    live_bot.service._client.chat_postMessage(
        channel=channel, text=f"<@{bot.id}> note restarted it"
    )
    live_bot.settle()
    assert EventKind.NOTE not in {event.kind for event in live_bot.timeline(channel)}
    assert live_bot.sandbox.record.called("chat.postEphemeral") == []
