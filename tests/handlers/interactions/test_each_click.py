"""Buttons, menus, reactions and shortcuts have the same effect as typed commands."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.action_item import ActionItem
from bot.domain.timeline import EventKind
from storage import action_items, incidents
from tests.handlers.interactions.ways import CARD, WAYS
from tests.support.harness import LiveBot

Step = Callable[[LiveBot, str], None]


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel_id = live_bot.declare()
    for person in ("ben", "mei"):
        live_bot.workspace.join(person, channel_id)
    live_bot.settle()
    return channel_id


def _form(live_bot: LiveBot, open_it: Callable[[], None], values: dict[str, Any]) -> None:
    """Open a form and submit it with values by field."""
    open_it()
    assert live_bot.workspace.open_view("ben") is not None
    answer = live_bot.workspace.submit(
        "ben", {name: {name: value} for name, value in values.items()}
    )
    assert not answer.get("errors"), answer
    live_bot.settle()


def _press(label: str, **values: Any) -> Step:
    """Press a button in the channel, and submit the form that it opens, if any."""

    def do(live_bot: LiveBot, channel: str) -> None:
        if values:
            _form(live_bot, lambda: live_bot.press("ben", channel, label), values)
        else:
            live_bot.press("ben", channel, label)

    return do


def _choose(label: str, **values: Any) -> Step:
    """Choose from the menu of the card or the postmortem."""

    def do(live_bot: LiveBot, channel: str) -> None:
        _form(live_bot, lambda: live_bot.choose("ben", channel, label), values)

    return do


def _assign_role(role: str, name: str) -> Step:
    def do(live_bot: LiveBot, channel: str) -> None:
        person = live_bot.workspace.person(name).id
        _choose("Assign role", incident_role=role, person=person)(live_bot, channel)

    return do


def _react(emoji: str) -> Step:
    def do(live_bot: LiveBot, channel: str) -> None:
        message_ts = live_bot.workspace.say("mei", channel, "we need an alert on the queue")
        live_bot.settle()
        live_bot.workspace.react("ben", channel, message_ts, emoji)
        live_bot.settle()

    return do


def _use_shortcut(shortcut: str, **values: Any) -> Step:
    def do(live_bot: LiveBot, channel: str) -> None:
        message_ts = live_bot.workspace.say("mei", channel, "we need an alert on the queue")
        owner = {"owner": live_bot.workspace.person("ben").id} if shortcut == "create_item" else {}
        open_form = lambda: live_bot.workspace.message_shortcut(  # noqa: E731
            "ben", shortcut, channel, message_ts
        )
        _form(live_bot, open_form, values | owner)

    return do


def _submit_postmortem(live_bot: LiveBot, channel: str) -> None:
    """Press submit, which refuses an incomplete postmortem, then type the command with a reason."""
    live_bot.press("ben", channel, "Submit for review")
    assert "postmortem submit &lt;reason&gt;" in live_bot.workspace.ephemerals("ben")[-1]["text"]
    live_bot.command("ben", "postmortem submit because it was a drill", channel)
    live_bot.settle()


def _propose_meeting(live_bot: LiveBot, channel: str) -> None:
    live_bot.choose("ben", channel, "Propose review meeting")


# Each click and the timeline event that it records, in an order in which every step is possible.
STEPS: tuple[tuple[str, str, Step, EventKind], ...] = (
    ("take the lead", "Take the lead", _press("Take the lead"), EventKind.ROLE),
    ("take the lead", "⋮ Assign role", _assign_role("lead", "mei"), EventKind.ROLE),
    ("assign a role", "⋮ Assign role", _assign_role("communications", "ana"), EventKind.ROLE),
    ("set the severity", "Set severity", _press("Set severity", incident_severity="P3"), EventKind.SEVERITY),
    ("set the status", "Post update", _press("Post update", update="we know it", status="identified"), EventKind.STATUS),
    ("post an update", "Post update", _press("Post update", update="we work on it"), EventKind.UPDATE),
    ("add a note", "⋮ Add note", _choose("Add note", text="restarted it", time="9:58"), EventKind.NOTE),
    ("record the impact", "⋮ Add note", _choose("Add note", text="4,200 users", kind="impact"), EventKind.IMPACT),
    ("set or clear a key time", "Set key times", _press("Set key times", started="9:50"), EventKind.KEY_TIME),
    ("set the affected services", "⋮ Add note", _choose("Add note", text="checkout", kind="services"), EventKind.SERVICES),
    ("resolve an incident", "Resolve incident", _press("Resolve incident", note="pool is back"), EventKind.RESOLVED),
    ("reopen an incident", "Reopen incident", _press("Reopen incident", note="it came back"), EventKind.REOPENED),
    ("cancel an incident", "Resolve incident", _press("Resolve incident", end="cancelled"), EventKind.CANCELLED),
    ("request a postmortem", "⋮ Request postmortem", _choose("Request postmortem", why="we learn"), EventKind.ASKED),
    ("propose a review meeting", "⋮ Propose review meeting", _propose_meeting, EventKind.REVIEW),
    ("accept the meeting's time", "Accept time", _press("Accept time"), EventKind.REVIEW),
    ("choose another time for the meeting", "Choose another time", _press("Choose another time", date="2026-03-13", hour="10:00"), EventKind.REVIEW),
    ("cancel the review meeting", "Cancel meeting", _press("Cancel meeting"), EventKind.REVIEW),
    ("skip the postmortem", "⋮ Skip postmortem", _choose("Skip postmortem", why="a drill"), EventKind.SKIPPED),
    ("submit the postmortem for review", "Submit for review", _submit_postmortem, EventKind.REVIEW),
    ("request changes to the postmortem", "Request changes", _press("Request changes", why="unclear"), EventKind.REVIEW),
)  # fmt: skip
SHOWN = (
    ("draft the postmortem again", "⋮ Redraft postmortem"),
    ("edit the postmortem", "Edit section"),
    ("edit the postmortem", "Edit impact"),
    ("edit the postmortem", "Edit five whys"),
    ("catch up", "⋮ Catch me up"),
    ("read or correct the timeline", "⋮ Show timeline"),
    ("record an action item", "⋮ Create action item"),
    ("see the postmortem", "Open postmortem"),  # in test_card.py
)
REVIEW = (
    ("approve the postmortem", "Approve postmortem"),
    ("finalize the postmortem", "Finalize postmortem"),
    ("reopen the postmortem", "Reopen postmortem"),
)


def _kinds(live_bot: LiveBot, channel: str) -> list[EventKind]:
    events = [event for event in live_bot.timeline(channel) if event.message_id.startswith("deed-")]
    ben = live_bot.workspace.person("ben").id
    return [event.kind for event in events if event.author == ben]


def test_buttons_and_menus_record_the_same_events_as_typed_commands(
    live_bot: LiveBot, channel: str
) -> None:
    for task, label, run, kind in STEPS:
        before = _kinds(live_bot, channel).count(kind)
        run(live_bot, channel)
        assert _kinds(live_bot, channel).count(kind) == before + 1, (task, label)
    live_bot.command("mei", "postmortem submit because it was a drill", channel)
    live_bot.settle()
    for _, label in REVIEW:
        before = _kinds(live_bot, channel).count(EventKind.REVIEW)
        _press_on_summary(live_bot, channel, label)
        assert _kinds(live_bot, channel).count(EventKind.REVIEW) == before + 1, label
    note = next(event for event in live_bot.timeline(channel) if event.kind is EventKind.NOTE)
    assert (note.text, note.happened_at.hour, note.happened_at.minute) == (
        "restarted it",
        13,
        58,
    )
    live_bot.choose("ben", channel, "Redraft postmortem")
    assert "I'm redrafting" in live_bot.workspace.ephemerals("ben")[-1]["text"]
    assert len([m for m in live_bot.messages(channel) if "Version" in m["text"]]) == 2
    for label, name in (
        ("Edit section", "section"),
        ("Edit impact", "users"),
        ("Edit five whys", "why1"),
    ):
        live_bot.press("ben", channel, label)
        fields = {block["block_id"] for block in live_bot.workspace.open_view("ben")["blocks"]}
        assert name in fields
        live_bot.workspace.close_view("ben")


def _press_on_summary(live_bot: LiveBot, channel: str, label: str) -> None:
    """Press a button of the summary; the card has one with the same label."""
    summary = [m for m in live_bot.messages(channel) if "Version" in m["text"]][-1]
    buttons = summary["blocks"][-1]["elements"]
    (action,) = [button["action_id"] for button in buttons if button["text"]["text"] == label]
    live_bot.workspace.press("ben", channel, summary["ts"], action)
    live_bot.settle()


def test_catch_up_and_timeline_are_shown_only_to_the_requester(
    live_bot: LiveBot, channel: str
) -> None:
    before = len(live_bot.messages(channel))
    greetings = [m for m in live_bot.workspace.ephemerals("ben") if m.get("blocks")]
    button = greetings[-1]["blocks"][-1]["elements"][0]["action_id"]
    live_bot.workspace.press("ben", channel, greetings[-1]["ts"], button)
    live_bot.choose("ben", channel, "Catch me up")
    live_bot.settle()
    summaries = [
        m
        for m in live_bot.workspace.ephemerals("ben")
        if m["text"].startswith("*INC-2026-001: checkout")
    ]
    assert len(summaries) == 2
    live_bot.choose("ben", channel, "Show timeline")
    assert live_bot.workspace.open_view("ben")["title"]["text"] == "INC-2026-001 timeline"
    assert len(live_bot.messages(channel)) == before


def test_a_message_can_be_marked_declared_from_or_turned_into_an_item(
    live_bot: LiveBot, channel: str
) -> None:
    _react("pushpin")(live_bot, channel)
    _use_shortcut("add_to_timeline", kind="timeline")(live_bot, channel)
    receipts = [
        m["text"]
        for m in live_bot.workspace.ephemerals("ben")
        if m["text"].startswith("Added to the")
    ]
    assert len(receipts) == 2
    _react("clipboard")(live_bot, channel)
    assert "Suggested action item: We need an alert" in live_bot.text_in(channel)
    _use_shortcut("create_item", what="an alert")(live_bot, channel)
    _choose("Create action item", what="a runbook", owner=live_bot.workspace.person("mei").id)(
        live_bot, channel
    )
    assert [action_item.text for action_item in _items(live_bot, channel)][-2:] == [
        "an alert",
        "a runbook",
    ]
    assert _items(live_bot, channel)[-1].evidence is None
    _use_shortcut("declare_from_message", title="from a message")(live_bot, channel)
    _form(
        live_bot, lambda: live_bot.workspace.shortcut("ben", "declare"), {"title": "from anywhere"}
    )
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    _form(
        live_bot,
        lambda: live_bot.workspace.press_in_view("ben", "home_declare:new"),
        {"title": "from Home"},
    )
    listing = live_bot.command("ben", "list")
    for title in ("from a message", "from anywhere", "from Home"):
        assert title in listing
        assert title in live_bot.text_in("incidents")


def _items(live_bot: LiveBot, channel: str) -> list[ActionItem]:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return action_items.of_incident(session, incident.id)


def test_every_way_on_the_card_and_the_postmortem_is_tested() -> None:
    tested = {(task, label) for task, label, _, _ in STEPS} | {*REVIEW} | {*SHOWN}
    ways = ((task, way) for task, all_ways in WAYS.items() for way in all_ways)
    assert tested == {(task, way.label) for task, way in ways if way.place == CARD}
