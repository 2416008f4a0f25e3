"""Scenes of ten people working on one incident, for `test_ten_people.py`."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.timeline import EventKind
from storage import incidents
from tests.support.harness import Town


def together(*actions: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment, and return the results."""
    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(action) for action in actions]]


def incident_in(town: Town, channel: str) -> Any:
    with town.store.begin() as session:
        return incidents.by_channel(session, channel)


def work(town: Town, channel: str) -> None:
    """Several people talk at once, an app posts alerts, one person replies in threads, one edits and deletes."""
    ws = town.ws
    alert = ws.alert("Beacon", channel, "FIRING error rate 41% on payments-api")
    town.sandbox.clock.advance(timedelta(minutes=1))
    talking = [partial(_talk, town, name, channel) for name in ("raj", "eva", "mei")]
    thread = partial(_reply_in_thread, town, channel, alert)
    together(
        *talking,
        thread,
        partial(_post_alerts, town, channel),
        partial(_edit_and_delete, town, channel),
    )
    town.settle()
    messages = [
        event
        for event in town.recorded(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    texts = Counter(message.text for message in messages if not message.deleted)
    assert texts.pop("4,200 customers could not pay") == 1
    assert set(texts.values()) == {1}
    assert len(texts) == 3 * 4 + 7 + 4
    assert [message.text for message in messages if message.deleted] == [""]
    cause = ws.say("ben", channel, "root cause: the pool was cut from 40 to 4")
    together(
        partial(ws.react, "ana", channel, cause, "seedling"),
        partial(ws.react, "eva", channel, cause, "pushpin"),
    )
    town.settle()


def _talk(town: Town, name: str, channel: str) -> None:
    for number in range(4):
        town.ws.say(name, channel, f"{name} checks host {number}")


def _reply_in_thread(town: Town, channel: str, alert: str) -> None:
    for number in range(4):
        town.ws.say("kofi", channel, f"thread finding {number}", thread=alert)


def _post_alerts(town: Town, channel: str) -> None:
    for number in range(6):
        town.ws.alert("Beacon", channel, f"FIRING queue {number} is deep")


def _edit_and_delete(town: Town, channel: str) -> None:
    edited = town.ws.say("lia", channel, "about 3,900 customers could not pay")
    town.ws.edit(channel, edited, "4,200 customers could not pay")
    deleted = town.ws.say("lia", channel, "the password is hunter2hunter2")
    town.ws.delete(channel, deleted)


def _card(town: Town, channel: str) -> dict[str, Any]:
    return next(message for message in town.said(channel) if message["ts"] in town.ws.pins(channel))


def _press_at_once(town: Town, people: tuple[str, str], channel: str, action: str) -> None:
    card = _card(town, channel)
    together(
        *(lambda p=person_: town.ws.press(p, channel, card["ts"], action) for person_ in people)
    )


def whispers(town: Town, person: str, words: str) -> list[str]:
    return [message["text"] for message in town.ws.ephemerals(person) if words in message["text"]]


def lead_is_handed_over(town: Town, channel: str) -> None:
    """Two people take the lead with the same button at once; then it is reassigned by form and by mention."""
    _press_at_once(town, ("ben", "raj"), channel, "incident_lead:1")
    town.settle()
    lead = incident_in(town, channel).lead
    (first, second) = ("ben", "raj") if lead == town.ws.person("ben").id else ("raj", "ben")
    assert len(whispers(town, first, "You lead INC-2026-001 now")) == 1
    assert len(whispers(town, second, "leads INC-2026-001 already")) == 1
    town.choose("tom", channel, "Give a role")  # Tom is on a phone and types no commands
    town.ws.submit("tom", {"incident_role": {"incident_role": "lead"}, "person": {"person": town.ws.person("eva").id}})  # fmt: skip
    town.settle()
    assert incident_in(town, channel).lead == town.ws.person("eva").id
    town.ws.say("eva", channel, "@debrief lead @mei")
    town.settle()
    assert incident_in(town, channel).lead == town.ws.person("mei").id
    assert [
        message["text"] for message in town.ws.dm("eva") if "role *lead*" in message["text"]
    ] != []
    assert len([message for message in town.ws.dm("mei") if "role *lead*" in message["text"]]) == 1


def phone(town: Town, channel: str) -> None:
    """Tom uses only buttons and forms."""
    town.press("tom", channel, "Change severity")
    town.ws.submit("tom", {"incident_severity": {"incident_severity": "P1"}})
    town.choose("tom", channel, "Add a note")
    town.ws.submit("tom", {"text": {"text": "set the pool back to 40"}})
    town.settle()


def lead_is_away(town: Town, channel: str) -> None:
    """A status update becomes due, the lead is asked once, and another person posts it."""
    town.incident("mei", "update 15m we know the cause", channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=16))
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=10))
    town.settle()
    assert (
        len(
            [
                message
                for message in town.ws.dm("mei")
                if "An update on INC-2026-001 is due" in message["text"]
            ]
        )
        == 1
    )
    town.press("tom", channel, "Post update")
    town.ws.submit(
        "tom", {"update": {"update": "error rates are back to normal"}, "next": {"next": "0"}}
    )
    town.settle()
    assert incident_in(town, channel).update_due_at is None


def late_comer(town: Town, channel: str) -> None:
    """Noor is invited late and catches up without anyone else seeing it."""
    before = len(town.said(channel))
    town.ws.invite("ana", channel, "noor")
    town.settle()
    (offer,) = [message for message in town.ws.ephemerals("noor") if message.get("blocks")]
    button = offer["blocks"][-1]["elements"][0]["action_id"]
    town.ws.press("noor", channel, offer["ts"], button)
    town.settle()
    (catch_up,) = whispers(town, "noor", "*INC-2026-001 checkout fails")
    assert "the pool was cut from 40 to 4" in catch_up
    assert "error rates are back to normal" in catch_up
    assert len(town.said(channel)) == before + 1  # the message that Noor joined
