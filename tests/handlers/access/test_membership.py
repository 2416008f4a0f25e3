"""People who left a private incident get nothing new, and nothing they have open works."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident
from handlers import interactions
from handlers.interactions.incident_finders import find_none
from storage import action_items, incidents, outbox
from tests.support.harness import Town, eventually
from tests.support.outsiders import MARKER, Kept, received_by
from tests.support.stores import rows

INSIDE = "payroll export leaked"
_ECHO = re.compile(r"found for “.*?”")  # the query that they typed


def _declare_private(town: Town) -> str:
    """Declare a private incident that Ben leads, with items of his and a request for an update."""
    channel = town.declare(f"P1 {INSIDE}", private=True)
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


def _open_everything(town: Town, channel: str) -> Kept:
    """Open every form and keep every message with buttons that Ben can have."""
    saved, ws = Kept(town, "ben"), town.ws
    message_ts = ws.say("mei", channel, "we need an alert on exports")
    town.settle()
    for shortcut in ("create_item", "declare_from_message", "add_to_timeline", "forget"):
        ws.message_shortcut("ben", shortcut, channel, message_ts)
        saved.keep_form()
    for label in ("Post update", "Change severity", "Resolve", "Change owner", "Change due date",
                  "Set priority", "Won't do", "Key times"):  # fmt: skip
        town.press("ben", channel, label)
        saved.keep_form()
    for label in ("Add a note", "Create action item", "Give a role", "Show the timeline"):
        town.choose("ben", channel, label)
        saved.keep_form()
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))  # an update is due: asked of Ben
    town.settle()
    ws.open_home("ben")
    town.settle()
    saved.keep_messages(channel)
    return saved


def _open_postmortem_forms(town: Town, channel: str) -> Kept:
    """Open every form of a postmortem and its review meeting that Ben can have."""
    town.incident("ana", "resolve over", channel)
    town.settle()
    town.incident("ana", "meeting 2026-03-18 14:00", channel)
    town.settle()
    saved = Kept(town, "ben")
    for label in ("Edit a section", "Impact", "Five whys", "Choose another time", "Reopen"):
        town.press("ben", channel, label)
        saved.keep_form()
    for label in ("No postmortem, because", "Ask for a postmortem"):
        town.choose("ben", channel, label)
        saved.keep_form()
    town.incident("ana", "postmortem submit because it is enough", channel)
    town.settle()
    town.press("ben", channel, "Return with a reason")
    saved.keep_form()
    saved.keep_messages(channel)
    return saved


def _form_values(town: Town) -> dict[str, Any]:
    """Return a value for each field of those forms."""
    mei = town.ws.person("mei").id
    return {
        "title": "another", "text": f"by {MARKER}", "what": "do it", "note": "over", "why": "no use",
        "person": mei, "owner": mei, "due": "2026-03-20",
        "started": "13:30",
    }  # fmt: skip


@pytest.fixture
def removed(town: Town) -> tuple[str, Kept]:
    channel = _declare_private(town)
    saved = _open_everything(town, channel)
    town.ws.leave("ben", channel)
    town.settle()
    return channel, saved


def _use_marker(town: Town, channel: str) -> None:
    """Use the marker in every kind of message, so that later messages could quote it."""
    town.ws.say("mei", channel, f"the {MARKER} bucket was public")
    town.incident("ana", f"update 30m {MARKER} is closed", channel)
    town.incident("ana", f"note {MARKER} found", channel)
    town.incident("ana", f"action {MARKER} review @ben 2026-03-13", channel)
    town.settle()


def _let_time_pass(town: Town, channel: str) -> None:
    """Run updates, the resolution, the draft, a meeting, deadlines, reminders and digests."""
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


def test_nothing_written_later_reaches_a_person_who_left(
    town: Town, removed: tuple[str, Kept]
) -> None:
    channel, _ = removed
    _use_marker(town, channel)
    _let_time_pass(town, channel)
    town.ws.open_home("ben")
    town.settle()
    town.incident("ben", "actions", "general")
    assert "Nothing was found" in town.incident("ben", "search bucket", "general")
    for number in range(1, 6):
        assert "no action item" in town.incident("ben", f"actions {number}", "general")
    texts = received_by(town, "ben")
    assert [text for text in texts if MARKER in text.lower()] == []
    assert MARKER in json.dumps(town.said(channel))


def test_forms_and_buttons_opened_before_leaving_no_longer_work(
    town: Town, removed: tuple[str, Kept]
) -> None:
    channel, saved = removed
    _use_marker(town, channel)
    before = _stored_rows(town)
    assert saved.press_everything() > 25
    assert saved.submit_everything(_form_values(town)) == 16
    for reply in ("done", "friday", "not mine", "P2", "snooze"):
        town.ws.say_to_bot("ben", reply)
    town.settle()
    town.incident("ben", "done 1", "general")
    town.incident("ben", "drop 2 because I left", "general")
    town.incident("ben", "INC-2026-001 resolve all is well", "general")
    town.settle()
    assert _stored_rows(town) == before
    texts = received_by(town, "ben")
    assert [text for text in texts if MARKER in text.lower()] == []


def _stored_rows(town: Town) -> dict[str, list[str]]:
    """Return all stored rows except deliveries and sent messages."""
    return rows(town.store, but={"deliveries", "outbox", "settings", "people", "library_words"})


def test_roles_and_items_of_a_person_who_left_go_to_the_lead(town: Town) -> None:
    channel = _declare_private(town)
    town.incident("ana", "role lead @ana", channel)
    town.settle()
    before = len(town.ws.dm("ben"))
    town.ws.leave("ben", channel)
    town.settle()
    (dm,) = town.ws.dm("ben")[before:]
    assert dm["text"].startswith("You're no longer in the channel of INC-2026-001")
    assert INSIDE not in json.dumps(dm)
    assert {item.owner for item in _items(town, channel)} == {town.ws.person("ana").id}
    assert {role.person for role in _incident(town, channel).roles} == {town.ws.person("ana").id}
    texts = town.texts(channel)
    assert "takes over as communications, and takes on these action items" in texts
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    assert "close the bucket" in json.dumps(town.ws.dm("ana"))
    assert len(town.ws.dm("ben")) == before + 1  # once


def test_the_lead_passes_to_the_declarer_and_then_to_nobody_as_people_leave(town: Town) -> None:
    channel = _declare_private(town)
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


def test_a_due_update_is_requested_from_the_new_lead_after_the_lead_left(town: Town) -> None:
    channel = _declare_private(town)
    _remove_silently(town, channel)
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    town.settle()
    assert "An update on" not in json.dumps(town.ws.dm("ben"))
    assert "An update on INC-2026-001 is due" in json.dumps(town.ws.dm("ana"))


def test_membership_is_checked_before_each_message_when_the_leave_event_was_missed(
    town: Town,
) -> None:
    channel = _declare_private(town)
    saved = _open_everything(town, channel)
    _remove_silently(town, channel)
    _use_marker(town, channel)
    _let_time_pass(town, channel)
    town.ws.open_home("ben")
    town.settle()
    saved.press_everything()
    saved.submit_everything(_form_values(town))
    town.settle()
    texts = received_by(town, "ben")
    assert [text for text in texts if MARKER in text.lower()] == []


def test_the_home_tab_and_lists_check_membership_first(town: Town) -> None:
    channel = _declare_private(town)
    town.ws.open_home("ben")
    town.settle()
    assert "close the bucket" in json.dumps(town.ws.open_home("ben"))
    assert "close the bucket" in town.incident("ben", "actions", "general")
    _remove_silently(town, channel)
    town.ws.open_home("ben")
    town.settle()
    texts = [json.dumps(town.sandbox.state.homes[town.ws.person("ben").id])]
    texts += [
        town.incident("ben", command, "general") for command in ("actions", "actions 1", "list")
    ]
    texts += [town.incident("ben", "search payroll", "general")]
    texts = [_ECHO.sub("", text) for text in texts]
    assert [text for text in texts if "bucket" in text or "payroll" in text] == []


def test_a_reminder_checks_membership_first_and_goes_to_the_lead_instead(town: Town) -> None:
    channel = town.declare(f"P1 {INSIDE}", private=True)
    town.ws.invite("ana", channel, "ben")
    town.incident("ana", f"action close {MARKER} @ben 2026-03-12", channel)
    town.settle()
    _remove_silently(town, channel)
    town.sandbox.clock.move_to(datetime(2026, 3, 11, 14, 1, tzinfo=UTC))
    town.settle()
    assert [text for text in received_by(town, "ben") if MARKER in text.lower()] == []
    assert "handed over your responsibilities there" in town.ws.dm("ben")[-1]["text"]
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 14, 1, tzinfo=UTC))
    town.settle()
    assert MARKER in json.dumps(town.ws.dm("ana"))


def test_postmortem_forms_opened_before_leaving_no_longer_work(town: Town) -> None:
    channel = _declare_private(town)
    saved = _open_postmortem_forms(town, channel)
    town.ws.leave("ben", channel)
    town.settle()
    town.ws.say("mei", channel, f"the {MARKER} bucket was public")
    town.incident("ana", "postmortem again", channel)
    town.settle()
    before = _stored_rows(town)
    assert saved.press_everything() > 25
    assert saved.submit_everything(_form_values(town)) == 8
    town.settle()
    assert _stored_rows(town) == before
    assert [text for text in received_by(town, "ben") if MARKER in text.lower()] == []


def test_clicks_are_refused_and_messages_wait_while_membership_cannot_be_checked(
    town: Town,
) -> None:
    channel = _declare_private(town)
    town.press("ben", channel, "Change severity")
    town.sandbox.faults.on("server_error", method="conversations.members")
    answer = town.ws.submit("ben", {"incident_severity": {"incident_severity": "P3"}})
    assert "I couldn't check whether you're in its channel" in str(answer["errors"])
    assert "so nothing was changed" in town.incident("ben", "sev P3", channel)
    before = len(town.ws.dm("ben"))
    town.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    eventually(lambda: _count_retries(town) > 0, "a message waits")
    assert len(town.ws.dm("ben")) == before
    town.sandbox.faults.off("server_error")
    assert town.ws.submit("ben", {"incident_severity": {"incident_severity": "P3"}}) == {}
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    assert "An update on INC-2026-001 is due" in json.dumps(town.ws.dm("ben"))


def test_a_reminder_leaves_out_only_the_incident_whose_channel_the_bot_left(town: Town) -> None:
    channel = _declare_private(town)
    other = town.declare("P2 search is slow")
    town.incident("ana", "action add an alert @ben 2026-03-12", other)
    town.settle()
    town.ws.remove_bot(channel)
    town.sandbox.clock.move_to(datetime(2026, 3, 11, 14, 1, tzinfo=UTC))
    town.settle()
    reminder = json.dumps(town.ws.dm("ben")[-1])
    assert "add an alert" in reminder
    assert "close the bucket" not in reminder
    ben = town.ws.person("ben").id  # nothing is handed over without proof
    assert [item.owner for item in _items(town, channel)].count(ben) == 2


def test_a_person_assigned_a_role_in_a_private_incident_is_invited_and_told(town: Town) -> None:
    channel = town.declare(f"P1 {INSIDE}", private=True)
    town.incident("ana", "role lead @mei", channel)
    town.settle()
    assert town.ws.person("mei").id in town.ws.channel(channel).members
    assert "gave you the role *lead*" in json.dumps(town.ws.dm("mei"))
    assert _incident(town, channel).lead == town.ws.person("mei").id


def test_only_home_tab_and_settings_are_about_no_incident() -> None:
    tables = (interactions.BUTTONS, interactions.SUBMISSION_HANDLERS)
    about_none = {
        name for table in tables for name, row in table.items() if row.find_incident is find_none
    }
    home_tab = {"home_hour", "home_back", "home_declare", "away_form", "away"}
    assert about_none == {*home_tab, "digest_settings"}


def _remove_silently(town: Town, channel: str) -> None:
    """Remove Ben without an event."""
    town.settle()
    town.sandbox.state.channels[channel].members.remove(town.ws.person("ben").id)


def _incident(town: Town, channel: str) -> Incident:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
    assert incident is not None
    return incident


def _items(town: Town, channel: str) -> list[ActionItem]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        return action_items.of_incident(session, incident.id) if incident else []


def _count_retries(town: Town) -> int:
    with town.store.begin() as session:
        return outbox.retrying(session)
