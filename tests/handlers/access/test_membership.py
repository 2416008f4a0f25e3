"""Private incidents and people who left: nothing later reaches them, and nothing they still have open works."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident
from handlers import interactions
from handlers.interactions import subjects
from storage import action_items, incidents, outbox
from tests.support.harness import Town, eventually
from tests.support.outsiders import MARKER, Kept, received_by
from tests.support.stores import rows

INSIDE = "payroll export leaked"
_ECHO = re.compile(r"found for “.*?”")  # what they typed


def _declared(town: Town) -> str:
    """A private incident that Ana declared and Ben leads, with items of his and work on it open."""
    town.incident("ana", f"private P1 {INSIDE}")
    town.settle()
    channel = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    for person in ("ben", "mei"):
        town.ws.invite("ana", channel, person)
    town.ws.say("ben", channel, "I'm on it")
    town.incident("ana", "role lead @ben", channel)
    town.incident("ana", "role communications @ben", channel)
    town.incident("ana", "update 60m we look", channel)
    for text in (
        "close the bucket @ben 2026-03-12",
        "rotate the keys @ben",
        "tell legal @ana friday",
    ):
        town.incident("ana", f"action {text}", channel)
    town.settle()
    return channel


def _opened(town: Town, channel: str) -> Kept:
    """Everything that Ben can have open: each form, and each message with buttons."""
    kept, ws = Kept(town, "ben"), town.ws
    said = ws.say("mei", channel, "we need an alert on exports")
    town.settle()
    for shortcut in ("create_item", "declare_from_message", "add_to_timeline", "forget"):
        ws.message_shortcut("ben", shortcut, channel, said)
        kept.keep_form()
    for label in ("Post update", "Change severity", "Resolve", "Change owner", "Change due date",
                  "Set priority", "Won't do", "Key times"):  # fmt: skip
        town.press("ben", channel, label)
        kept.keep_form()
    for label in ("Add a note", "Create action item", "Give a role", "Show the timeline"):
        town.choose("ben", channel, label)
        kept.keep_form()
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))  # an update is due: asked of Ben
    town.settle()
    ws.open_home("ben")
    town.settle()
    kept.keep_messages(channel)
    return kept


def _opened_afterwards(town: Town, channel: str) -> Kept:
    """Everything of a postmortem and its review meeting that Ben can have open."""
    town.incident("ana", "resolve over", channel)
    town.settle()
    town.incident("ana", "meeting 2026-03-18 14:00", channel)
    town.settle()
    kept = Kept(town, "ben")
    for label in ("Edit a section", "Impact", "Five whys", "Choose another time", "Reopen"):
        town.press("ben", channel, label)
        kept.keep_form()
    for label in ("No postmortem, because", "Ask for a postmortem"):
        town.choose("ben", channel, label)
        kept.keep_form()
    town.incident("ana", "postmortem submit because it is enough", channel)
    town.settle()
    town.press("ben", channel, "Return with a reason")
    kept.keep_form()
    kept.keep_messages(channel)
    return kept


def _values(town: Town) -> dict[str, Any]:
    """Something for each field of those forms."""
    mei = town.ws.person("mei").id
    return {
        "title": "another", "text": f"by {MARKER}", "what": "do it", "note": "over", "why": "no use",
        "person": mei, "owner": mei, "due": "2026-03-20",
        "started": "13:30",
    }  # fmt: skip


@pytest.fixture
def removed(town: Town) -> tuple[str, Kept]:
    channel = _declared(town)
    kept = _opened(town, channel)
    town.ws.leave("ben", channel)
    town.settle()
    return channel, kept


def _say_the_marker(town: Town, channel: str) -> None:
    """Say the marker everywhere, so that all that is sent from here on could quote it."""
    town.ws.say("mei", channel, f"the {MARKER} bucket was public")
    town.incident("ana", f"update 30m {MARKER} is closed", channel)
    town.incident("ana", f"note {MARKER} found", channel)
    town.incident("ana", f"action {MARKER} review @ben 2026-03-13", channel)
    town.settle()


def _let_time_pass(town: Town, channel: str) -> None:
    """Updates due, resolved, drafted, a review meeting, deadlines, reminders, escalations, digests."""
    town.sandbox.clock.advance(timedelta(minutes=31))
    town.settle()
    town.incident("ana", f"resolve {MARKER} is closed", channel)
    town.settle()
    town.incident("ana", "postmortem ask because we learn", channel)
    town.incident("ana", "meeting 2026-03-18 14:00", channel)
    town.settle()
    for day in range(11, 32):
        for hour in (9, 14, 21):
            town.sandbox.clock.move_to(datetime(2026, 3, day, hour, 1, tzinfo=UTC))
            town.settle()


def test_nothing_said_later_reaches_a_person_who_was_removed(
    town: Town, removed: tuple[str, Kept]
) -> None:
    channel, _ = removed
    _say_the_marker(town, channel)
    _let_time_pass(town, channel)
    town.ws.open_home("ben")
    town.settle()
    town.incident("ben", "actions", "general")
    assert "Nothing was found" in town.incident("ben", "search bucket", "general")
    for number in range(1, 6):
        assert "no action item" in town.incident("ben", f"actions {number}", "general")
    seen = received_by(town, "ben")
    assert [text for text in seen if MARKER in text.lower()] == []
    assert MARKER in json.dumps(town.said(channel))


def test_nothing_that_was_open_before_works_after(town: Town, removed: tuple[str, Kept]) -> None:
    channel, kept = removed
    _say_the_marker(town, channel)
    before = _record(town)
    assert kept.press_everything() > 25
    assert kept.submit_everything(_values(town)) == 16
    for words in ("done", "friday", "not mine", "P2", "snooze"):
        town.ws.say_to_bot("ben", words)
    town.settle()
    town.incident("ben", "done 1", "general")
    town.incident("ben", "drop 2 because I left", "general")
    town.incident("ben", "INC-2026-001 resolve all is well", "general")
    town.settle()
    assert _record(town) == before
    seen = received_by(town, "ben")
    assert [text for text in seen if MARKER in text.lower()] == []


def _record(town: Town) -> dict[str, list[str]]:
    """All that is stored, besides what was delivered and sent."""
    return rows(town.store, but={"deliveries", "outbox", "settings", "people", "library_words"})


def test_what_they_had_goes_to_the_lead_and_they_are_told_so_without_content(town: Town) -> None:
    channel = _declared(town)
    town.incident("ana", "role lead @ana", channel)
    town.settle()
    before = len(town.ws.dm("ben"))
    town.ws.leave("ben", channel)
    town.settle()
    (told,) = town.ws.dm("ben")[before:]
    assert told["text"].startswith("You're no longer in the channel of INC-2026-001")
    assert INSIDE not in json.dumps(told)
    assert {item.owner for item in _items(town, channel)} == {town.ws.person("ana").id}
    assert {role.person for role in _incident(town, channel).roles} == {town.ws.person("ana").id}
    said = town.texts(channel)
    assert "takes over as communications, and takes on these action items" in said
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    assert "close the bucket" in json.dumps(town.ws.dm("ana"))
    assert len(town.ws.dm("ben")) == before + 1  # once


def test_a_lead_who_left_hands_over_to_whoever_declared_it_and_they_to_the_channel(
    town: Town,
) -> None:
    channel = _declared(town)
    town.ws.leave("ben", channel)
    town.settle()
    assert _incident(town, channel).lead == town.ws.person("ana").id
    town.ws.leave("ana", channel)
    town.settle()
    assert _incident(town, channel).roles == ()
    assert {item.owner for item in _items(town, channel)} == {None}
    assert "Nobody here can take over. Open roles: communications, lead." in town.texts(channel)  # fmt: skip
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    town.settle()
    town.sandbox.clock.advance(timedelta(hours=1))
    town.settle()
    assert town.texts(channel).count("An update on INC-2026-001 is due") == 1
    for person in ("ana", "ben"):
        assert "An update on" not in json.dumps(town.ws.dm(person))


def test_an_update_that_was_asked_of_somebody_who_left_is_asked_of_the_lead(town: Town) -> None:
    channel = _declared(town)
    _gone_silently(town, channel)
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    town.settle()
    assert "An update on" not in json.dumps(town.ws.dm("ben"))
    assert "An update on INC-2026-001 is due" in json.dumps(town.ws.dm("ana"))


def test_where_slack_did_not_tell_that_they_left_it_is_asked_before_each_sending(
    town: Town,
) -> None:
    channel = _declared(town)
    kept = _opened(town, channel)
    _gone_silently(town, channel)
    _say_the_marker(town, channel)
    _let_time_pass(town, channel)
    town.ws.open_home("ben")
    town.settle()
    kept.press_everything()
    kept.submit_everything(_values(town))
    town.settle()
    seen = received_by(town, "ben")
    assert [text for text in seen if MARKER in text.lower()] == []


def test_the_home_tab_and_each_list_ask_slack_first(town: Town) -> None:
    channel = _declared(town)
    town.ws.open_home("ben")
    town.settle()
    assert "close the bucket" in json.dumps(town.ws.open_home("ben"))
    assert "close the bucket" in town.incident("ben", "actions", "general")
    _gone_silently(town, channel)
    town.ws.open_home("ben")
    town.settle()
    shown = [json.dumps(town.sandbox.state.homes[town.ws.person("ben").id])]
    shown += [town.incident("ben", words, "general") for words in ("actions", "actions 1", "list")]
    shown += [town.incident("ben", "search payroll", "general")]
    shown = [_ECHO.sub("", text) for text in shown]
    assert [text for text in shown if "bucket" in text or "payroll" in text] == []


def test_a_reminder_asks_before_it_goes_and_what_was_due_goes_to_the_lead(town: Town) -> None:
    channel = town.declare(f"P1 {INSIDE}", private=True)
    town.ws.invite("ana", channel, "ben")
    town.incident("ana", f"action close {MARKER} @ben 2026-03-12", channel)
    town.settle()
    _gone_silently(town, channel)
    town.sandbox.clock.move_to(datetime(2026, 3, 11, 14, 1, tzinfo=UTC))
    town.settle()
    assert [text for text in received_by(town, "ben") if MARKER in text.lower()] == []
    assert "handed over your responsibilities there" in town.ws.dm("ben")[-1]["text"]
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 14, 1, tzinfo=UTC))
    town.settle()
    assert MARKER in json.dumps(town.ws.dm("ana"))


def test_nothing_of_a_postmortem_that_was_open_before_works_after(town: Town) -> None:
    channel = _declared(town)
    kept = _opened_afterwards(town, channel)
    town.ws.leave("ben", channel)
    town.settle()
    town.ws.say("mei", channel, f"the {MARKER} bucket was public")
    town.incident("ana", "postmortem again", channel)
    town.settle()
    before = _record(town)
    assert kept.press_everything() > 25
    assert kept.submit_everything(_values(town)) == 8
    town.settle()
    assert _record(town) == before
    assert [text for text in received_by(town, "ben") if MARKER in text.lower()] == []


def test_while_slack_cannot_be_asked_clicks_are_refused_and_messages_wait(town: Town) -> None:
    channel = _declared(town)
    town.press("ben", channel, "Change severity")
    town.sandbox.faults.on("server_error", method="conversations.members")
    answer = town.ws.submit("ben", {"incident_severity": {"incident_severity": "P3"}})
    assert "I couldn't check whether you're in its channel" in str(answer["errors"])
    assert "so nothing was changed" in town.incident("ben", "sev P3", channel)
    before = len(town.ws.dm("ben"))
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    eventually(lambda: _waiting(town) > 0, "a message waits")
    assert len(town.ws.dm("ben")) == before
    town.sandbox.faults.off("server_error")
    assert town.ws.submit("ben", {"incident_severity": {"incident_severity": "P3"}}) == {}
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert "An update on INC-2026-001 is due" in json.dumps(town.ws.dm("ben"))


def test_where_the_bot_was_removed_too_only_that_incident_is_left_out(town: Town) -> None:
    channel = _declared(town)
    other = town.declare("P2 search is slow")
    town.incident("ana", "action add an alert @ben 2026-03-12", other)
    town.settle()
    town.ws.remove_bot(channel)
    town.sandbox.clock.move_to(datetime(2026, 3, 11, 14, 1, tzinfo=UTC))
    town.settle()
    told = json.dumps(town.ws.dm("ben")[-1])
    assert "add an alert" in told
    assert "close the bucket" not in told
    ben = town.ws.person("ben").id  # nothing is handed over on a guess
    assert [each.owner for each in _items(town, channel)].count(ben) == 2


def test_whoever_gets_a_role_is_let_in_before_they_are_told(town: Town) -> None:
    channel = town.declare(f"P1 {INSIDE}", private=True)
    town.incident("ana", "role lead @mei", channel)
    town.settle()
    assert town.ws.person("mei").id in town.ws.channel(channel).members
    assert "gave you the role *lead*" in json.dumps(town.ws.dm("mei"))
    assert _incident(town, channel).lead == town.ws.person("mei").id


def test_each_click_form_and_shortcut_says_which_incident_it_is_about() -> None:
    used = {
        *interactions.BUTTON_HANDLERS,
        *interactions.BUTTON_FORMS,
        *interactions.MODAL_HANDLERS,
        *interactions.SUBMISSION_HANDLERS,
    }
    assert used == {*subjects.FINDERS}


def _gone_silently(town: Town, channel: str) -> None:
    """Remove Ben without any event of it."""
    town.settle()
    town.sandbox.state.channels[channel].members.remove(town.ws.person("ben").id)


def _incident(town: Town, channel: str) -> Incident:
    with town.store.begin() as session:
        found = incidents.by_channel(session, channel)
    assert found is not None
    return found


def _items(town: Town, channel: str) -> list[ActionItem]:
    with town.store.begin() as session:
        found = incidents.by_channel(session, channel)
        return action_items.of_incident(session, found.id) if found else []


def _waiting(town: Town) -> int:
    with town.store.begin() as session:
        return outbox.retrying(session)
