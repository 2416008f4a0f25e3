"""Ten people work on one incident at once: nothing is repeated or lost, and nobody outside sees it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.section import SectionName
from bot.domain.timeline import EventKind
from storage import action_items, postmortems, sections
from tests.support.harness import LiveBot
from tests.walkthroughs.ten_at_work import (
    ephemeral_texts,
    hand_over_lead,
    incident_in,
    join_late,
    miss_update,
    run_concurrently,
    use_phone,
    work_on_incident,
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
    "the role of *lead*": 3,  # taken, and reassigned twice
    "*Update*": 2,
    "resolved INC": 1,
    "ction item:": 4,  # three recorded and one suggested
    "Final postmortem": 1,
    "finalized the postmortem": 1,
}


def test_ten_people_work_on_one_private_incident(live_bot: LiveBot) -> None:
    for name, zone in ZONES.items():
        live_bot.workspace.add_person(name, tz=zone)
    channel = _declare(live_bot)
    work_on_incident(live_bot, channel)
    hand_over_lead(live_bot, channel)
    use_phone(live_bot, channel)
    miss_update(live_bot, channel)
    join_late(live_bot, channel)
    _add_items(live_bot, channel)
    _resolve_at_once(live_bot, channel)
    _edit_section_at_once(live_bot, channel)
    _review(live_bot, channel)
    _check_posts(live_bot, channel)
    _check_outsider(live_bot, channel)
    _check_draft(live_bot, channel)
    _check_reminders(live_bot)


def _declare(live_bot: LiveBot) -> str:
    """Declare a private incident and invite the people who work on it."""
    live_bot.command("ana", "private P2 checkout fails for cards")
    live_bot.settle()
    created = live_bot.sandbox.record.called("conversations.create")
    channel = str(created[-1].answer["channel"]["id"])
    for name in FIRST_MEMBERS[1:]:
        live_bot.workspace.invite("ana", channel, name)
    live_bot.settle()
    return channel


def _add_items(live_bot: LiveBot, channel: str) -> None:
    for owner, text in (
        ("mei", "alert on the pool"),
        ("lia", "write the runbook"),
        ("ben", "test the limit"),
    ):
        live_bot.command("ana", f"action {text} @{owner} 2026-03-13 P1", channel)
    message_ts = live_bot.workspace.say("raj", channel, "somebody should review every limit")
    live_bot.settle()
    both = [
        lambda p=name: live_bot.workspace.react(p, channel, message_ts, "clipboard")
        for name in ("raj", "eva")
    ]
    run_concurrently(*both)
    live_bot.settle()
    (item,) = [
        message
        for message in live_bot.messages(channel)
        if message["text"].startswith("Suggested action item")
    ]
    pressing = [
        lambda p=name: live_bot.workspace.press(p, channel, item["ts"], "item_accept:4")
        for name in ("raj", "eva")
    ]
    run_concurrently(*pressing)
    live_bot.settle()
    with live_bot.store.begin() as session:
        items = action_items.of_incident(session, incident_in(live_bot, channel).id)
    assert len(items) == 4
    taker = next(
        name for name in ("raj", "eva") if live_bot.workspace.person(name).id == items[-1].owner
    )
    late = "eva" if taker == "raj" else "raj"
    assert (
        len(ephemeral_texts(live_bot, late, "no longer open"))
        + len(ephemeral_texts(live_bot, late, "action item is"))
        >= 1
    )
    live_bot.workspace.press(taker, channel, item["ts"], "item_due:4")
    live_bot.workspace.submit(taker, {"due": {"due": "2026-03-20"}})
    live_bot.settle()


def _resolve_at_once(live_bot: LiveBot, channel: str) -> None:
    """One person types the command while another submits the form at the same moment."""
    live_bot.press("tom", channel, "Resolve incident")
    answers = run_concurrently(
        lambda: live_bot.command("mei", "resolve the pool is back at 40", channel),
        lambda: live_bot.workspace.submit("tom", {"note": {"note": "the pool is back at 40"}}),
    )
    live_bot.settle()
    by_mei, by_tom = "is resolved" in answers[0], not answers[1].get("errors")
    assert by_mei != by_tom, answers
    assert "already resolved" in (str(answers[1]) if by_mei else answers[0])
    kinds = [event.kind for event in live_bot.timeline(channel)]
    assert kinds.count(EventKind.RESOLVED) == 1


def _summary(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    return [message for message in live_bot.messages(channel) if "Version" in message["text"]][-1]


def _open_section(live_bot: LiveBot, person: str, channel: str, section: str) -> None:
    live_bot.workspace.press(person, channel, _summary(live_bot, channel)["ts"], "section_edit:1")
    live_bot.workspace.submit(person, {"section": {"section": section}})


def _edit_section_at_once(live_bot: LiveBot, channel: str) -> None:
    """Two people edit one section at once: the second sees the first's text, and both are kept."""
    texts = {"eva": "The limit had no owner", "kofi": "Nothing watched the pool"}
    for person in texts:
        _open_section(live_bot, person, channel, "lessons")
    sent = run_concurrently(
        *(
            lambda p=name: live_bot.workspace.submit(p, {"text": {"text": texts[p]}})
            for name in texts
        )
    )
    live_bot.settle()
    by_name = dict(zip(texts, sent, strict=True))
    (second,) = [
        name for name, answer in by_name.items() if answer.get("response_action") == "update"
    ]
    (first,) = texts.keys() - {second}
    view = str(live_bot.workspace.open_view(second)["blocks"])
    assert texts[first] in view
    assert texts[second] in view
    live_bot.workspace.submit(second, {"text": {"text": f"{texts[first]}\n{texts[second]}"}})
    for person, section, text in (
        ("ana", "went_well", "The rollback was one click"),
        ("raj", "went_poorly", "The runbook was old"),
    ):
        _open_section(live_bot, person, channel, section)
        live_bot.workspace.submit(person, {"text": {"text": text}})
    live_bot.settle()
    with live_bot.store.begin() as session:
        versions = sections.history(session, incident_in(live_bot, channel).id, SectionName.LESSONS)
    assert [version.text for version in versions] == [
        texts[first],
        f"{texts[first]}\n{texts[second]}",
    ]


def _review(live_bot: LiveBot, channel: str) -> None:
    """Submitted once, approved by two people at once (by one of them twice), and finalized once."""
    answer = live_bot.command("eva", "postmortem submit because all is told", channel)
    assert "is in review" in answer
    live_bot.settle()
    ts = _summary(live_bot, channel)["ts"]
    run_concurrently(
        *(
            lambda p=name: live_bot.workspace.press(p, channel, ts, "review_approve:1")
            for name in ("noor", "lia")
        )
    )
    live_bot.workspace.press("noor", channel, ts, "review_approve:1")
    live_bot.settle()
    assert len(ephemeral_texts(live_bot, "noor", "You approved")) == 1
    assert len(ephemeral_texts(live_bot, "lia", "You approved")) == 1
    run_concurrently(
        *(
            lambda p=name: live_bot.workspace.press(p, channel, ts, "review_finish:1")
            for name in ("noor", "ana")
        )
    )
    live_bot.settle()


def _check_posts(live_bot: LiveBot, channel: str) -> None:
    """The bot posted only what was expected in the channel, and nothing twice."""
    ours = [
        message["text"]
        for message in live_bot.messages(channel)
        if message.get("bot_id") == live_bot.sandbox.state.identity.bot_id
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
            (message.get("thread_ts"), message["text"])
            for message in live_bot.workspace.ephemerals(person)
        ]
        assert max(Counter(ephemerals).values(), default=1) == 1, (person, ephemerals)


def _check_outsider(live_bot: LiveBot, channel: str) -> None:
    """Olaf and the public channels see nothing of the incident, whatever he asks."""
    assert live_bot.workspace.ephemerals("olaf") == []
    assert live_bot.workspace.dm("olaf") == []
    for command in ("list", "INC-2026-001 catchup", "INC-2026-001 postmortem", "digest"):
        answer = live_bot.command("olaf", command, "general")
        assert "checkout" not in answer
        assert "pool" not in answer
    live_bot.workspace.open_home("olaf")
    live_bot.settle()
    home = str(live_bot.sandbox.state.homes[live_bot.workspace.person("olaf").id])
    public = home + "".join(
        live_bot.text_in(name) for name in ("incidents", "sre-weekly", "general")
    )
    assert "checkout" not in public
    assert channel not in public


def _check_draft(live_bot: LiveBot, channel: str) -> None:
    with live_bot.store.begin() as session:
        draft = postmortems.latest(session, incident_in(live_bot, channel).id)
    assert draft
    document_text = str(draft.document)
    for expected in (
        "4,200 customers",
        "the pool was cut from 40 to 4",
        "Set the pool back to 40",
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


def _check_reminders(live_bot: LiveBot) -> None:
    """Owners are reminded once, at ten in their own zone on the day before Friday 13 March."""
    hours = {"mei": (12, 1), "lia": (12, 13), "ben": (12, 14)}  # day and hour, UTC
    before = {name: len(live_bot.workspace.dm(name)) for name in hours}
    for name, (day, hour) in hours.items():
        live_bot.sandbox.clock.move_to(
            datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(minutes=2)
        )
        live_bot.settle()
        assert len(live_bot.workspace.dm(name)) == before[name], name
        live_bot.sandbox.clock.advance(timedelta(minutes=4))
        live_bot.settle()
        (reminder,) = live_bot.workspace.dm(name)[before[name] :]
        assert "due tomorrow" in reminder["text"]
