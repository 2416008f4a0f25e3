"""The rows of the timeline and the sentences of the summary."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.draft import RowKind
from bot.domain.timeline import EventKind, Mark
from bot.drafting.draft import draft
from bot.drafting.prose.cleaning import capitalize
from tests.drafting.records import NOON, event, record, talk

CALM = ("12:00 alice: checkout is failing", "12:10 bob: it is back to normal")


def test_the_summary_has_the_problem_the_impact_the_cause_and_the_mitigation() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: checkout is failing for card payments",
            "12:04 bob: about 4,200 customers are affected",
            "12:09 bob: root cause: the pool was cut to 4",
            "12:11 bob: reverting the change",
            "12:20 amy: payments work again",
        )
    )
    assert [statement.text for statement in postmortem.summary] == [
        "Checkout is failing for card payments.",
        "About 4,200 customers are affected.",
        "It happened because the pool was cut to 4.",
        "It was mitigated by reverting the change.",
    ]


def test_a_summary_without_a_mitigation_ends_with_the_recovery() -> None:
    postmortem = draft(talk("12:00 amy: checkout is failing", "12:20 amy: payments work again"))
    assert [statement.text for statement in postmortem.summary] == [
        "Checkout is failing.",
        "Payments work again.",
    ]


def test_remarks_about_the_past_or_future_are_not_in_the_timeline() -> None:
    postmortem = draft(
        talk(
            *CALM,
            "12:20 bob: what went well: the alert fired at once",
            "12:21 amy: luckily it was a quiet day for errors",
            "12:22 amy: I'll add an alert on failing checkouts by friday",
        )
    )
    assert len(postmortem.timeline) == 2
    assert [statement.text for statement in postmortem.went_well] == ["The alert fired at once."]


def test_commands_have_rows_of_their_own_and_roles_are_named() -> None:
    postmortem = draft(
        record(
            event("12:00", "olu", "lead: @olu", kind=EventKind.ROLE, detail="lead"),
            event("12:01", "olu", "Add an alert", kind=EventKind.ACTION),
            event("12:01", "olu", "Rotate the key", kind=EventKind.ACTION),
        )
    )
    assert [row.text for row in postmortem.timeline] == [
        "Lead: olu",
        "Action item: Add an alert",
        "Action item: Rotate the key",
    ]


def test_a_row_keeps_only_the_relevant_part_of_a_long_message() -> None:
    chat = "so I had a sandwich on the way here and the lift took its time, as it does. "
    postmortem = draft(talk(CALM[0], f"12:05 bob: {chat * 4}restarted the workers."))
    assert postmortem.timeline[1].text == "Restarted the workers"


def test_a_guess_is_a_finding_and_a_falling_rate_is_no_alarm() -> None:
    postmortem = draft(
        talk(
            CALM[0],
            "12:03 mei: could it be the partner? their endpoint was slow last week",
            "12:05 ana: error rate is down to 6%",
            "12:06 ana: 40 errors a minute now",
        )
    )
    assert [row.kind for row in postmortem.timeline[1:]] == [
        RowKind.FINDING,
        RowKind.FINDING,
        RowKind.REPORT,
    ]


def test_work_long_after_the_end_is_not_in_the_timeline_unless_marked() -> None:
    fixed = event("12:40", "amy", "removed the old flag from the config")
    late_work = replace(
        event("12:41", "bob", "rotated the password and the key"),
        happened_at=NOON + timedelta(days=1),
    )
    resolved = event("12:30", "amy", "well again", kind=EventKind.RESOLVED)
    failing = event("12:00", "amy", "checkout is failing")
    acknowledged = event("12:02", "bob", "looking")
    rows = [
        row.text
        for row in draft(record(failing, acknowledged, resolved, fixed, late_work)).timeline
    ]
    assert capitalize(fixed.text) in rows
    assert capitalize(late_work.text) not in rows
    marked = replace(late_work, marks=frozenset({Mark.TIMELINE}))
    assert capitalize(late_work.text) in [
        row.text for row in draft(record(failing, acknowledged, resolved, marked)).timeline
    ]
