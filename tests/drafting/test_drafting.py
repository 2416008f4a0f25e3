from dataclasses import replace
from datetime import date

import pytest

from bot.domain.action_item import ActionItem, ItemState, Priority
from bot.domain.draft import ActionSuggestion, RowKind, SuggestionState
from bot.domain.incident import Role
from bot.domain.timeline import EventKind, Mark, Record
from bot.drafting.cues.table import CUES
from bot.drafting.draft import draft
from tests.drafting.records import NOON, event, incident, record, talk


def suggested(given: Record) -> list[str]:
    return [item.text for item in draft(given).action_items]


CALM = ("12:00 alice: checkout is failing", "12:10 bob: it is back to normal")


@pytest.mark.parametrize(
    "said",
    [
        "I'll add an alert on pool size by friday",
        "we should add a connection budget",
        "ideally we should make deploys automatic",
        "IMO we need to switch it to a deployment",
        "action item: write the runbook",
        "TODO: raise the limit",
    ],
)
def test_commitments_are_suggested(said: str) -> None:
    assert len(suggested(talk(*CALM, f"12:20 alice: {said}"))) == 1


@pytest.mark.parametrize(
    "said",
    [
        "things should be fine now",
        "we should be back soon enough",
        "you should see it soon",
        "clearly, we need CI CI",
        "should we add an alert?",
        "I'll restart it",
        "the extra nodes should reduce pressure",
        "let me check the logs",
    ],
)
def test_most_shoulds_are_none(said: str) -> None:
    assert suggested(talk(*CALM, f"12:20 alice: {said}")) == []


def test_a_promise_has_its_owner_and_its_day() -> None:
    (item,) = draft(talk(*CALM, "12:20 bob: I'll add an alert by friday")).action_items
    assert (item.owner, item.due) == ("bob", date(2026, 3, 13))
    (item,) = draft(talk(*CALM, "12:20 bob: we should add an alert")).action_items
    assert (item.owner, item.due, item.priority) == (None, None, None)


def test_stored_action_items_come_first_and_are_not_suggested_again() -> None:
    given = talk(*CALM, "12:20 bob: I'll add an alert by friday", "12:21 bob: TODO: test restores")
    promise = given.events[2]
    kept = _item(1, "Add an alert on pool size", evidence=promise.message_id, owner="bob")
    dropped = _item(
        2, "Test restores", evidence=given.events[3].message_id, state=ItemState.DROPPED
    )
    items = draft(replace(given, action_items=(kept, dropped))).action_items
    assert items == (
        ActionSuggestion(
            text="Add an alert on pool size",
            state=SuggestionState.ACCEPTED,
            evidence=(promise.message_id,),
            owner="bob",
            owner_name="bob",
            due=date(2026, 3, 20),
            priority=Priority.P1,
            item_id=1,
        ),
    )


def test_an_item_typed_by_command_rests_on_the_command() -> None:
    kind = event("12:30", "alice", "Add an alert", kind=EventKind.ACTION, message_id="deed-7")
    given = replace(record(kind), action_items=(_item(1, "Add an alert"),))
    (item,) = draft(given).action_items
    assert item.evidence == ("deed-7",)


def _item(
    number: int,
    text: str,
    *,
    evidence: str | None = None,
    owner: str | None = None,
    state: ItemState = ItemState.OPEN,
) -> ActionItem:
    return ActionItem(
        id=number,
        incident_id=1,
        text=text,
        state=state,
        created_by="alice",
        created_at=NOON,
        owner=owner,
        due=date(2026, 3, 20),
        priority=Priority.P1,
        evidence=evidence,
    )


def test_the_timeline_drops_chatter_and_keeps_the_story() -> None:
    made = draft(
        talk(
            "12:00 alice: checkout is failing for customers",
            "12:01 bob: oh no",
            "12:01 carol: :eyes:",
            "12:02 bob: restarted the workers",
            "12:03 dave: lunch?",
            "12:04 alice: back to normal",
        )
    )
    assert [row.author for row in made.timeline] == ["alice", "bob", "alice"]


def test_repeated_alerts_are_first_and_last_with_a_count() -> None:
    lines = [f"12:{n:02} pager-bot: queue depth {n}00 over limit" for n in range(9)]
    made = draft(talk(*lines))
    assert [(f"{row.at:%H:%M}", row.times) for row in made.timeline] == [("12:00", 1), ("12:08", 9)]
    assert {row.kind for row in made.timeline} == {RowKind.ALERT}


def test_marks_fill_their_sections() -> None:
    made = draft(
        record(
            event("12:00", "a", "one node took all writes", marks=frozenset({Mark.ROOT_CAUSE})),
            event("12:01", "b", "the dashboard told us", marks=frozenset({Mark.WENT_WELL})),
            event("12:02", "c", "it was a quiet hour", marks=frozenset({Mark.LUCKY})),
            event("12:03", "d", "we flip the flag", marks=frozenset({Mark.DECISION})),
        )
    )
    assert [each.text for each in made.root_cause] == ["one node took all writes"]
    assert [each.text for each in made.went_well] == ["the dashboard told us"]
    assert [each.text for each in made.lucky] == ["it was a quiet hour"]
    assert made.timeline[-1].kind is RowKind.DECISION


def test_a_person_as_cause_becomes_a_question() -> None:
    made = draft(talk("12:00 a: it failed", "12:05 b: caused by human error, bob forgot to check"))
    assert made.root_cause == ()
    assert any("person" in question for question in made.open_questions)


def test_people_are_in_order_of_name_with_their_roles() -> None:
    given = talk("12:00 zoe: it failed", "12:01 zoe: hm", "12:02 adam: looking")
    lead = Role(name="lead", person="zoe", since=NOON)
    made = draft(replace(given, incident=replace(incident(), roles=(lead,))))
    assert [(each.name, each.roles) for each in made.participants] == [
        ("adam", ()),
        ("zoe", ("lead",)),
    ]


def test_slack_markup_is_read_as_people_read_it() -> None:
    given = record(event("12:00", "U1", "<@U2> checkout is failing, see <https://ex.org/a|graph>"))
    made = draft(replace(given, people={"U1": "Alice", "U2": "Bob"}))
    assert made.timeline[0].text == "@Bob checkout is failing, see graph (https://ex.org/a)"
    assert made.timeline[0].author == "Alice"
    assert [each.url for each in made.references] == ["https://ex.org/a"]


def test_completeness_names_what_is_missing() -> None:
    made = draft(talk("12:00 alice: hello"))
    assert made.completeness.score == 0
    assert "root_cause" in made.completeness.missing
    assert len(made.open_questions) == 12


def test_the_fingerprint_follows_the_words_and_not_the_way_in() -> None:
    one = talk("12:00 alice: hello")
    other = talk("12:00 alice: hullo")
    assert draft(one).recording.sha256 == draft(one).recording.sha256
    assert draft(one).recording.sha256 != draft(other).recording.sha256


def test_every_cue_says_why() -> None:
    assert all(len(cue.why.split()) > 3 for cue in CUES)
    assert len({cue.name for cue in CUES}) == len(CUES)


def test_a_deed_is_told_by_what_it_did() -> None:
    made = draft(
        record(
            event("12:00", "a", "Checkout is down", kind=EventKind.DECLARED, detail="P1"),
            event("12:01", "a", "P1", kind=EventKind.SEVERITY, detail="P1"),
            event("12:02", "a", "", kind=EventKind.RESOLVED, detail="resolved"),
        )
    )
    assert [row.text for row in made.timeline] == [
        "Declared: Checkout is down",
        "Severity: P1",
        "Resolved",
    ]


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("I'll add an alert tomorrow", date(2026, 3, 11)),
        ("I'll add an alert by tuesday", date(2026, 3, 17)),
        ("I'll add an alert by 2026-04-01", date(2026, 4, 1)),
        ("I'll add an alert by 2026-13-45", None),
        ("I'll add an alert later", None),
    ],
)
def test_a_due_date_is_a_day_that_was_named(said: str, due: date | None) -> None:
    (item,) = draft(talk(*CALM, f"12:20 bob: {said}")).action_items
    assert item.due == due


def test_what_is_said_twice_is_suggested_once() -> None:
    twice = ("12:20 bob: TODO: raise the limit", "12:21 amy: TODO: raise the limit")
    assert suggested(talk(*CALM, *twice)) == ["raise the limit"]


def test_a_long_silence_is_named_with_both_its_ends() -> None:
    made = draft(
        talk("12:00 a: checkout is failing", "12:05 b: looking", "13:00 b: it is back to normal")
    )
    (silence,) = made.went_poorly
    assert silence.text == "Nothing was said in the channel for 55 min while it lasted."
    assert len(silence.evidence) == 2


def test_a_promise_that_was_accepted_is_not_suggested_again() -> None:
    given = talk(*CALM, "12:20 bob: we should make deploys refuse an empty override")
    kept = _item(1, "Deploys refuse empty overrides")
    assert [item.text for item in draft(replace(given, action_items=(kept,))).action_items] == [
        "Deploys refuse empty overrides"
    ]
