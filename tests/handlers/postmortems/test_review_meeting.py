"""The review meeting: proposed, agreed, moved and cancelled, and the draft sent before it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.config.policy_parts import Meeting
from bot.domain.timeline import EventKind
from sandbox.clock import Clock
from sandbox.server import Sandbox
from storage import incidents, meetings
from tests.handlers.postmortems.test_review import in_channel
from tests.handlers.postmortems.test_sections import document, summary
from tests.support import harness
from tests.support.harness import POLICY, LiveBot

SAID = "error rate 14 %, it was caused by the new connection limit"


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    """An incident's channel with a draft; Ana and Ben responded, Mei only watched."""
    channel_id = live_bot.declare()
    for person in ("ben", "mei"):
        live_bot.workspace.join(person, channel_id)
    live_bot.workspace.say("ben", channel_id, SAID)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(minutes=10))
    live_bot.command("ana", "resolve limit set back", channel_id)
    live_bot.settle()
    return channel_id


def meeting_command(
    live_bot: LiveBot, channel: str, text: str = "meeting", person: str = "ben"
) -> str:
    answer = live_bot.command(person, text, channel)
    live_bot.settle()
    return answer


def replies(live_bot: LiveBot, channel: str) -> list[dict[str, Any]]:
    return list(live_bot.workspace.replies(channel, summary(live_bot, channel)["ts"]))


def card(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    """Return the single message of the meeting."""
    (message,) = [
        m for m in replies(live_bot, channel) if "eview meeting for INC-2026-001" in m["text"][:40]
    ]
    return message


def labels(message: dict[str, Any]) -> list[str]:
    return [
        button["text"]["text"]
        for block in message["blocks"]
        for button in block.get("elements", [])
        if button["type"] == "button"
    ]


def press(live_bot: LiveBot, person: str, channel: str, label: str) -> str:
    message = card(live_bot, channel)
    (action,) = [
        button["action_id"]
        for block in message["blocks"]
        for button in block.get("elements", [])
        if button.get("text", {}) and button["type"] == "button" and button["text"]["text"] == label
    ]
    live_bot.workspace.press(person, channel, message["ts"], action)
    live_bot.settle()
    answers = live_bot.workspace.ephemerals(person)
    return str(answers[-1]["text"]) if answers else ""


def stored(live_bot: LiveBot) -> Any:
    with live_bot.store.begin() as session:
        incident = incidents.by_key(session, "INC-2026-001")
        assert incident is not None
        return meetings.of_incident(session, incident.id)


def calendar_events(live_bot: LiveBot) -> list[Any]:
    """Return the events of the uploaded calendar files, oldest first."""
    files = [file for file in live_bot.sandbox.state.files.values() if file.name.endswith(".ics")]
    return [Calendar.from_ical(file.bytes).walk("VEVENT")[0] for file in files]


def dms(live_bot: LiveBot, person: str) -> list[str]:
    return [
        m["text"]
        for m in live_bot.workspace.dm(person)
        if "eview meeting for INC" in m["text"][:60]
    ]


def test_a_meeting_is_proposed_once_within_the_responders_working_hours(
    live_bot: LiveBot, channel: str
) -> None:
    assert " proposed: " in meeting_command(live_bot, channel)
    message = card(live_bot, channel)
    ana, ben, mei = (live_bot.workspace.person(name).id for name in ("ana", "ben", "mei"))
    # The draft is from Tuesday 14:10; a day later both New York and Lisbon are at work.
    assert stored(live_bot).starts_at == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    assert stored(live_bot).participants == (ana, ben)
    assert f"*Facilitator:* <@{mei}> (not a responder)" in message["text"]
    assert f"<@{ana}>, <@{ben}>, <@{mei}>" in message["text"]
    assert "• Root cause: 15 min" in message["text"]
    assert "*Within working hours:* 2 of 3" in message["text"]
    assert message["thread_ts"] == summary(live_bot, channel)["ts"]
    assert calendar_events(live_bot) == []
    assert "already a review meeting proposed" in meeting_command(live_bot, channel, person="ana")
    assert card(live_bot, channel)["ts"] == message["ts"]


def test_a_meeting_is_proposed_after_a_responders_absence(live_bot: LiveBot, channel: str) -> None:
    live_bot.command("ana", "away until 2026-03-16", channel)  # a Monday
    answer = meeting_command(live_bot, channel)
    assert "2026-03-16 13:00 UTC" in answer


def test_the_meeting_moves_under_the_new_draft(live_bot: LiveBot, channel: str) -> None:
    meeting_command(live_bot, channel)
    old = card(live_bot, channel)
    live_bot.command("ben", "postmortem again", channel)
    live_bot.settle()
    new = card(live_bot, channel)
    assert new["ts"] != old["ts"]
    assert labels(new) == labels(old) == ["Accept time", "Choose another time", "Cancel meeting"]  # fmt: skip
    old_message = next(m for m in live_bot.messages(channel) if m["ts"] == old["ts"])
    assert old_message["text"].startswith(
        "The details of the review meeting for INC-2026-001 are now in <http"
    )
    assert new["ts"].replace(".", "") in old_message["text"]
    assert not any(block.get("elements") for block in old_message["blocks"])
    press(live_bot, "ana", channel, "Accept time")
    assert card(live_bot, channel)["ts"] == new["ts"]
    assert "proposed" not in card(live_bot, channel)["text"]


def test_a_cancelled_meeting_stays_under_the_old_draft(live_bot: LiveBot, channel: str) -> None:
    meeting_command(live_bot, channel)
    meeting_command(live_bot, channel, "meeting cancel")
    old = card(live_bot, channel)
    live_bot.command("ben", "postmortem again", channel)
    live_bot.settle()
    assert (
        next(m for m in live_bot.messages(channel) if m["ts"] == old["ts"])["text"] == old["text"]
    )
    assert not any("eview meeting of" in m["text"][:40] for m in replies(live_bot, channel))


def test_agreeing_to_the_time_uploads_a_calendar_file(live_bot: LiveBot, channel: str) -> None:
    meeting_command(live_bot, channel)
    assert labels(card(live_bot, channel)) == [
        "Accept time",
        "Choose another time",
        "Cancel meeting",
    ]
    assert "is set for" in press(live_bot, "ana", channel, "Accept time")
    (event,) = calendar_events(live_bot)
    assert event.decoded("dtstart") == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=50)
    assert (event["sequence"], event["status"]) == (1, "CONFIRMED")
    assert "Root cause: 15 min" in event["description"]
    assert "Facilitator: Mei Tanaka" in event["description"]
    assert "/archives/" in event["description"]
    assert sorted(attendee.params["CN"] for attendee in event["attendee"]) == [
        "Ana Lopes",
        "Ben Okafor",
        "Mei Tanaka",
    ]
    assert not [attendee for attendee in event["attendee"] if "@" in str(attendee)]
    assert labels(card(live_bot, channel)) == ["Choose another time", "Cancel meeting"]
    assert "is already set" in meeting_command(live_bot, channel, "meeting accept")
    assert len(calendar_events(live_bot)) == 1
    notice = replies(live_bot, channel)[-2]["text"]
    assert "set the review meeting for <!date^1773241200^" in notice


def test_the_meeting_form_starts_with_the_proposal_in_the_viewers_time_zone(
    live_bot: LiveBot, channel: str
) -> None:
    meeting_command(live_bot, channel)
    press(live_bot, "mei", channel, "Choose another time")
    view = live_bot.workspace.open_view("mei")
    assert view is not None
    fields = {block["block_id"]: block.get("element", {}) for block in view["blocks"]}
    assert fields["date"]["initial_date"] == "2026-03-12"  # in Tokyo it is the day after already
    assert fields["hour"]["initial_option"]["value"] == "00:00"
    assert fields["minutes"]["initial_option"]["value"] == "50"
    assert fields["facilitator"]["initial_user"] == live_bot.workspace.person("mei").id
    live_bot.workspace.close_view("mei")


def test_the_meeting_form_changes_time_length_and_facilitator(
    live_bot: LiveBot, channel: str
) -> None:
    meeting_command(live_bot, channel)
    press(live_bot, "mei", channel, "Choose another time")
    past = {"date": {"date": "2026-03-10"}, "hour": {"hour": "09:30"}}
    assert (
        "isn't a time within the next year"
        in live_bot.workspace.submit("mei", past)["errors"]["date"]
    )
    ana = live_bot.workspace.person("ana").id
    chosen = {"date": {"date": "2026-03-13"}, "hour": {"hour": "09:30"}}
    live_bot.workspace.submit(
        "mei", chosen | {"minutes": {"minutes": "30"}, "facilitator": {"facilitator": ana}}
    )
    live_bot.settle()
    meeting = stored(live_bot)
    assert meeting.starts_at == datetime(2026, 3, 13, 0, 30, tzinfo=UTC)
    assert (meeting.minutes, meeting.facilitator) == (30, ana)
    (event,) = calendar_events(live_bot)
    assert event.decoded("dtstart") == meeting.starts_at
    text = card(live_bot, channel)["text"]
    assert "• Timeline: 9 min" in text
    assert "• Open questions: 6 min" in text
    assert f"*Facilitator:* <@{ana}>\n" in text  # Ana responded


def test_each_change_raises_the_sequence_of_the_calendar_event(
    live_bot: LiveBot, channel: str
) -> None:
    meeting_command(live_bot, channel)
    meeting_command(live_bot, channel, "meeting accept")
    assert "is set for" in meeting_command(live_bot, channel, "meeting 2026-03-12 16:00")
    assert "is cancelled" in meeting_command(live_bot, channel, "meeting cancel", "ana")
    events = calendar_events(live_bot)
    assert [event["sequence"] for event in events] == [1, 2, 3]
    assert len({str(event["uid"]) for event in events}) == 1
    assert events[1].decoded("dtstart") == datetime(2026, 3, 12, 20, 0, tzinfo=UTC)  # Ben's 16:00
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert "is cancelled" in card(live_bot, channel)["text"]
    assert "no upcoming review meeting" in meeting_command(live_bot, channel, "meeting cancel")
    assert " proposed: " in meeting_command(live_bot, channel)
    assert len(calendar_events(live_bot)) == 3  # not agreed on yet


def test_a_meeting_form_opened_before_another_change_is_rejected(
    live_bot: LiveBot, channel: str
) -> None:
    meeting_command(live_bot, channel)
    press(live_bot, "ana", channel, "Choose another time")
    meeting_command(live_bot, channel, "meeting accept")
    chosen = {"date": {"date": "2026-03-13"}, "hour": {"hour": "09:30"}}
    assert (
        "changed the review meeting" in live_bot.workspace.submit("ana", chosen)["errors"]["date"]
    )
    assert stored(live_bot).starts_at == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)


def test_an_invalid_meeting_command_is_rejected_with_the_reason(
    live_bot: LiveBot, channel: str
) -> None:
    assert "2026-03-12 14:00" in meeting_command(live_bot, channel, "meeting tomorrow")
    for time in ("2020-01-01 09:00", "9999-12-31 23:59", "0001-01-01 00:00", "2027-06-01 09:00"):
        assert "isn't a time within the next year" in meeting_command(
            live_bot, channel, f"meeting {time}"
        )
    assert "no upcoming review meeting" in meeting_command(live_bot, channel, "meeting accept")
    assert "Say what the review decided" in meeting_command(live_bot, channel, "decided")
    assert "There's no incident in this channel" in meeting_command(live_bot, "general")


def test_a_meeting_without_a_draft_is_rejected(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    assert "draft" in meeting_command(live_bot, channel, person="ana")
    live_bot.command("ana", "postmortem skip because a drill", channel)
    assert "has no postmortem" in meeting_command(live_bot, channel, person="ana")


def test_invitees_get_the_draft_once_a_day_before_in_their_working_hours(
    live_bot: LiveBot, channel: str
) -> None:
    meeting_command(live_bot, channel)
    live_bot.command("ben", "meeting 2026-03-13 10:00", channel)  # Friday, 14:00 UTC
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(days=1, hours=22, minutes=50))  # Thursday, 13:00 UTC
    live_bot.settle()
    # A day before is 23:00 in Tokyo, so Mei gets her message in the morning.
    assert [len(dms(live_bot, person)) for person in ("ana", "ben", "mei")] == [0, 0, 0]
    live_bot.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    live_bot.settle()
    assert [len(dms(live_bot, person)) for person in ("ana", "ben", "mei")] == [1, 1, 0]
    assert "read the draft" in dms(live_bot, "ana")[0]
    live_bot.sandbox.clock.advance(timedelta(hours=10, minutes=30))  # Friday, 9:40 in Tokyo
    live_bot.settle()
    assert [len(dms(live_bot, person)) for person in ("ana", "ben", "mei")] == [1, 1, 1]
    assert "You're facilitating" in dms(live_bot, "mei")[0]
    live_bot.restart(timedelta(minutes=5))
    live_bot.settle()
    assert [len(dms(live_bot, person)) for person in ("ana", "ben", "mei")] == [1, 1, 1]


def test_a_deactivated_responder_is_not_invited(live_bot: LiveBot, channel: str) -> None:
    live_bot.sandbox.state.people[live_bot.workspace.person("ana").id].deleted = True
    live_bot.sandbox.clock.advance(timedelta(days=8))  # profiles are read again
    meeting_command(live_bot, channel)
    assert f"<@{live_bot.workspace.person('ana').id}>" not in card(live_bot, channel)["text"]
    meeting_command(live_bot, channel, "meeting accept")
    live_bot.sandbox.clock.advance(timedelta(hours=24))
    live_bot.settle()
    assert dms(live_bot, "ana") == []


def test_decisions_of_the_review_are_in_the_postmortem(live_bot: LiveBot, channel: str) -> None:
    assert "Decision from the review meeting for INC-2026-001 recorded" in meeting_command(
        live_bot, channel, "decided The pool gets an <owner>"
    )
    review = document(live_bot, channel)["review"]
    assert (review["state"], review["steps"][0]["because"]) == ("draft", "The pool gets an <owner>")
    whole = "\n".join(
        block["text"]
        for m in replies(live_bot, channel)
        for block in m.get("blocks", [])
        if block["type"] == "markdown"
    )
    assert "## Review decisions" in whole
    assert "- The pool gets an &lt;owner&gt; (Ben Okafor, 2026-03-10" in whole
    assert [
        event.detail for event in live_bot.timeline(channel) if event.kind is EventKind.REVIEW
    ] == ["decided"]
    assert not [text for text in in_channel(live_bot, channel) if "Decided in" in text]
    assert any(
        "Decision from the review meeting for INC-2026-001" in m["text"]
        for m in replies(live_bot, channel)
    )


def test_a_decision_after_the_approval_needs_another_approval(
    live_bot: LiveBot, channel: str
) -> None:
    for command in (
        "postmortem submit because so",
        "postmortem approve",
        "decided Payments owns the pool",
    ):
        live_bot.sandbox.clock.advance(timedelta(minutes=1))
        meeting_command(live_bot, channel, command)
    assert "Nobody has approved" in meeting_command(live_bot, channel, "postmortem finalize")
    meeting_command(live_bot, channel, "postmortem approve")
    assert "is final" in meeting_command(live_bot, channel, "postmortem finalize")
    assert "is final" in meeting_command(live_bot, channel, "decided something else")
    assert "is final" in meeting_command(live_bot, channel)


def test_only_members_of_a_private_incident_get_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 leak", private=True)
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, SAID)
    live_bot.workspace.leave("ben", channel)
    live_bot.command("ana", "resolve closed", channel)
    live_bot.settle()
    meeting_command(live_bot, channel, "meeting 2026-03-12 14:00", "ana")
    live_bot.sandbox.clock.advance(timedelta(days=1, hours=1))
    live_bot.settle()
    assert [len(dms(live_bot, person)) for person in ("ana", "ben", "mei")] == [1, 0, 0]


@pytest.mark.parametrize("responds", [False, True])
def test_a_configured_facilitator_leads_unless_they_responded(
    tmp_path: Path, *, responds: bool
) -> None:
    sandbox = Sandbox(harness.ROOT / "manifest.yml", clock=Clock(harness.START))
    zoe = sandbox.workspace.add_person(name="zoe", tz="Europe/Lisbon").id
    policy = POLICY.model_copy(update={"meeting": Meeting(facilitators=(zoe,), agenda={"All": 45})})
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/d.db", policy=policy, sandbox=sandbox
    ) as live_bot:
        channel = live_bot.declare()
        live_bot.command("zoe", "list")  # so that the bot knows Zoe
        live_bot.workspace.join("mei", channel)
        live_bot.workspace.join("zoe", channel)
        if responds:
            live_bot.workspace.say("zoe", channel, SAID)
        live_bot.settle()
        live_bot.command("ana", "resolve limit set back", channel)
        live_bot.settle()
        meeting_command(live_bot, channel, person="ana")
        assert stored(live_bot).facilitator == (
            live_bot.workspace.person("mei").id if responds else zoe
        )
        assert stored(live_bot).minutes == 45


def test_the_card_asks_for_a_facilitator_when_everybody_responded(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    meeting_command(live_bot, channel, person="ana")
    assert stored(live_bot).facilitator is None
    assert "none yet (ideally somebody who wasn't a responder)" in card(live_bot, channel)["text"]
