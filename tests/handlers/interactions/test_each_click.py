"""Whatever one clicks, reacts with or answers, the same is stored as when it is typed."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.action_item import ActionItem
from bot.domain.timeline import EventKind
from storage import action_items, incidents
from tests.handlers.interactions.ways import CARD, WAYS
from tests.support.harness import Town

Do = Callable[[Town, str], None]


@pytest.fixture
def channel(town: Town) -> str:
    made = town.declare()
    for person in ("ben", "mei"):
        town.ws.join(person, made)
    town.settle()
    return made


def _form(town: Town, open_it: Callable[[], None], values: dict[str, Any]) -> None:
    """Open a form and send it; `values` are by field."""
    open_it()
    assert town.ws.open_view("ben") is not None
    answer = town.ws.submit("ben", {name: {name: value} for name, value in values.items()})
    assert not answer.get("errors"), answer
    town.settle()


def _pressing(label: str, **values: Any) -> Do:
    """Press a button in the channel, and send the form that it opens, if it opens one."""

    def do(town: Town, channel: str) -> None:
        if values:
            _form(town, lambda: town.press("ben", channel, label), values)
        else:
            town.press("ben", channel, label)

    return do


def _choosing(label: str, **values: Any) -> Do:
    """Choose from the menu of the card or of the postmortem."""

    def do(town: Town, channel: str) -> None:
        _form(town, lambda: town.choose("ben", channel, label), values)

    return do


def _handing(role: str, to: str) -> Do:
    def do(town: Town, channel: str) -> None:
        person = town.ws.person(to).id
        _choosing("Give a role", incident_role=role, person=person)(town, channel)

    return do


def _reacting(emoji: str) -> Do:
    def do(town: Town, channel: str) -> None:
        said = town.ws.say("mei", channel, "we need an alert on the queue")
        town.settle()
        town.ws.react("ben", channel, said, emoji)
        town.settle()

    return do


def _on_message(shortcut: str, **values: Any) -> Do:
    def do(town: Town, channel: str) -> None:
        said = town.ws.say("mei", channel, "we need an alert on the queue")
        owner = {"owner": town.ws.person("ben").id} if shortcut == "create_item" else {}
        opening = lambda: town.ws.message_shortcut("ben", shortcut, channel, said)  # noqa: E731
        _form(town, opening, values | owner)

    return do


def _submitted(town: Town, channel: str) -> None:
    """The button refuses what is not complete and says how to submit it all the same."""
    town.press("ben", channel, "Submit for review")
    assert "postmortem submit because" in town.ws.ephemerals("ben")[-1]["text"]
    town.incident("ben", "postmortem submit because it was a drill", channel)
    town.settle()


def _proposing(town: Town, channel: str) -> None:
    town.choose("ben", channel, "Propose a review meeting")


# What each click does, by the deed that the timeline has of it; in an order in which each can be done.
BEFORE_THE_END: tuple[tuple[str, str, Do, EventKind], ...] = (
    ("take the lead", "Take the lead", _pressing("Take the lead"), EventKind.ROLE),
    ("take the lead", "⋮ Give a role", _handing("lead", "mei"), EventKind.ROLE),
    ("assign a role", "⋮ Give a role", _handing("communications", "ana"), EventKind.ROLE),
    ("set the severity", "Change severity", _pressing("Change severity", incident_severity="P3"), EventKind.SEVERITY),
    ("set the status", "Post update", _pressing("Post update", update="we know it", status="identified"), EventKind.STATUS),
    ("post an update", "Post update", _pressing("Post update", update="we work on it"), EventKind.UPDATE),
    ("add a note", "⋮ Add a note", _choosing("Add a note", text="restarted it", time="9:58"), EventKind.NOTE),
    ("record the impact", "⋮ Add a note", _choosing("Add a note", text="4,200 users", kind="impact"), EventKind.IMPACT),
    ("set or clear a key time", "Key times", _pressing("Key times", started="9:50"), EventKind.KEY_TIME),
    ("set the affected services", "⋮ Add a note", _choosing("Add a note", text="checkout", kind="services"), EventKind.SERVICES),
    ("resolve an incident", "Resolve", _pressing("Resolve", note="pool is back"), EventKind.RESOLVED),
    ("reopen an incident", "Reopen", _pressing("Reopen", note="it came back"), EventKind.REOPENED),
    ("cancel an incident", "Resolve", _pressing("Resolve", end="cancelled"), EventKind.CANCELLED),
    ("request a postmortem", "⋮ Ask for a postmortem", _choosing("Ask for a postmortem", why="we learn"), EventKind.ASKED),
    ("propose a review meeting", "⋮ Propose a review meeting", _proposing, EventKind.REVIEW),
    ("agree to the meeting's time", "Agree to this time", _pressing("Agree to this time"), EventKind.REVIEW),
    ("choose another time for the meeting", "Choose another time", _pressing("Choose another time", date="2026-03-13", hour="10:00"), EventKind.REVIEW),
    ("cancel the review meeting", "Cancel the meeting", _pressing("Cancel the meeting"), EventKind.REVIEW),
    ("skip the postmortem", "⋮ No postmortem, because", _choosing("No postmortem, because", why="a drill"), EventKind.SKIPPED),
    ("submit the postmortem for review", "Submit for review", _submitted, EventKind.REVIEW),
    ("request changes to the postmortem", "Return with a reason", _pressing("Return with a reason", why="unclear"), EventKind.REVIEW),
)  # fmt: skip
SHOWN = (
    ("draft the postmortem again", "⋮ Draft it again"),
    ("edit the postmortem", "Edit a section"),
    ("edit the postmortem", "Impact"),
    ("edit the postmortem", "Five whys"),
    ("catch up", "⋮ Catch me up"),
    ("read or correct the timeline", "⋮ Show the timeline"),
    ("record an action item", "⋮ Create action item"),
    ("find the postmortem", "Open the postmortem"),  # in test_card.py
)
REVIEW = (
    ("approve the postmortem", "Approve"),
    ("finalize the postmortem", "Make final"),
    ("reopen the postmortem", "Reopen"),
)


def _kinds(town: Town, channel: str) -> list[EventKind]:
    events = [each for each in town.recorded(channel) if each.message_id.startswith("deed-")]
    ben = town.ws.person("ben").id
    return [each.kind for each in events if each.author == ben]


def test_what_the_card_and_the_postmortem_offer_does_what_is_typed(
    town: Town, channel: str
) -> None:
    for thing, label, do, kind in BEFORE_THE_END:
        before = _kinds(town, channel).count(kind)
        do(town, channel)
        assert _kinds(town, channel).count(kind) == before + 1, (thing, label)
    town.incident("mei", "postmortem submit because it was a drill", channel)
    town.settle()
    for _, label in REVIEW:
        before = _kinds(town, channel).count(EventKind.REVIEW)
        _press_on_summary(town, channel, label)
        assert _kinds(town, channel).count(EventKind.REVIEW) == before + 1, label
    noted = next(each for each in town.recorded(channel) if each.kind is EventKind.NOTE)
    assert (noted.text, noted.happened_at.hour, noted.happened_at.minute) == (
        "restarted it",
        13,
        58,
    )
    town.choose("ben", channel, "Draft it again")
    assert "being drafted again" in town.ws.ephemerals("ben")[-1]["text"]
    assert len([m for m in town.said(channel) if "Version" in m["text"]]) == 2
    for label, name in (("Edit a section", ""), ("Impact", "users"), ("Five whys", "why1")):
        town.press("ben", channel, label)
        fields = {each["block_id"] for each in town.ws.open_view("ben")["blocks"]}
        assert (name or "section") in fields or not name, fields
        town.ws.close_view("ben")


def _press_on_summary(town: Town, channel: str, label: str) -> None:
    """The card has a button of that name too."""
    summary = [m for m in town.said(channel) if "Version" in m["text"]][-1]
    buttons = summary["blocks"][-1]["elements"]
    (action,) = [each["action_id"] for each in buttons if each["text"]["text"] == label]
    town.ws.press("ben", channel, summary["ts"], action)
    town.settle()


def test_what_shows_something_shows_it_over_slack_or_to_the_asker_alone(
    town: Town, channel: str
) -> None:
    before = len(town.said(channel))
    offered = [m for m in town.ws.ephemerals("ben") if m.get("blocks")]
    button = offered[-1]["blocks"][-1]["elements"][0]["action_id"]
    town.ws.press("ben", channel, offered[-1]["ts"], button)
    town.choose("ben", channel, "Catch me up")
    town.settle()
    told = [m for m in town.ws.ephemerals("ben") if m["text"].startswith("*INC-2026-001 checkout")]
    assert len(told) == 2
    town.choose("ben", channel, "Show the timeline")
    assert town.ws.open_view("ben")["title"]["text"] == "Timeline INC-2026-001"
    assert len(town.said(channel)) == before


def test_a_message_is_kept_declared_from_or_made_an_item(town: Town, channel: str) -> None:
    _reacting("pushpin")(town, channel)
    _on_message("add_to_timeline", kind="timeline")(town, channel)
    kept = [m["text"] for m in town.ws.ephemerals("ben") if m["text"].startswith("Kept in the")]
    assert len(kept) == 2
    _reacting("clipboard")(town, channel)
    assert "Suggested action item: we need an alert" in town.texts(channel)
    _on_message("create_item", what="an alert")(town, channel)
    _choosing("Create action item", what="a runbook", owner=town.ws.person("mei").id)(town, channel)
    assert [each.text for each in _items(town, channel)][-2:] == ["an alert", "a runbook"]
    assert _items(town, channel)[-1].evidence is None
    _on_message("declare_from_message", title="from a message")(town, channel)
    _form(town, lambda: town.ws.shortcut("ben", "declare"), {"title": "from anywhere"})
    town.ws.open_home("ben")
    town.settle()
    _form(town, lambda: town.ws.press_in_view("ben", "home_declare:new"), {"title": "from Home"})
    running = town.incident("ben", "list")
    for title in ("from a message", "from anywhere", "from Home"):
        assert title in running
        assert title in town.texts("incidents")


def _items(town: Town, channel: str) -> list[ActionItem]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return action_items.of_incident(session, incident.id)


def test_each_way_on_the_card_and_the_postmortem_was_gone() -> None:
    gone = {(thing, label) for thing, label, _, _ in BEFORE_THE_END} | {*REVIEW} | {*SHOWN}
    ways = ((thing, way) for thing, all_ways in WAYS.items() for way in all_ways)
    assert gone == {(thing, way.label) for thing, way in ways if way.place == CARD}
