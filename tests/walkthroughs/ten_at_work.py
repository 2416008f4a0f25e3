"""Scenes of ten people in one incident while it runs: `test_ten_people.py` plays them."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.timeline import EventKind
from storage import incidents
from tests.support.harness import Town


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment; what each came to."""
    with ThreadPoolExecutor(len(deeds)) as pool:
        return [begun.result() for begun in [pool.submit(kind) for kind in deeds]]


def incident_in(town: Town, channel: str) -> Any:
    with town.store.begin() as session:
        return incidents.by_channel(session, channel)


def work(town: Town, channel: str) -> None:
    """All talk at once, an application posts alerts, one answers in threads, one edits and deletes."""
    ws = town.ws
    alert = ws.alert("Beacon", channel, "FIRING error rate 41% on payments-api")
    town.sandbox.clock.advance(timedelta(minutes=1))
    talking = [partial(_talk, town, name, channel) for name in ("raj", "eva", "mei")]
    thread = partial(_answer, town, channel, alert)
    together(*talking, thread, partial(_alarm, town, channel), partial(_change, town, channel))
    town.settle()
    said = [
        each for each in town.recorded(channel) if each.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    spoken = Counter(each.text for each in said if not each.deleted)
    assert spoken.pop("4,200 customers could not pay") == 1
    assert set(spoken.values()) == {1}
    assert len(spoken) == 3 * 4 + 7 + 4
    assert [each.text for each in said if each.deleted] == [""]
    cause = ws.say("ben", channel, "root cause: the pool was cut from 40 to 4")
    together(
        partial(ws.react, "ana", channel, cause, "seedling"),
        partial(ws.react, "eva", channel, cause, "pushpin"),
    )
    town.settle()


def _talk(town: Town, name: str, channel: str) -> None:
    for number in range(4):
        town.ws.say(name, channel, f"{name} checks host {number}")


def _answer(town: Town, channel: str, alert: str) -> None:
    for number in range(4):
        town.ws.say("kofi", channel, f"thread finding {number}", thread=alert)


def _alarm(town: Town, channel: str) -> None:
    for number in range(6):
        town.ws.alert("Beacon", channel, f"FIRING queue {number} is deep")


def _change(town: Town, channel: str) -> None:
    wrong = town.ws.say("lia", channel, "about 3,900 customers could not pay")
    town.ws.edit(channel, wrong, "4,200 customers could not pay")
    gone = town.ws.say("lia", channel, "the password is hunter2hunter2")
    town.ws.delete(channel, gone)


def _card(town: Town, channel: str) -> dict[str, Any]:
    return next(m for m in town.said(channel) if m["ts"] in town.ws.pins(channel))


def _both_press(town: Town, people: tuple[str, str], channel: str, action: str) -> None:
    card = _card(town, channel)
    together(*(lambda p=each: town.ws.press(p, channel, card["ts"], action) for each in people))


def whispers(town: Town, person: str, words: str) -> list[str]:
    return [m["text"] for m in town.ws.ephemerals(person) if words in m["text"]]


def lead_is_handed_over(town: Town, channel: str) -> None:
    """Two take the lead with the same button at once; then it goes to another, by phone, and on."""
    _both_press(town, ("ben", "raj"), channel, "incident_lead:1")
    town.settle()
    lead = incident_in(town, channel).lead
    (first, second) = ("ben", "raj") if lead == town.ws.person("ben").id else ("raj", "ben")
    assert len(whispers(town, first, "You lead INC-2026-001 now")) == 1
    assert len(whispers(town, second, "leads INC-2026-001 already")) == 1
    town.choose("tom", channel, "Give a role")  # Tom is on a phone and types no command
    town.ws.submit("tom", {"incident_role": {"incident_role": "lead"}, "person": {"person": town.ws.person("eva").id}})  # fmt: skip
    town.settle()
    assert incident_in(town, channel).lead == town.ws.person("eva").id
    town.ws.say("eva", channel, "@debrief lead @mei")
    town.settle()
    assert incident_in(town, channel).lead == town.ws.person("mei").id
    assert [m["text"] for m in town.ws.dm("eva") if "role *lead*" in m["text"]] != []
    assert len([m for m in town.ws.dm("mei") if "role *lead*" in m["text"]]) == 1


def phone(town: Town, channel: str) -> None:
    """Tom has buttons and forms only."""
    town.press("tom", channel, "Change severity")
    town.ws.submit("tom", {"incident_severity": {"incident_severity": "P1"}})
    town.choose("tom", channel, "Add a note")
    town.ws.submit("tom", {"text": {"text": "set the pool back to 40"}})
    town.settle()


def lead_is_away(town: Town, channel: str) -> None:
    """The update falls due, who leads is asked once, and somebody else gives it."""
    town.incident("mei", "update 15m we know the cause", channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=16))
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=10))
    town.settle()
    assert (
        len([m for m in town.ws.dm("mei") if "An update on INC-2026-001 is due" in m["text"]]) == 1
    )
    town.press("tom", channel, "Post update")
    town.ws.submit(
        "tom", {"update": {"update": "error rates are back to normal"}, "next": {"next": "0"}}
    )
    town.settle()
    assert incident_in(town, channel).update_due_at is None


def late_comer(town: Town, channel: str) -> None:
    """Noor is invited late, and is caught up without anybody else seeing it."""
    before = len(town.said(channel))
    town.ws.invite("ana", channel, "noor")
    town.settle()
    (offer,) = [m for m in town.ws.ephemerals("noor") if m.get("blocks")]
    button = offer["blocks"][-1]["elements"][0]["action_id"]
    town.ws.press("noor", channel, offer["ts"], button)
    town.settle()
    (told,) = whispers(town, "noor", "*INC-2026-001 checkout fails")
    assert "the pool was cut from 40 to 4" in told
    assert "error rates are back to normal" in told
    assert len(town.said(channel)) == before + 1  # that Noor has joined
