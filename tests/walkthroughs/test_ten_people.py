"""Ten people live through one incident at once: nothing is said twice, nothing is lost, nobody outside sees it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.section import SectionName
from bot.domain.timeline import EventKind
from storage import action_items, postmortems, sections
from tests.support.harness import Town
from tests.walkthroughs.ten_at_work import (
    incident_in,
    late_comer,
    lead_is_away,
    lead_is_handed_over,
    phone,
    together,
    whispers,
    work,
)

ZONES = {
    "ana": "Europe/Lisbon",
    "ben": "America/New_York",
    "mei": "Asia/Tokyo",
    "raj": "Asia/Kolkata",
    "eva": "Europe/Berlin",
    "tom": "Australia/Sydney",
    "lia": "America/Sao_Paulo",
    "kofi": "Africa/Accra",
    "noor": "Asia/Dubai",
    "olaf": "Europe/Oslo",  # is never in it
}
INSIDE = [name for name in ZONES if name not in {"olaf", "noor"}]
# What the bot may say in the channel itself, by the beginning of the line, and how often: the card
# and one line for each change. All else is in threads, or for one person alone.
BOUND = {
    "INC-2026-001": 1,  # the card
    "set the severity": 1,
    "the role *lead*": 3,  # taken, and handed over twice
    "*Update*": 2,
    "resolved INC": 1,
    "ction item:": 4,  # three that are recorded, one that is suggested
    "Postmortem, final": 1,
    "made the postmortem": 1,
}


def test_ten_people_in_one_incident(town: Town) -> None:
    for name, zone in ZONES.items():
        town.ws.add_person(name, tz=zone)
    channel = _begin(town)
    work(town, channel)
    lead_is_handed_over(town, channel)
    phone(town, channel)
    lead_is_away(town, channel)
    late_comer(town, channel)
    _items(town, channel)
    _two_resolve(town, channel)
    _two_write(town, channel)
    _review(town, channel)
    _noise(town, channel)
    _nobody_outside(town, channel)
    _draft_has_it_all(town, channel)
    _owners_hear_of_it_in_their_hours(town)


def _begin(town: Town) -> str:
    """It is private, and those who work on it are invited."""
    town.incident("ana", "private P2 checkout fails for cards")
    town.settle()
    made = town.sandbox.record.called("conversations.create")
    channel = str(made[-1].answer["channel"]["id"])
    for name in INSIDE[1:]:
        town.ws.invite("ana", channel, name)
    town.settle()
    return channel


def _items(town: Town, channel: str) -> None:
    for who, text in (
        ("mei", "alert on the pool"),
        ("lia", "write the runbook"),
        ("ben", "test the limit"),
    ):
        town.incident("ana", f"action {text} @{who} 2026-03-13 P1", channel)
    said = town.ws.say("raj", channel, "somebody should review every limit")
    town.settle()
    both = [lambda p=each: town.ws.react(p, channel, said, "clipboard") for each in ("raj", "eva")]
    together(*both)
    town.settle()
    (item,) = [m for m in town.said(channel) if m["text"].startswith("Suggested action item")]
    pressing = [
        lambda p=each: town.ws.press(p, channel, item["ts"], "item_accept:4")
        for each in ("raj", "eva")
    ]
    together(*pressing)
    town.settle()
    with town.store.begin() as session:
        items = action_items.of_incident(session, incident_in(town, channel).id)
    assert len(items) == 4
    taker = next(name for name in ("raj", "eva") if town.ws.person(name).id == items[-1].owner)
    late = "eva" if taker == "raj" else "raj"
    assert (
        len(whispers(town, late, "not open any more")) + len(whispers(town, late, "action item is"))
        >= 1
    )
    town.ws.press(taker, channel, item["ts"], "item_due:4")
    town.ws.submit(taker, {"due": {"due": "2026-03-20"}})
    town.settle()


def _two_resolve(town: Town, channel: str) -> None:
    """One types it, another has the form open and sends it at the same moment."""
    town.press("tom", channel, "Resolve")
    answers = together(
        lambda: town.incident("mei", "resolve the pool is back at 40", channel),
        lambda: town.ws.submit("tom", {"note": {"note": "the pool is back at 40"}}),
    )
    town.settle()
    by_mei, by_tom = "is resolved" in answers[0], not answers[1].get("errors")
    assert by_mei != by_tom, answers
    assert "already resolved" in (str(answers[1]) if by_mei else answers[0])
    kinds = [each.kind for each in town.recorded(channel)]
    assert kinds.count(EventKind.RESOLVED) == 1


def _summary(town: Town, channel: str) -> dict[str, Any]:
    return [m for m in town.said(channel) if "Version" in m["text"]][-1]


def _open_section(town: Town, person: str, channel: str, section: str) -> None:
    town.ws.press(person, channel, _summary(town, channel)["ts"], "section_edit:1")
    town.ws.submit(person, {"section": {"section": section}})


def _two_write(town: Town, channel: str) -> None:
    """Two write in the same section at once: who is second reads what the first wrote, and both are kept."""
    texts = {"eva": "The limit had no owner", "kofi": "Nothing watched the pool"}
    for person in texts:
        _open_section(town, person, channel, "lessons")
    sent = together(
        *(lambda p=each: town.ws.submit(p, {"text": {"text": texts[p]}}) for each in texts)
    )
    town.settle()
    by_name = dict(zip(texts, sent, strict=True))
    (second,) = [
        name for name, answer in by_name.items() if answer.get("response_action") == "update"
    ]
    (first,) = texts.keys() - {second}
    view = str(town.ws.open_view(second)["blocks"])
    assert texts[first] in view
    assert texts[second] in view
    town.ws.submit(second, {"text": {"text": f"{texts[first]}\n{texts[second]}"}})
    for person, section, text in (
        ("ana", "went_well", "The rollback was one click"),
        ("raj", "went_poorly", "The runbook was old"),
    ):
        _open_section(town, person, channel, section)
        town.ws.submit(person, {"text": {"text": text}})
    town.settle()
    with town.store.begin() as session:
        kept = sections.history(session, incident_in(town, channel).id, SectionName.LESSONS)
    assert [each.text for each in kept] == [texts[first], f"{texts[first]}\n{texts[second]}"]


def _review(town: Town, channel: str) -> None:
    """Submitted, approved by two at once and by one of them twice, and final once."""
    answer = town.incident("eva", "postmortem submit because all is told", channel)
    assert "is in review" in answer
    town.settle()
    ts = _summary(town, channel)["ts"]
    together(
        *(
            lambda p=each: town.ws.press(p, channel, ts, "review_approve:1")
            for each in ("noor", "lia")
        )
    )
    town.ws.press("noor", channel, ts, "review_approve:1")
    town.settle()
    assert len(whispers(town, "noor", "You approved")) == 1
    assert len(whispers(town, "lia", "You approved")) == 1
    together(
        *(
            lambda p=each: town.ws.press(p, channel, ts, "review_finish:1")
            for each in ("noor", "ana")
        )
    )
    town.settle()


def _noise(town: Town, channel: str) -> None:
    """What the bot said to everybody there is bounded, and nothing was said twice."""
    ours = [
        m["text"]
        for m in town.said(channel)
        if m.get("bot_id") == town.sandbox.state.identity.bot_id
        and m.get("thread_ts", m["ts"]) == m["ts"]
        and not m.get("subtype")
    ]
    counted = Counter(
        next((k for k in BOUND if k in text and (k != "INC-2026-001" or text.startswith(k))), text)
        for text in ours
    )
    assert counted == BOUND, ours
    assert max(Counter(ours).values()) == 1
    for person in ZONES:
        told = [(m.get("thread_ts"), m["text"]) for m in town.ws.ephemerals(person)]
        assert max(Counter(told).values(), default=1) == 1, (person, told)


def _nobody_outside(town: Town, channel: str) -> None:
    """Olaf, and the public channels, read nothing of it, whatever he asks."""
    assert town.ws.ephemerals("olaf") == []
    assert town.ws.dm("olaf") == []
    for asked in ("list", "INC-2026-001 catchup", "INC-2026-001 postmortem", "digest"):
        answer = town.incident("olaf", asked, "general")
        assert "checkout" not in answer
        assert "pool" not in answer
    town.ws.open_home("olaf")
    town.settle()
    home = str(town.sandbox.state.homes[town.ws.person("olaf").id])
    public = home + "".join(town.texts(each) for each in ("incidents", "sre-weekly", "general"))
    assert "checkout" not in public
    assert channel not in public


def _draft_has_it_all(town: Town, channel: str) -> None:
    with town.store.begin() as session:
        draft = postmortems.latest(session, incident_in(town, channel).id)
    assert draft
    told = str(draft.document)
    for each in (
        "4,200 customers",
        "the pool was cut from 40 to 4",
        "set the pool back to 40",
        "alert on the pool",
        "write the runbook",
        "test the limit",
        "review every limit",
        "The limit had no owner",
        "Nothing watched the pool",
        "The rollback was one click",
        "The runbook was old",
    ):
        assert each in told, each
    assert "hunter2" not in told
    assert "3,900" not in told
    assert draft.document["recording"]["gaps"] == 0


def _owners_hear_of_it_in_their_hours(town: Town) -> None:
    """On the day before Friday 13 March, at ten where each lives, and once."""
    hours = {"mei": (12, 1), "lia": (12, 13), "ben": (12, 14)}  # day and hour, UTC
    before = {name: len(town.ws.dm(name)) for name in hours}
    for name, (day, hour) in hours.items():
        town.sandbox.clock.move_to(datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(minutes=2))
        town.settle()
        assert len(town.ws.dm(name)) == before[name], name
        town.sandbox.clock.advance(timedelta(minutes=4))
        town.settle()
        (reminder,) = town.ws.dm(name)[before[name] :]
        assert "due Fri 13 Mar 2026" in reminder["text"]
