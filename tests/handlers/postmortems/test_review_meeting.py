"""The review meeting, over the wire: proposed, agreed on, moved, cancelled, and the draft before it."""

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
from tests.support.harness import POLICY, Town

SAID = "error rate 14 %, it was caused by the new connection limit"


@pytest.fixture
def channel(town: Town) -> str:
    """An incident's channel with a draft: Ana and Ben responded, Mei only looked on."""
    where = town.declare()
    for person in ("ben", "mei"):
        town.ws.join(person, where)
    town.ws.say("ben", where, SAID)
    town.settle()
    town.sandbox.clock.advance(timedelta(minutes=10))
    town.incident("ana", "resolve limit set back", where)
    town.settle()
    return where


def propose(town: Town, channel: str, words: str = "meeting", person: str = "ben") -> str:
    answer = town.incident(person, words, channel)
    town.settle()
    return answer


def replies(town: Town, channel: str) -> list[dict[str, Any]]:
    return list(town.ws.replies(channel, summary(town, channel)["ts"]))


def card(town: Town, channel: str) -> dict[str, Any]:
    """The one message of the meeting."""
    (found,) = [
        m for m in replies(town, channel) if "eview meeting of INC-2026-001" in m["text"][:40]
    ]
    return found


def labels(message: dict[str, Any]) -> list[str]:
    return [
        button["text"]["text"]
        for block in message["blocks"]
        for button in block.get("elements", [])
        if button["type"] == "button"
    ]


def press(town: Town, person: str, channel: str, label: str) -> str:
    message = card(town, channel)
    (action,) = [
        button["action_id"]
        for block in message["blocks"]
        for button in block.get("elements", [])
        if button.get("text", {}) and button["type"] == "button" and button["text"]["text"] == label
    ]
    town.ws.press(person, channel, message["ts"], action)
    town.settle()
    told = town.ws.ephemerals(person)
    return str(told[-1]["text"]) if told else ""


def stored(town: Town) -> Any:
    with town.store.begin() as session:
        incident = incidents.by_key(session, "INC-2026-001")
        assert incident is not None
        return meetings.of_incident(session, incident.id)


def calendars(town: Town) -> list[Any]:
    """The files for calendars that were uploaded, oldest first."""
    files = [each for each in town.sandbox.state.files.values() if each.name.endswith(".ics")]
    return [Calendar.from_ical(each.bytes).walk("VEVENT")[0] for each in files]


def dms(town: Town, person: str) -> list[str]:
    return [m["text"] for m in town.ws.dm(person) if "postmortem of INC" in m["text"]]


def test_it_is_proposed_once_within_the_hours_of_those_who_responded(
    town: Town, channel: str
) -> None:
    assert "is proposed for" in propose(town, channel)
    message = card(town, channel)
    ana, ben, mei = (town.ws.person(name).id for name in ("ana", "ben", "mei"))
    # The draft is of Tuesday 14:10; a day later New York and Lisbon are both at work.
    assert stored(town).starts_at == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    assert stored(town).participants == (ana, ben)
    assert f"*Leads the talk:* <@{mei}>, who did not respond" in message["text"]
    assert f"<@{ana}>, <@{ben}>, <@{mei}>" in message["text"]
    assert "• Root cause: 15 min" in message["text"]
    assert "In the working hours of 2 of 3" in message["text"]
    assert message["thread_ts"] == summary(town, channel)["ts"]
    assert calendars(town) == []
    assert "proposed already" in propose(town, channel, person="ana")
    assert card(town, channel)["ts"] == message["ts"]


def test_it_is_proposed_on_no_holiday_and_in_no_leave_of_those_who_responded(
    town: Town, channel: str
) -> None:
    town.incident("ana", "away until 2026-03-16", channel)  # a Monday
    answer = propose(town, channel)
    assert "2026-03-16 13:00 UTC" in answer


def test_it_stands_under_the_draft_that_is_made_again(town: Town, channel: str) -> None:
    propose(town, channel)
    old = card(town, channel)
    town.incident("ben", "postmortem again", channel)
    town.settle()
    new = card(town, channel)
    assert new["ts"] != old["ts"]
    assert labels(new) == labels(old) == ["Agree to this time", "Choose another time", "Cancel the meeting"]  # fmt: skip
    there = next(m for m in town.said(channel) if m["ts"] == old["ts"])
    assert there["text"].startswith("The review meeting of INC-2026-001 stands under the new draft")
    assert new["ts"].replace(".", "") in there["text"]
    assert not any(block.get("elements") for block in there["blocks"])
    press(town, "ana", channel, "Agree to this time")
    assert card(town, channel)["ts"] == new["ts"]
    assert "proposed" not in card(town, channel)["text"]


def test_one_that_is_cancelled_stays_where_it_is(town: Town, channel: str) -> None:
    propose(town, channel)
    propose(town, channel, "meeting cancel")
    old = card(town, channel)
    town.incident("ben", "postmortem again", channel)
    town.settle()
    assert next(m for m in town.said(channel) if m["ts"] == old["ts"])["text"] == old["text"]
    assert not any("eview meeting of" in m["text"][:40] for m in replies(town, channel))


def test_who_agrees_puts_it_into_calendars(town: Town, channel: str) -> None:
    propose(town, channel)
    assert labels(card(town, channel)) == [
        "Agree to this time",
        "Choose another time",
        "Cancel the meeting",
    ]
    assert "is set for" in press(town, "ana", channel, "Agree to this time")
    (event,) = calendars(town)
    assert event.decoded("dtstart") == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=50)
    assert (event["sequence"], event["status"]) == (1, "CONFIRMED")
    assert "Root cause: 15 min" in event["description"]
    assert "Led by mei" in event["description"]
    assert "/archives/" in event["description"]
    assert sorted(each.params["CN"] for each in event["attendee"]) == [
        "ana",
        "ben",
        "mei",
    ]
    assert not [each for each in event["attendee"] if "@" in str(each)]
    assert labels(card(town, channel)) == ["Choose another time", "Cancel the meeting"]
    assert "agreed on already" in propose(town, channel, "meeting agree")
    assert len(calendars(town)) == 1
    told = replies(town, channel)[-2]["text"]
    assert "set the review meeting for 2026-03-11 15:00 UTC, 50 minutes" in told


def test_the_form_begins_with_what_is_proposed_by_the_clock_of_who_opens_it(
    town: Town, channel: str
) -> None:
    propose(town, channel)
    press(town, "mei", channel, "Choose another time")
    view = town.ws.open_view("mei")
    assert view is not None
    begun = {block["block_id"]: block.get("element", {}) for block in view["blocks"]}
    assert begun["date"]["initial_date"] == "2026-03-12"  # in Tokyo it is the day after already
    assert begun["hour"]["initial_option"]["value"] == "00:00"
    assert begun["minutes"]["initial_option"]["value"] == "50"
    assert begun["facilitator"]["initial_user"] == town.ws.person("mei").id
    town.ws.close_view("mei")


def test_the_form_moves_it_and_changes_who_leads(town: Town, channel: str) -> None:
    propose(town, channel)
    press(town, "mei", channel, "Choose another time")
    past = {"date": {"date": "2026-03-10"}, "hour": {"hour": "09:30"}}
    assert "no time to come" in town.ws.submit("mei", past)["errors"]["date"]
    ana = town.ws.person("ana").id
    chosen = {"date": {"date": "2026-03-13"}, "hour": {"hour": "09:30"}}
    town.ws.submit(
        "mei", chosen | {"minutes": {"minutes": "30"}, "facilitator": {"facilitator": ana}}
    )
    town.settle()
    now = stored(town)
    assert now.starts_at == datetime(2026, 3, 13, 0, 30, tzinfo=UTC)
    assert (now.minutes, now.facilitator) == (30, ana)
    (event,) = calendars(town)
    assert event.decoded("dtstart") == now.starts_at
    text = card(town, channel)["text"]
    assert "• Timeline: 9 min" in text
    assert "• Open questions: 6 min" in text
    assert f"*Leads the talk:* <@{ana}>\n" in text  # she did respond


def test_a_change_raises_the_sequence_of_the_same_entry(town: Town, channel: str) -> None:
    propose(town, channel)
    propose(town, channel, "meeting agree")
    assert "is set for" in propose(town, channel, "meeting 2026-03-12 16:00")
    assert "is cancelled" in propose(town, channel, "meeting cancel", "ana")
    events = calendars(town)
    assert [each["sequence"] for each in events] == [1, 2, 3]
    assert len({str(each["uid"]) for each in events}) == 1
    assert events[1].decoded("dtstart") == datetime(2026, 3, 12, 20, 0, tzinfo=UTC)  # Ben's 16:00
    assert [str(each["status"]) for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert "is cancelled" in card(town, channel)["text"]
    assert "No review meeting" in propose(town, channel, "meeting cancel")
    assert "is proposed for" in propose(town, channel)
    assert len(calendars(town)) == 3  # not agreed on yet


def test_a_form_that_was_opened_before_another_change_changes_nothing(
    town: Town, channel: str
) -> None:
    propose(town, channel)
    press(town, "ana", channel, "Choose another time")
    propose(town, channel, "meeting agree")
    chosen = {"date": {"date": "2026-03-13"}, "hour": {"hour": "09:30"}}
    assert "changed the review meeting" in town.ws.submit("ana", chosen)["errors"]["date"]
    assert stored(town).starts_at == datetime(2026, 3, 11, 15, 0, tzinfo=UTC)


def test_what_is_typed_badly_is_answered(town: Town, channel: str) -> None:
    assert "2026-03-12 14:00" in propose(town, channel, "meeting tomorrow")
    for never in ("2020-01-01 09:00", "9999-12-31 23:59", "0001-01-01 00:00", "2027-06-01 09:00"):
        assert "no time to come" in propose(town, channel, f"meeting {never}")
    assert "No review meeting" in propose(town, channel, "meeting agree")
    assert "Say what the review decided" in propose(town, channel, "decided")
    assert "No incident" in propose(town, "general") or "here" in propose(town, "general")


def test_without_a_draft_there_is_nothing_to_meet_about(town: Town) -> None:
    where = town.declare()
    assert "draft" in propose(town, where, person="ana")
    town.incident("ana", "postmortem skip because a drill", where)
    assert "gets no postmortem" in propose(town, where, person="ana")


def test_a_day_before_each_gets_the_draft_once_and_at_a_good_hour(town: Town, channel: str) -> None:
    propose(town, channel)
    town.incident("ben", "meeting 2026-03-13 10:00", channel)  # Friday, 14:00 UTC
    town.settle()
    town.sandbox.clock.advance(timedelta(days=1, hours=22, minutes=50))  # Thursday, 13:00 UTC
    town.settle()
    # A day before it is 23:00 in Tokyo: Mei hears of it in her afternoon, before.
    assert [len(dms(town, person)) for person in ("ana", "ben", "mei")] == [0, 0, 0]
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    town.settle()
    assert [len(dms(town, person)) for person in ("ana", "ben", "mei")] == [1, 1, 0]
    assert "read the draft" in dms(town, "ana")[0]
    town.sandbox.clock.advance(timedelta(hours=10, minutes=30))  # Friday, 9:40 in Tokyo
    town.settle()
    assert [len(dms(town, person)) for person in ("ana", "ben", "mei")] == [1, 1, 1]
    assert "You lead the talk" in dms(town, "mei")[0]
    town.restart(timedelta(minutes=5))
    town.settle()
    assert [len(dms(town, person)) for person in ("ana", "ben", "mei")] == [1, 1, 1]


def test_who_has_left_gets_no_message_and_is_not_invited(town: Town, channel: str) -> None:
    town.sandbox.state.people[town.ws.person("ana").id].deleted = True
    town.sandbox.clock.advance(timedelta(days=8))  # Slack is asked again who is who
    propose(town, channel)
    assert f"<@{town.ws.person('ana').id}>" not in card(town, channel)["text"]
    propose(town, channel, "meeting agree")
    town.sandbox.clock.advance(timedelta(hours=24))
    town.settle()
    assert dms(town, "ana") == []


def test_what_the_review_decides_stands_in_the_postmortem(town: Town, channel: str) -> None:
    assert "Recorded as decided" in propose(town, channel, "decided The pool gets an <owner>")
    made = document(town, channel)["review"]
    assert (made["state"], made["steps"][0]["because"]) == ("draft", "The pool gets an <owner>")
    whole = "\n".join(
        block["text"]
        for m in replies(town, channel)
        for block in m.get("blocks", [])
        if block["type"] == "markdown"
    )
    assert "## Decisions of the review" in whole
    assert "- The pool gets an &lt;owner&gt; (ben, 2026-03-10" in whole
    assert [each.detail for each in town.recorded(channel) if each.kind is EventKind.REVIEW] == [
        "decided"
    ]
    assert not [text for text in in_channel(town, channel) if "Decided in" in text]
    assert any("Decided in the review" in m["text"] for m in replies(town, channel))


def test_a_decision_after_an_approval_is_not_approved(town: Town, channel: str) -> None:
    for words in (
        "postmortem submit because so",
        "postmortem approve",
        "decided The pool gets an owner",
    ):
        town.sandbox.clock.advance(timedelta(minutes=1))
        propose(town, channel, words)
    assert "Nobody has approved" in propose(town, channel, "postmortem final")
    propose(town, channel, "postmortem approve")
    assert "is final" in propose(town, channel, "postmortem final")
    assert "is final" in propose(town, channel, "decided something else")
    assert "is final" in propose(town, channel)


def test_a_private_incident_is_spoken_of_with_its_members_alone(town: Town) -> None:
    town.incident("ana", "private P1 leak")
    town.settle()
    made = town.sandbox.record.called("conversations.create")
    where = str(made[-1].answer["channel"]["id"])
    town.ws.join("ben", where)
    town.ws.say("ben", where, SAID)
    town.ws.leave("ben", where)
    town.incident("ana", "resolve closed", where)
    town.settle()
    propose(town, where, "meeting 2026-03-12 14:00", "ana")
    town.sandbox.clock.advance(timedelta(days=1, hours=1))
    town.settle()
    assert [len(dms(town, person)) for person in ("ana", "ben", "mei")] == [1, 0, 0]


@pytest.mark.parametrize("responds", [False, True])
def test_who_the_policy_names_leads_before_who_looked_on_unless_they_responded(
    tmp_path: Path, *, responds: bool
) -> None:
    sandbox = Sandbox(harness.ROOT / "manifest.yml", clock=Clock(harness.START))
    zoe = sandbox.workspace.add_person(name="zoe", tz="Europe/Lisbon").id
    policy = POLICY.model_copy(update={"meeting": Meeting(facilitators=(zoe,), agenda={"All": 45})})
    with harness.town(f"sqlite:///{tmp_path}/d.db", policy=policy, sandbox=sandbox) as town:
        where = town.declare()
        town.incident("zoe", "list")  # the bot has met Zoe
        town.ws.join("mei", where)
        town.ws.join("zoe", where)
        if responds:
            town.ws.say("zoe", where, SAID)
        town.settle()
        town.incident("ana", "resolve limit set back", where)
        town.settle()
        propose(town, where, person="ana")
        assert stored(town).facilitator == (town.ws.person("mei").id if responds else zoe)
        assert stored(town).minutes == 45


def test_where_everybody_responded_it_is_asked_who_leads(town: Town) -> None:
    where = town.declare()
    town.settle()
    town.incident("ana", "resolve limit set back", where)
    town.settle()
    propose(town, where, person="ana")
    assert stored(town).facilitator is None
    assert "nobody yet. Who did not respond" in card(town, where)["text"]
