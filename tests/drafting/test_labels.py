"""A label says nothing that the words behind it say too."""

from dataclasses import replace

import pytest

from bot.domain.draft import Draft
from bot.domain.section import Section, SectionName
from bot.domain.timeline import EventKind, Mark
from bot.drafting.draft import draft
from bot.drafting.labels import Label, remove_label
from tests.drafting.records import NOON, event, record


def about(cause: str, *marks: Mark) -> Draft:
    return draft(
        record(
            event("12:00", "amy", "checkout is failing"),
            event("12:05", "bob", cause, marks=frozenset(marks)),
            event("12:20", "amy", "payments work again"),
        )
    )


@pytest.mark.parametrize("marks", [(), (Mark.ROOT_CAUSE,)])
@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("the root cause is a bad migration", "A bad migration"),
        ("root cause is that the pool was cut to 4", "The pool was cut to 4"),
        ("Root cause: the root cause was a full disk", "A full disk"),
        ("The cause of the outage was a bad push to dns", "A bad push to dns"),
        ("it was caused by the new limit", "The new limit"),
        ("cause: the pool", "The pool"),
    ],
)
def test_the_cause_is_named_once(said: str, cause: str, marks: tuple[Mark, ...]) -> None:
    made = about(said, *marks)
    assert [each.text for each in made.root_cause] == [cause]
    assert f"The cause: {cause}." in [each.text for each in made.summary]


def test_a_cause_in_doubt_keeps_its_doubt_and_gets_no_label() -> None:
    made = about("most likely cause is the DNS", Mark.ROOT_CAUSE)
    assert "Most likely cause is the DNS." in [each.text for each in made.summary]


def test_the_summary_names_a_cause_once_that_a_person_wrote() -> None:
    failing = record(event("12:00", "amy", "checkout is failing"))
    text = "The root cause is that the pool had no owner"
    section = Section(name=SectionName.ROOT_CAUSE, text=text, by="amy", at=NOON)
    made = draft(replace(failing, sections=(section,)))
    assert [each.text for each in made.root_cause] == [text]
    assert made.summary[-1].text == "The cause: The pool had no owner."


@pytest.mark.parametrize(
    ("label", "said", "bare"),
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
def test_words_lose_the_label_that_they_begin_with(label: Label, said: str, bare: str) -> None:
    assert remove_label(label, said) == bare


@pytest.mark.parametrize(
    ("kind", "said", "row"),
    [
        (EventKind.IMPACT, "the impact was 4,200 customers", "Impact: 4,200 customers"),
        (EventKind.ACTION, "action item: add an alert", "Action item: Add an alert"),
        (EventKind.RESOLVED, "resolved: pool is back", "Resolved: Pool is back"),
        (EventKind.RESOLVED, "Resolved", "Resolved"),
    ],
)
def test_a_row_of_the_timeline_names_its_kind_once(kind: EventKind, said: str, row: str) -> None:
    made = draft(record(event("12:00", "amy", "it fails"), event("12:10", "amy", said, kind=kind)))
    assert [each.text for each in made.timeline][-1] == row
