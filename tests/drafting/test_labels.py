"""Labels don't repeat words of the text that follows them."""

from dataclasses import replace

import pytest

from bot.domain.draft import Draft
from bot.domain.section import Section, SectionName
from bot.domain.timeline import EventKind, Mark
from bot.drafting.draft import draft
from bot.drafting.labels import Label, remove_label
from tests.drafting.records import NOON, event, record


def draft_about(cause: str, *marks: Mark) -> Draft:
    return draft(
        record(
            event("12:00", "amy", "checkout is failing"),
            event("12:05", "bob", cause, marks=frozenset(marks)),
            event("12:20", "amy", "payments work again"),
        )
    )


@pytest.mark.parametrize("marks", [(), (Mark.ROOT_CAUSE,)])
@pytest.mark.parametrize(
    ("message", "cause", "sentence"),
    [
        ("the root cause is a bad migration", "A bad migration", "The cause was a bad migration."),
        (
            "root cause is that the pool was cut to 4",
            "The pool was cut to 4",
            "It happened because the pool was cut to 4.",
        ),
        ("Root cause: the root cause was a full disk", "A full disk", "The cause was a full disk."),
        (
            "The cause of the outage was a bad push to dns",
            "A bad push to dns",
            "The cause was a bad push to dns.",
        ),
        ("it was caused by the new limit", "The new limit", "The cause was the new limit."),
        ("cause: DNS", "DNS", "Cause: DNS."),
    ],
)
def test_the_label_of_a_cause_is_not_repeated_in_it(
    message: str, cause: str, sentence: str, marks: tuple[Mark, ...]
) -> None:
    postmortem = draft_about(message, *marks)
    assert [statement.text for statement in postmortem.root_cause] == [cause]
    assert sentence in [statement.text for statement in postmortem.summary]


def test_an_uncertain_cause_keeps_its_doubt_and_gets_no_label() -> None:
    postmortem = draft_about("most likely cause is the DNS", Mark.ROOT_CAUSE)
    assert "Most likely cause is the DNS." in [statement.text for statement in postmortem.summary]


def test_the_label_of_a_typed_cause_is_not_repeated_in_the_summary() -> None:
    failing = record(event("12:00", "amy", "checkout is failing"))
    text = "The root cause is that the pool had no owner"
    section = Section(name=SectionName.ROOT_CAUSE, text=text, by="amy", at=NOON)
    postmortem = draft(replace(failing, sections=(section,)))
    assert [statement.text for statement in postmortem.root_cause] == [text]
    assert postmortem.summary[-1].text == "It happened because the pool had no owner."


@pytest.mark.parametrize(
    ("label", "text", "unlabelled_text"),
    [
        (Label.CAUSE, "because the pool was cut", "The pool was cut"),
        (Label.CAUSE, "due to a full disk", "A full disk"),
        (Label.CAUSE, "triggered by deploy v42", "Deploy v42"),
        (Label.CAUSE, "The reason was that the disk was full", "The disk was full"),
        (Label.CAUSE, "RCA: the pool", "The pool"),
        (Label.CAUSE, "checkout failed because of it", "checkout failed because of it"),
        (Label.CAUSE, "cause unknown", "cause unknown"),
        (Label.CAUSE, "root cause", "root cause"),
        (Label.TRIGGER, "triggered by a deploy", "A deploy"),
        (Label.IMPACT, "the impact was 4,200 customers", "4,200 customers"),
        (Label.IMPACT, "impact-free deploys", "impact-free deploys"),
        (Label.HELPED, "the fix was the rollback", "The rollback"),
        (Label.HELPED, "fix deployed", "fix deployed"),
        (Label.SUMMARY, "Summary: it failed", "It failed"),
        (Label.LESSON, "lesson learned: test it", "Test it"),
    ],
)
def test_text_loses_the_label_it_begins_with(label: Label, text: str, unlabelled_text: str) -> None:
    assert remove_label(label, text) == unlabelled_text


@pytest.mark.parametrize(
    ("kind", "text", "row"),
    [
        (EventKind.IMPACT, "the impact was 4,200 customers", "Impact: 4,200 customers"),
        (EventKind.ACTION, "action item: add an alert", "Action item: Add an alert"),
        (EventKind.RESOLVED, "resolved: pool is back", "Resolved: Pool is back"),
        (EventKind.RESOLVED, "Resolved", "Resolved"),
    ],
)
def test_a_timeline_row_names_its_kind_once(kind: EventKind, text: str, row: str) -> None:
    postmortem = draft(
        record(event("12:00", "amy", "it fails"), event("12:10", "amy", text, kind=kind))
    )
    assert [statement.text for statement in postmortem.timeline][-1] == row
