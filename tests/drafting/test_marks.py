"""What people marked, corrected or hid is so in the draft, whatever else the rules would make of it."""

from dataclasses import replace

from bot.domain.timeline import EventKind, Mark
from bot.drafting.action_items import suggest_from_mark
from bot.drafting.draft import draft
from tests.drafting.records import event, record

ALARM = "FIRING checkout errors"


def test_a_marked_message_is_told_whole_and_once() -> None:
    text = "What went well: the rollback was fast. We had the runbook open."
    said = event("12:00", "alice", text, marks=frozenset({Mark.WENT_WELL}))
    assert [each.text for each in draft(record(said)).went_well] == [text]


def test_a_marked_repeat_of_an_alert_stays_in_the_timeline() -> None:
    alerts = [event(f"12:0{n}", "pager-bot", ALARM, kind=EventKind.ALERT) for n in range(5)]
    plain = {each for row in draft(record(*alerts)).timeline for each in row.evidence}
    assert alerts[2].message_id not in plain
    alerts[2] = replace(alerts[2], marks=frozenset({Mark.TIMELINE}))
    kept = {each for row in draft(record(*alerts)).timeline for each in row.evidence}
    assert alerts[2].message_id in kept


def test_a_marked_alert_may_be_an_action_item() -> None:
    alert = event("12:00", "pager-bot", "disk alert has no runbook", kind=EventKind.ALERT)
    marked = record(replace(alert, marks=frozenset({Mark.ACTION_ITEM})))
    assert [item.text for item in draft(marked).action_items] == ["disk alert has no runbook"]
    assert suggest_from_mark(marked)
    assert suggest_from_mark(record(event("12:00", "alice", ""))) is None


def test_what_is_hidden_is_counted_and_nothing_rests_on_it() -> None:
    cause = event("12:00", "alice", "root cause: the pool was too small")
    spoken = event("12:05", "bob", "rolled back the deploy")
    shown = draft(record(cause, spoken))
    hidden = draft(record(replace(cause, hidden=True), spoken))
    assert shown.root_cause
    assert hidden.root_cause == ()
    assert [person.name for person in hidden.participants] == ["bob"]
    assert (hidden.recording.messages, hidden.recording.hidden) == (2, 1)
    assert hidden.recording.sha256 != shown.recording.sha256


def test_corrections_are_counted_and_change_the_fingerprint() -> None:
    said = event("12:00", "alice", "rolled back the deploy")
    corrected = draft(record(replace(said, corrected_by="bob")))
    assert corrected.recording.corrected == 1
    assert corrected.recording.sha256 != draft(record(said)).recording.sha256


def test_a_command_is_no_talk() -> None:
    said = event("12:00", "alice", "@debrief note root cause: the pool", kind=EventKind.COMMAND)
    made = draft(record(said))
    assert (made.root_cause, made.timeline, made.recording.messages) == ((), (), 1)
