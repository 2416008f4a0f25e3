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
from tests.support.harness import LiveBot, eventually
from tests.support.outsiders import MARKER, StaleScreen, private_to
from tests.support.stores import read_rows

INSIDE = "payroll export leaked"
_ECHO = re.compile(r"results for “.*?”")  # the query that they typed


def _declare_private(live_bot: LiveBot) -> str:
    """Declare a private incident that Ben leads, with items of his and a request for an update."""
    channel = live_bot.declare(f"P1 {INSIDE}", private=True)
    for person in ("ben", "mei"):
        live_bot.workspace.invite("ana", channel, person)
    live_bot.workspace.say("ben", channel, "I'm on it")
    live_bot.command("ana", "role lead @ben", channel)
    live_bot.command("ana", "role communications @ben", channel)
    live_bot.command("ana", "update 60m we look", channel)
    for text in (
        "close the bucket @ben 2026-03-12",
        "rotate the keys @ben",
        "tell legal @ana friday",
    ):
        live_bot.command("ana", f"action {text}", channel)
    live_bot.settle()
    return channel


def _open_everything(live_bot: LiveBot, channel: str) -> StaleScreen:
    """Open every form and keep every message with buttons that Ben can have."""
    saved, ws = StaleScreen(live_bot, "ben"), live_bot.workspace
    message_ts = ws.say("mei", channel, "we need an alert on exports")
    live_bot.settle()
    for shortcut in ("create_item", "declare_from_message", "add_to_timeline", "forget"):
        ws.message_shortcut("ben", shortcut, channel, message_ts)
        saved.keep_form()
    for label in ("Post update", "Set severity", "Resolve incident", "Change owner", "Change due date",
                  "Set priority", "Won't do", "Set key times"):  # fmt: skip
        live_bot.press("ben", channel, label)
        saved.keep_form()
    for label in ("Add note", "Create action item", "Assign role", "Show timeline"):
        live_bot.choose("ben", channel, label)
        saved.keep_form()
    live_bot.sandbox.clock.advance(timedelta(hours=1, minutes=1))  # an update is due: asked of Ben
    live_bot.settle()
    ws.open_home("ben")
    live_bot.settle()
    saved.keep_messages(channel)
    return saved


def _open_postmortem_forms(live_bot: LiveBot, channel: str) -> StaleScreen:
    """Open every form of a postmortem and its review meeting that Ben can have."""
    live_bot.command("ana", "resolve over", channel)
    live_bot.settle()
    live_bot.command("ana", "meeting 2026-03-18 14:00", channel)
    live_bot.settle()
    saved = StaleScreen(live_bot, "ben")
    for label in (
        "Edit section",
        "Edit impact",
        "Edit five whys",
        "Choose another time",
        "Reopen incident",
    ):
        live_bot.press("ben", channel, label)
        saved.keep_form()
    for label in ("Skip postmortem", "Request postmortem"):
        live_bot.choose("ben", channel, label)
        saved.keep_form()
    live_bot.command("ana", "postmortem submit because it is enough", channel)
    live_bot.settle()
    live_bot.press("ben", channel, "Request changes")
    saved.keep_form()
    saved.keep_messages(channel)
    return saved


def _form_values(live_bot: LiveBot) -> dict[str, Any]:
    """Return a value for each field of those forms."""
    mei = live_bot.workspace.person("mei").id
    return {
        "title": "another", "text": f"by {MARKER}", "what": "do it", "note": "over", "why": "no use",
        "person": mei, "owner": mei, "due": "2026-03-20",
        "started": "13:30",
    }  # fmt: skip


@pytest.fixture
def removed(live_bot: LiveBot) -> tuple[str, StaleScreen]:
    channel = _declare_private(live_bot)
    saved = _open_everything(live_bot, channel)
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    return channel, saved


def _use_marker(live_bot: LiveBot, channel: str) -> None:
    """Use the marker in every kind of message, so that later messages could quote it."""
    live_bot.workspace.say("mei", channel, f"the {MARKER} bucket was public")
    live_bot.command("ana", f"update 30m {MARKER} is closed", channel)
    live_bot.command("ana", f"note {MARKER} found", channel)
    live_bot.command("ana", f"action {MARKER} review @ben 2026-03-13", channel)
    live_bot.settle()


def _let_time_pass(live_bot: LiveBot, channel: str) -> None:
    """Run updates, the resolution, the draft, a meeting, deadlines, reminders and digests."""
    live_bot.sandbox.clock.advance(timedelta(minutes=31))
    live_bot.settle()
    live_bot.command("ana", f"resolve {MARKER} is closed", channel)
    live_bot.settle()
    live_bot.command("ana", "postmortem request because we learn", channel)
    live_bot.command("ana", "meeting 2026-03-18 14:00", channel)
    live_bot.settle()
    for day in range(11, 32):
        for hour in (9, 14, 21):
            live_bot.sandbox.clock.move_to(datetime(2026, 3, day, hour, 1, tzinfo=UTC))
            live_bot.settle()


def test_nothing_written_later_reaches_a_person_who_left(
    live_bot: LiveBot, removed: tuple[str, StaleScreen]
) -> None:
    channel, _ = removed
    _use_marker(live_bot, channel)
    _let_time_pass(live_bot, channel)
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    live_bot.command("ben", "actions", "general")
    assert "No results for" in live_bot.command("ben", "search bucket", "general")
    for number in range(1, 6):
        assert "no action item" in live_bot.command("ben", f"actions {number}", "general")
    texts = private_to(live_bot, "ben")
    assert [text for text in texts if MARKER in text.lower()] == []
    assert MARKER in json.dumps(live_bot.messages(channel))


def test_forms_and_buttons_opened_before_leaving_no_longer_work(
    live_bot: LiveBot, removed: tuple[str, StaleScreen]
) -> None:
    channel, saved = removed
    _use_marker(live_bot, channel)
    before = _stored_rows(live_bot)
    assert saved.press_everything() > 25
    assert saved.submit_everything(_form_values(live_bot)) == 16
    for reply in ("done", "friday", "not mine", "P2", "snooze"):
        live_bot.workspace.say_to_bot("ben", reply)
    live_bot.settle()
    live_bot.command("ben", "done 1", "general")
    live_bot.command("ben", "drop 2 because I left", "general")
    live_bot.command("ben", "INC-2026-001 resolve all is well", "general")
    live_bot.settle()
    assert _stored_rows(live_bot) == before
    texts = private_to(live_bot, "ben")
    assert [text for text in texts if MARKER in text.lower()] == []


def _stored_rows(live_bot: LiveBot) -> dict[str, list[str]]:
    """Return all stored rows except deliveries and sent messages."""
    return read_rows(
        live_bot.store, but={"deliveries", "outbox", "settings", "people", "library_words"}
    )


def test_roles_and_items_of_a_person_who_left_go_to_the_lead(live_bot: LiveBot) -> None:
    channel = _declare_private(live_bot)
    live_bot.command("ana", "role lead @ana", channel)
    live_bot.settle()
    before = len(live_bot.workspace.dm("ben"))
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    (dm,) = live_bot.workspace.dm("ben")[before:]
    assert dm["text"].startswith("You're no longer in the private channel for INC-2026-001")
    assert INSIDE not in json.dumps(dm)
    assert {item.owner for item in _items(live_bot, channel)} == {
        live_bot.workspace.person("ana").id
    }
    assert {role.person for role in _incident(live_bot, channel).roles} == {
        live_bot.workspace.person("ana").id
    }
    texts = live_bot.text_in(channel)
    assert "is now communications, and owns these action items" in texts
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    live_bot.settle()
    assert "close the bucket" in json.dumps(live_bot.workspace.dm("ana"))
    assert len(live_bot.workspace.dm("ben")) == before + 1  # once


def test_the_lead_passes_to_the_declarer_and_then_to_nobody_as_people_leave(
    live_bot: LiveBot,
) -> None:
    channel = _declare_private(live_bot)
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    assert _incident(live_bot, channel).lead == live_bot.workspace.person("ana").id
    live_bot.workspace.leave("ana", channel)
    live_bot.settle()
    assert _incident(live_bot, channel).roles == ()
    assert {item.owner for item in _items(live_bot, channel)} == {None}
    assert "Nobody here can take over. Unassigned roles: communications and lead." in live_bot.text_in(channel)  # fmt: skip
    live_bot.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(hours=1))
    live_bot.settle()
    assert live_bot.text_in(channel).count("A status update on INC-2026-001") == 1
    for person in ("ana", "ben"):
        assert "A status update on" not in json.dumps(live_bot.workspace.dm(person))


def test_a_due_update_is_requested_from_the_new_lead_after_the_lead_left(live_bot: LiveBot) -> None:
    channel = _declare_private(live_bot)
    _remove_silently(live_bot, channel)
    live_bot.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    live_bot.settle()
    assert "A status update on" not in json.dumps(live_bot.workspace.dm("ben"))
    assert "A status update on INC-2026-001" in json.dumps(live_bot.workspace.dm("ana"))


def test_membership_is_checked_before_each_message_when_the_leave_event_was_missed(
    live_bot: LiveBot,
) -> None:
    channel = _declare_private(live_bot)
    saved = _open_everything(live_bot, channel)
    _remove_silently(live_bot, channel)
    _use_marker(live_bot, channel)
    _let_time_pass(live_bot, channel)
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    saved.press_everything()
    saved.submit_everything(_form_values(live_bot))
    live_bot.settle()
    texts = private_to(live_bot, "ben")
    assert [text for text in texts if MARKER in text.lower()] == []


def test_the_home_tab_and_lists_check_membership_first(live_bot: LiveBot) -> None:
    channel = _declare_private(live_bot)
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    assert "close the bucket" in json.dumps(live_bot.workspace.open_home("ben"))
    assert "close the bucket" in live_bot.command("ben", "actions", "general")
    _remove_silently(live_bot, channel)
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    texts = [json.dumps(live_bot.sandbox.state.homes[live_bot.workspace.person("ben").id])]
    texts += [
        live_bot.command("ben", command, "general") for command in ("actions", "actions 1", "list")
    ]
    texts += [live_bot.command("ben", "search payroll", "general")]
    texts = [_ECHO.sub("", text) for text in texts]
    assert [text for text in texts if "bucket" in text or "payroll" in text] == []


def test_a_reminder_checks_membership_first_and_goes_to_the_lead_instead(live_bot: LiveBot) -> None:
    channel = live_bot.declare(f"P1 {INSIDE}", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.command("ana", f"action close {MARKER} @ben 2026-03-12", channel)
    live_bot.settle()
    _remove_silently(live_bot, channel)
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 11, 14, 1, tzinfo=UTC))
    live_bot.settle()
    assert [text for text in private_to(live_bot, "ben") if MARKER in text.lower()] == []
    assert "handed over your responsibilities there" in live_bot.workspace.dm("ben")[-1]["text"]
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 13, 14, 1, tzinfo=UTC))
    live_bot.settle()
    assert MARKER in json.dumps(live_bot.workspace.dm("ana"))


def test_postmortem_forms_opened_before_leaving_no_longer_work(live_bot: LiveBot) -> None:
    channel = _declare_private(live_bot)
    saved = _open_postmortem_forms(live_bot, channel)
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    live_bot.workspace.say("mei", channel, f"the {MARKER} bucket was public")
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    before = _stored_rows(live_bot)
    assert saved.press_everything() > 25
    assert saved.submit_everything(_form_values(live_bot)) == 8
    live_bot.settle()
    assert _stored_rows(live_bot) == before
    assert [text for text in private_to(live_bot, "ben") if MARKER in text.lower()] == []


def test_clicks_are_refused_and_messages_wait_while_membership_cannot_be_checked(
    live_bot: LiveBot,
) -> None:
    channel = _declare_private(live_bot)
    live_bot.press("ben", channel, "Set severity")
    live_bot.sandbox.faults.on("server_error", method="conversations.members")
    answer = live_bot.workspace.submit("ben", {"incident_severity": {"incident_severity": "P3"}})
    assert "I couldn't check whether you're in its channel" in str(answer["errors"])
    assert "so nothing was changed" in live_bot.command("ben", "sev P3", channel)
    before = len(live_bot.workspace.dm("ben"))
    live_bot.sandbox.clock.advance(timedelta(hours=1, minutes=1))
    eventually(lambda: _count_retries(live_bot) > 0, "a message waits")
    assert len(live_bot.workspace.dm("ben")) == before
    live_bot.sandbox.faults.off("server_error")
    assert (
        live_bot.workspace.submit("ben", {"incident_severity": {"incident_severity": "P3"}}) == {}
    )
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    assert "A status update on INC-2026-001" in json.dumps(live_bot.workspace.dm("ben"))


def test_a_reminder_leaves_out_only_the_incident_whose_channel_the_bot_left(
    live_bot: LiveBot,
) -> None:
    channel = _declare_private(live_bot)
    other = live_bot.declare("P2 search is slow")
    live_bot.command("ana", "action add an alert @ben 2026-03-12", other)
    live_bot.settle()
    live_bot.workspace.remove_bot(channel)
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 11, 14, 1, tzinfo=UTC))
    live_bot.settle()
    reminder = json.dumps(live_bot.workspace.dm("ben")[-1])
    assert "add an alert" in reminder
    assert "close the bucket" not in reminder
    ben = live_bot.workspace.person("ben").id  # nothing is handed over without proof
    assert [item.owner for item in _items(live_bot, channel)].count(ben) == 2


def test_a_person_assigned_a_role_in_a_private_incident_is_invited_and_told(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare(f"P1 {INSIDE}", private=True)
    live_bot.command("ana", "role lead @mei", channel)
    live_bot.settle()
    assert live_bot.workspace.person("mei").id in live_bot.workspace.channel(channel).members
    assert "assigned you the role of *lead*" in json.dumps(live_bot.workspace.dm("mei"))
    assert _incident(live_bot, channel).lead == live_bot.workspace.person("mei").id


def test_only_home_tab_and_settings_are_about_no_incident() -> None:
    tables = (interactions.BUTTONS, interactions.SUBMISSION_HANDLERS)
    about_none = {
        name for table in tables for name, row in table.items() if row.find_incident is find_none
    }
    home_tab = {"home_hour", "home_back", "home_declare", "away_form", "away"}
    assert about_none == {*home_tab, "digest_settings", "all_commands"}


def _remove_silently(live_bot: LiveBot, channel: str) -> None:
    """Remove Ben without an event."""
    live_bot.settle()
    live_bot.sandbox.state.channels[channel].members.remove(live_bot.workspace.person("ben").id)


def _incident(live_bot: LiveBot, channel: str) -> Incident:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
    assert incident is not None
    return incident


def _items(live_bot: LiveBot, channel: str) -> list[ActionItem]:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        return action_items.of_incident(session, incident.id) if incident else []


def _count_retries(live_bot: LiveBot) -> int:
    with live_bot.store.begin() as session:
        return outbox.retrying(session)
