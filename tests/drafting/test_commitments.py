"""Commitments and their owners: most sentences with "should" are not action items."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.draft import ActionSuggestion
from bot.drafting.draft import draft
from tests.drafting.records import event, record, talk

OUTAGE = ("12:00 amy: checkout is failing", "12:05 bob: looking", "12:20 bob: payments work again")


def suggestions(*lines: str) -> list[ActionSuggestion]:
    return list(draft(talk(*OUTAGE, *lines)).action_items)


@pytest.mark.parametrize(
    "message",
    [
        "I'll write the summary for leadership",
        "i'll add an alert on queue depth by friday",
        "we should pin the client to an explicit list",
        "gonna rip out that box as a time source everywhere",
        "We are going to measure latency from the ingress rather than the model.",
        "the ranker will refuse to serve with empty features from now on",
        "postmortem on thursday at 14:00",
        "action item: test the restore",
        "next time I ping support before the node pools, not only the calendar",
    ],
)
def test_promises_proposals_and_rules_after_the_end_are_suggested(message: str) -> None:
    assert [item.evidence for item in suggestions(f"12:30 bob: {message}")] == [
        (f"12:30-bob-{len(message)}",)
    ]


@pytest.mark.parametrize(
    "message",
    [
        "we should be fine now",
        "it should recover by itself",
        "I'll keep an eye on it",
        "I'll be back in a bit",
        "i'll close this",
        "we need to be careful with that one",
        "you should get a medal",
        "should I also change my password?",
        "I'll let support know now",
        "legal says we should give them a voucher",
    ],
)
def test_remarks_that_only_concern_the_incident_are_not_suggested(message: str) -> None:
    assert not suggestions(f"12:30 bob: {message}")


def test_during_an_incident_only_dated_promises_are_suggested() -> None:
    postmortem = draft(
        talk(
            OUTAGE[0],
            "12:05 bob: I'll restart the workers",
            "12:06 amy: we should roll back",
            "12:07 bob: I'll write a runbook for this tomorrow",
        )
    )
    assert [item.text for item in postmortem.action_items] == ["Write a runbook for this"]


def test_a_request_by_name_is_owned_by_the_person_who_agrees() -> None:
    [item] = suggestions(
        "12:30 amy: bob, could you put together one page for the board please, by thursday",
        "12:31 bob: will do",
    )
    assert item.owner_name == "bob"
    assert str(item.due) == "2026-03-12"
    assert len(item.evidence) == 2


def test_a_request_to_a_mentioned_person_is_found_by_the_full_name() -> None:
    message = "<@U2> could you put together one page for the board please, by thursday"
    talking = (event("12:30", "U1", message), event("12:31", "U2", "will do"))
    conversation = record(*talk(*OUTAGE).events, *talking)
    postmortem = draft(replace(conversation, people={"U1": "Amy Bell", "U2": "Bob Hall"}))
    assert [item.owner_name for item in postmortem.action_items] == ["Bob Hall"]


def test_a_polite_order_by_name_is_a_request() -> None:
    [item] = suggestions("12:30 amy: bob do that load test before the next match please")
    assert item.text.startswith("Bob do that load test")


def test_an_unanswered_request_has_no_owner() -> None:
    [item] = suggestions("12:30 amy: bob pls add a check that the limit is set in production")
    assert item.owner is None


def test_a_person_who_answers_me_owns_the_proposal() -> None:
    [item] = suggestions(
        "12:30 amy: we should rotate the pool password. bob or eve?", "12:31 eve: me. friday"
    )
    assert item.owner_name == "eve"
    assert str(item.due) == "2026-03-13"


def test_a_short_promise_includes_the_sentence_it_refers_to() -> None:
    [item] = suggestions("12:30 bob: the responder is missing on the map. I'll raise it")
    assert item.text == "The responder is missing on the map. I'll raise it"


def test_the_day_at_the_end_of_a_task_is_only_in_its_due_date() -> None:
    [item] = suggestions("12:30 bob: I'll write to the 4,200 customers tomorrow morning")
    assert (item.text, item.due) == ("Write to the 4,200 customers", date(2026, 3, 11))
    [item] = suggestions("12:30 bob: I'll add an alert for the friday job")
    assert item.text == "Add an alert for the friday job"
