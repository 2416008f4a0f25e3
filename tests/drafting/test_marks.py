"""Marks, corrections and hidden messages override what the rules would conclude."""

from dataclasses import replace

from bot.domain.timeline import EventKind, Mark
from bot.drafting.action_items import suggest_from_mark
from bot.drafting.draft import draft
from tests.drafting.records import event, record

ALARM = "FIRING checkout errors"


def test_a_marked_message_is_quoted_in_full_and_once() -> None:
    text = "What went well: the rollback was fast. We had the runbook open."
    message = event("12:00", "alice", text, marks=frozenset({Mark.WENT_WELL}))
    assert [statement.text for statement in draft(record(message)).went_well] == [text]


def test_a_marked_repeat_of_an_alert_stays_in_the_timeline() -> None:
    alerts = [event(f"12:0{n}", "pager-bot", ALARM, kind=EventKind.ALERT) for n in range(5)]
    without_mark = {
        message_id for row in draft(record(*alerts)).timeline for message_id in row.evidence
    }
    assert alerts[2].message_id not in without_mark
    alerts[2] = replace(alerts[2], marks=frozenset({Mark.TIMELINE}))
    with_mark = {
        message_id for row in draft(record(*alerts)).timeline for message_id in row.evidence
    }
    assert alerts[2].message_id in with_mark


def test_a_marked_alert_may_become_an_action_item() -> None:
    alert = event("12:00", "pager-bot", "disk alert has no runbook", kind=EventKind.ALERT)
    marked = record(replace(alert, marks=frozenset({Mark.ACTION_ITEM})))
    assert [item.text for item in draft(marked).action_items] == ["Disk alert has no runbook"]
    assert suggest_from_mark(marked)
    assert suggest_from_mark(record(event("12:00", "alice", ""))) is None


def test_a_hidden_message_is_counted_but_never_cited() -> None:
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
    message = event("12:00", "alice", "rolled back the deploy")
    corrected = draft(record(replace(message, corrected_by="bob")))
    assert corrected.recording.corrected == 1
    assert corrected.recording.sha256 != draft(record(message)).recording.sha256


def test_a_command_in_a_mention_is_not_a_statement() -> None:
    message = event("12:00", "alice", "@debrief note root cause: the pool", kind=EventKind.COMMAND)
    postmortem = draft(record(message))
    assert (postmortem.root_cause, postmortem.timeline, postmortem.recording.messages) == (
        (),
        (),
        1,
    )
