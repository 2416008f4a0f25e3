"""Scenes of ten people working on one incident, for `test_ten_people.py`."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.timeline import EventKind
from storage import incidents
from tests.support.harness import LiveBot


def run_concurrently(*actions: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment, and return the results."""
    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(action) for action in actions]]


def incident_in(live_bot: LiveBot, channel: str) -> Any:
    with live_bot.store.begin() as session:
        return incidents.by_channel(session, channel)


def work_on_incident(live_bot: LiveBot, channel: str) -> None:
    """Several people talk at once, an app posts alerts, one person replies in threads, one edits and deletes."""
    ws = live_bot.workspace
    alert = ws.alert("Beacon", channel, "FIRING error rate 41% on payments-api")
    live_bot.sandbox.clock.advance(timedelta(minutes=1))
    talking = [partial(_talk, live_bot, name, channel) for name in ("raj", "eva", "mei")]
    thread = partial(_reply_in_thread, live_bot, channel, alert)
    run_concurrently(
        *talking,
        thread,
        partial(_post_alerts, live_bot, channel),
        partial(_edit_and_delete, live_bot, channel),
    )
    live_bot.settle()
    messages = [
        event
        for event in live_bot.timeline(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    texts = Counter(message.text for message in messages if not message.deleted)
    assert texts.pop("4,200 customers could not pay") == 1
    assert set(texts.values()) == {1}
    assert len(texts) == 3 * 4 + 7 + 4
    assert [message.text for message in messages if message.deleted] == [""]
    cause = ws.say("ben", channel, "root cause: the pool was cut from 40 to 4")
    run_concurrently(
        partial(ws.react, "ana", channel, cause, "seedling"),
        partial(ws.react, "eva", channel, cause, "pushpin"),
    )
    live_bot.settle()


def _talk(live_bot: LiveBot, name: str, channel: str) -> None:
    for number in range(4):
        live_bot.workspace.say(name, channel, f"{name} checks host {number}")


def _reply_in_thread(live_bot: LiveBot, channel: str, alert: str) -> None:
    for number in range(4):
        live_bot.workspace.say("kofi", channel, f"thread finding {number}", thread=alert)


def _post_alerts(live_bot: LiveBot, channel: str) -> None:
    for number in range(6):
        live_bot.workspace.alert("Beacon", channel, f"FIRING queue {number} is deep")


def _edit_and_delete(live_bot: LiveBot, channel: str) -> None:
    edited = live_bot.workspace.say("lia", channel, "about 3,900 customers could not pay")
    live_bot.workspace.edit(channel, edited, "4,200 customers could not pay")
    deleted = live_bot.workspace.say("lia", channel, "the password is hunter2hunter2")
    live_bot.workspace.delete(channel, deleted)


def _card(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return next(
        message
        for message in live_bot.messages(channel)
        if message["ts"] in live_bot.workspace.pins(channel)
    )


def _press_at_once(live_bot: LiveBot, people: tuple[str, str], channel: str, action: str) -> None:
    card = _card(live_bot, channel)
    run_concurrently(
        *(
            lambda p=person_: live_bot.workspace.press(p, channel, card["ts"], action)
            for person_ in people
        )
    )


def ephemeral_texts(live_bot: LiveBot, person: str, words: str) -> list[str]:
    return [
        message["text"]
        for message in live_bot.workspace.ephemerals(person)
        if words in message["text"]
    ]


def hand_over_lead(live_bot: LiveBot, channel: str) -> None:
    """Two people take the lead with the same button at once; then it is reassigned by form and by mention."""
    _press_at_once(live_bot, ("ben", "raj"), channel, "incident_lead:1")
    live_bot.settle()
    lead = incident_in(live_bot, channel).lead
    (first, second) = (
        ("ben", "raj") if lead == live_bot.workspace.person("ben").id else ("raj", "ben")
    )
    assert (
        len(ephemeral_texts(live_bot, first, "You're now the incident lead for INC-2026-001")) == 1
    )
    assert len(ephemeral_texts(live_bot, second, "already leads INC-2026-001")) == 1
    live_bot.choose("tom", channel, "Assign role")  # Tom is on a phone and types no commands
    live_bot.workspace.submit("tom", {"incident_role": {"incident_role": "lead"}, "person": {"person": live_bot.workspace.person("eva").id}})  # fmt: skip
    live_bot.settle()
    assert incident_in(live_bot, channel).lead == live_bot.workspace.person("eva").id
    live_bot.workspace.say("eva", channel, "@debrief lead @mei")
    live_bot.settle()
    assert incident_in(live_bot, channel).lead == live_bot.workspace.person("mei").id
    assert [
        message["text"]
        for message in live_bot.workspace.dm("eva")
        if "role of *lead*" in message["text"]
    ] != []
    assert (
        len(
            [
                message
                for message in live_bot.workspace.dm("mei")
                if "role of *lead*" in message["text"]
            ]
        )
        == 1
    )


def use_phone(live_bot: LiveBot, channel: str) -> None:
    """Tom uses only buttons and forms."""
    live_bot.press("tom", channel, "Set severity")
    live_bot.workspace.submit("tom", {"incident_severity": {"incident_severity": "P1"}})
    live_bot.choose("tom", channel, "Add note")
    live_bot.workspace.submit("tom", {"text": {"text": "set the pool back to 40"}})
    live_bot.settle()


def miss_update(live_bot: LiveBot, channel: str) -> None:
    """A status update becomes due, the lead is asked once, and another person posts it."""
    live_bot.command("mei", "update 15m we know the cause", channel)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=16))
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=10))
    live_bot.settle()
    assert (
        len(
            [
                message
                for message in live_bot.workspace.dm("mei")
                if "A status update on INC-2026-001" in message["text"]
            ]
        )
        == 1
    )
    live_bot.press("tom", channel, "Post update")
    live_bot.workspace.submit(
        "tom", {"update": {"update": "error rates are back to normal"}, "next": {"next": "0"}}
    )
    live_bot.settle()
    assert incident_in(live_bot, channel).update_due_at is None


def join_late(live_bot: LiveBot, channel: str) -> None:
    """Noor is invited late and catches up without anyone else seeing it."""
    before = len(live_bot.messages(channel))
    live_bot.workspace.invite("ana", channel, "noor")
    live_bot.settle()
    (offer,) = [
        message for message in live_bot.workspace.ephemerals("noor") if message.get("blocks")
    ]
    button = offer["blocks"][-1]["elements"][0]["action_id"]
    live_bot.workspace.press("noor", channel, offer["ts"], button)
    live_bot.settle()
    (catch_up,) = ephemeral_texts(live_bot, "noor", "*INC-2026-001: checkout fails")
    assert "the pool was cut from 40 to 4" in catch_up
    assert "error rates are back to normal" in catch_up
    assert len(live_bot.messages(channel)) == before + 1  # the message that Noor joined
