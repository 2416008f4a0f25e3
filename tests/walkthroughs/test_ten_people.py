"""Ten people work on one incident at once: nothing is repeated or lost, and nobody outside sees it."""

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
    "olaf": "Europe/Oslo",  # never a member
}
FIRST_MEMBERS = [name for name in ZONES if name not in {"olaf", "noor"}]
# What the bot may post in the channel itself, by the beginning of the text, and how often: the card
# and one line per change. Everything else is in threads or for one person only.
EXPECTED_POSTS = {
    "INC-2026-001": 1,  # the card
    "set the severity": 1,
    "the role *lead*": 3,  # taken, and reassigned twice
    "*Update*": 2,
    "resolved INC": 1,
    "ction item:": 4,  # three recorded and one suggested
    "Postmortem, final": 1,
    "made the postmortem": 1,
}


def test_ten_people_work_on_one_private_incident(town: Town) -> None:
    for name, zone in ZONES.items():
        town.ws.add_person(name, tz=zone)
    channel = _declare(town)
    work(town, channel)
    lead_is_handed_over(town, channel)
    phone(town, channel)
    lead_is_away(town, channel)
    late_comer(town, channel)
    _add_items(town, channel)
    _resolve_at_once(town, channel)
    _edit_section_at_once(town, channel)
    _review(town, channel)
    _check_posts(town, channel)
    _check_outsider(town, channel)
    _check_draft(town, channel)
    _check_reminders(town)


def _declare(town: Town) -> str:
    """Declare a private incident and invite the people who work on it."""
    town.incident("ana", "private P2 checkout fails for cards")
    town.settle()
    created = town.sandbox.record.called("conversations.create")
    channel = str(created[-1].answer["channel"]["id"])
    for name in FIRST_MEMBERS[1:]:
        town.ws.invite("ana", channel, name)
    town.settle()
    return channel


def _add_items(town: Town, channel: str) -> None:
    for owner, text in (
        ("mei", "alert on the pool"),
        ("lia", "write the runbook"),
        ("ben", "test the limit"),
    ):
        town.incident("ana", f"action {text} @{owner} 2026-03-13 P1", channel)
    message_ts = town.ws.say("raj", channel, "somebody should review every limit")
    town.settle()
    both = [
        lambda p=name: town.ws.react(p, channel, message_ts, "clipboard") for name in ("raj", "eva")
    ]
    together(*both)
    town.settle()
    (item,) = [
        message
        for message in town.said(channel)
        if message["text"].startswith("Suggested action item")
    ]
    pressing = [
        lambda p=name: town.ws.press(p, channel, item["ts"], "item_accept:4")
        for name in ("raj", "eva")
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


def _resolve_at_once(town: Town, channel: str) -> None:
    """One person types the command while another submits the form at the same moment."""
    town.press("tom", channel, "Resolve")
    answers = together(
        lambda: town.incident("mei", "resolve the pool is back at 40", channel),
        lambda: town.ws.submit("tom", {"note": {"note": "the pool is back at 40"}}),
    )
    town.settle()
    by_mei, by_tom = "is resolved" in answers[0], not answers[1].get("errors")
    assert by_mei != by_tom, answers
    assert "already resolved" in (str(answers[1]) if by_mei else answers[0])
    kinds = [event.kind for event in town.recorded(channel)]
    assert kinds.count(EventKind.RESOLVED) == 1


def _summary(town: Town, channel: str) -> dict[str, Any]:
    return [message for message in town.said(channel) if "Version" in message["text"]][-1]


def _open_section(town: Town, person: str, channel: str, section: str) -> None:
    town.ws.press(person, channel, _summary(town, channel)["ts"], "section_edit:1")
    town.ws.submit(person, {"section": {"section": section}})


def _edit_section_at_once(town: Town, channel: str) -> None:
    """Two people edit one section at once: the second sees the first's text, and both are kept."""
    texts = {"eva": "The limit had no owner", "kofi": "Nothing watched the pool"}
    for person in texts:
        _open_section(town, person, channel, "lessons")
    sent = together(
        *(lambda p=name: town.ws.submit(p, {"text": {"text": texts[p]}}) for name in texts)
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
        versions = sections.history(session, incident_in(town, channel).id, SectionName.LESSONS)
    assert [version.text for version in versions] == [
        texts[first],
        f"{texts[first]}\n{texts[second]}",
    ]


def _review(town: Town, channel: str) -> None:
    """Submitted once, approved by two people at once (by one of them twice), and finalized once."""
    answer = town.incident("eva", "postmortem submit because all is told", channel)
    assert "is in review" in answer
    town.settle()
    ts = _summary(town, channel)["ts"]
    together(
        *(
            lambda p=name: town.ws.press(p, channel, ts, "review_approve:1")
            for name in ("noor", "lia")
        )
    )
    town.ws.press("noor", channel, ts, "review_approve:1")
    town.settle()
    assert len(whispers(town, "noor", "You approved")) == 1
    assert len(whispers(town, "lia", "You approved")) == 1
    together(
        *(
            lambda p=name: town.ws.press(p, channel, ts, "review_finish:1")
            for name in ("noor", "ana")
        )
    )
    town.settle()


def _check_posts(town: Town, channel: str) -> None:
    """The bot posted only what was expected in the channel, and nothing twice."""
    ours = [
        message["text"]
        for message in town.said(channel)
        if message.get("bot_id") == town.sandbox.state.identity.bot_id
        and message.get("thread_ts", message["ts"]) == message["ts"]
        and not message.get("subtype")
    ]
    counted = Counter(
        next(
            (
                beginning
                for beginning in EXPECTED_POSTS
                if beginning in text and (beginning != "INC-2026-001" or text.startswith(beginning))
            ),
            text,
        )
        for text in ours
    )
    assert counted == EXPECTED_POSTS, ours
    assert max(Counter(ours).values()) == 1
    for person in ZONES:
        ephemerals = [
            (message.get("thread_ts"), message["text"]) for message in town.ws.ephemerals(person)
        ]
        assert max(Counter(ephemerals).values(), default=1) == 1, (person, ephemerals)


def _check_outsider(town: Town, channel: str) -> None:
    """Olaf and the public channels see nothing of the incident, whatever he asks."""
    assert town.ws.ephemerals("olaf") == []
    assert town.ws.dm("olaf") == []
    for command in ("list", "INC-2026-001 catchup", "INC-2026-001 postmortem", "digest"):
        answer = town.incident("olaf", command, "general")
        assert "checkout" not in answer
        assert "pool" not in answer
    town.ws.open_home("olaf")
    town.settle()
    home = str(town.sandbox.state.homes[town.ws.person("olaf").id])
    public = home + "".join(town.texts(name) for name in ("incidents", "sre-weekly", "general"))
    assert "checkout" not in public
    assert channel not in public


def _check_draft(town: Town, channel: str) -> None:
    with town.store.begin() as session:
        draft = postmortems.latest(session, incident_in(town, channel).id)
    assert draft
    document_text = str(draft.document)
    for expected in (
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
        assert expected in document_text, expected
    assert "hunter2" not in document_text
    assert "3,900" not in document_text
    assert draft.document["recording"]["gaps"] == 0


def _check_reminders(town: Town) -> None:
    """Owners are reminded once, at ten in their own zone on the day before Friday 13 March."""
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
