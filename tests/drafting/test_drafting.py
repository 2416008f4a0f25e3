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


def suggested_texts(messages: Record) -> list[str]:
    return [item.text for item in draft(messages).action_items]


CALM = ("12:00 alice: checkout is failing", "12:10 bob: it is back to normal")


@pytest.mark.parametrize(
    "message",
    [
        "I'll add an alert on pool size by friday",
        "we should add a connection budget",
        "ideally we should make deploys automatic",
        "IMO we need to switch it to a deployment",
        "action item: write the runbook",
        "TODO: raise the limit",
    ],
)
def test_commitments_are_suggested(message: str) -> None:
    assert len(suggested_texts(talk(*CALM, f"12:20 alice: {message}"))) == 1


@pytest.mark.parametrize(
    "message",
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
def test_most_sentences_with_should_are_not_suggested(message: str) -> None:
    assert suggested_texts(talk(*CALM, f"12:20 alice: {message}")) == []


def test_a_promise_has_its_owner_and_due_date() -> None:
    (item,) = draft(talk(*CALM, "12:20 bob: I'll add an alert by friday")).action_items
    assert (item.owner, item.due) == ("bob", date(2026, 3, 13))
    (item,) = draft(talk(*CALM, "12:20 bob: we should add an alert")).action_items
    assert (item.owner, item.due, item.priority) == (None, None, None)


def test_stored_action_items_come_first_and_are_not_suggested_again() -> None:
    conversation = talk(
        *CALM, "12:20 bob: I'll add an alert by friday", "12:21 bob: TODO: test restores"
    )
    promise = conversation.events[2]
    accepted = _item(1, "Add an alert on pool size", evidence=promise.message_id, owner="bob")
    dropped = _item(
        2, "Test restores", evidence=conversation.events[3].message_id, state=ItemState.DROPPED
    )
    items = draft(replace(conversation, action_items=(accepted, dropped))).action_items
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


def test_an_item_added_by_command_cites_the_command() -> None:
    kind = event("12:30", "alice", "Add an alert", kind=EventKind.ACTION, message_id="deed-7")
    conversation = replace(record(kind), action_items=(_item(1, "Add an alert"),))
    (item,) = draft(conversation).action_items
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


def test_the_timeline_leaves_out_chatter() -> None:
    postmortem = draft(
        talk(
            "12:00 alice: checkout is failing for customers",
            "12:01 bob: oh no",
            "12:01 carol: :eyes:",
            "12:02 bob: restarted the workers",
            "12:03 dave: lunch?",
            "12:04 alice: back to normal",
        )
    )
    assert [row.author for row in postmortem.timeline] == ["alice", "bob", "alice"]


def test_repeated_alerts_are_shown_as_first_and_last_with_a_count() -> None:
    lines = [f"12:{n:02} pager-bot: queue depth {n}00 over limit" for n in range(9)]
    postmortem = draft(talk(*lines))
    assert [(f"{row.at:%H:%M}", row.times) for row in postmortem.timeline] == [
        ("12:00", 1),
        ("12:08", 9),
    ]
    assert {row.kind for row in postmortem.timeline} == {RowKind.ALERT}


def test_marked_messages_fill_their_sections() -> None:
    postmortem = draft(
        record(
            event("12:00", "a", "one node took all writes", marks=frozenset({Mark.ROOT_CAUSE})),
            event("12:01", "b", "the dashboard told us", marks=frozenset({Mark.WENT_WELL})),
            event("12:02", "c", "it was a quiet hour", marks=frozenset({Mark.LUCKY})),
            event("12:03", "d", "we flip the flag", marks=frozenset({Mark.DECISION})),
        )
    )
    assert [entry.text for entry in postmortem.root_cause] == ["one node took all writes"]
    assert [entry.text for entry in postmortem.went_well] == ["the dashboard told us"]
    assert [entry.text for entry in postmortem.lucky] == ["it was a quiet hour"]
    assert postmortem.timeline[-1].kind is RowKind.DECISION


def test_a_person_named_as_cause_becomes_an_open_question() -> None:
    postmortem = draft(
        talk("12:00 a: it failed", "12:05 b: caused by human error, bob forgot to check")
    )
    assert postmortem.root_cause == ()
    assert any("person" in question for question in postmortem.open_questions)


def test_participants_are_sorted_by_name_with_their_roles() -> None:
    conversation = talk("12:00 zoe: it failed", "12:01 zoe: hm", "12:02 adam: looking")
    lead = Role(name="lead", person="zoe", since=NOON)
    postmortem = draft(replace(conversation, incident=replace(incident(), roles=(lead,))))
    assert [(entry.name, entry.roles) for entry in postmortem.participants] == [
        ("adam", ()),
        ("zoe", ("lead",)),
    ]


def test_slack_markup_is_converted_to_readable_text() -> None:
    conversation = record(
        event("12:00", "U1", "<@U2> checkout is failing, see <https://ex.org/a|graph>")
    )
    postmortem = draft(replace(conversation, people={"U1": "Alice", "U2": "Bob"}))
    assert postmortem.timeline[0].text == "Checkout is failing, see graph (https://ex.org/a)"
    assert postmortem.timeline[0].author == "Alice"
    assert [entry.url for entry in postmortem.references] == ["https://ex.org/a"]


def test_completeness_lists_missing_sections() -> None:
    postmortem = draft(talk("12:00 alice: hello"))
    assert postmortem.completeness.score == 0
    assert "root_cause" in postmortem.completeness.missing
    assert len(postmortem.open_questions) == 12


def test_the_fingerprint_depends_on_the_messages() -> None:
    one = talk("12:00 alice: hello")
    other = talk("12:00 alice: hullo")
    assert draft(one).recording.sha256 == draft(one).recording.sha256
    assert draft(one).recording.sha256 != draft(other).recording.sha256


def test_every_cue_explains_itself() -> None:
    assert all(len(cue.why.split()) > 3 for cue in CUES)
    assert len({cue.name for cue in CUES}) == len(CUES)


def test_commands_are_described_by_their_effect() -> None:
    postmortem = draft(
        record(
            event("12:00", "a", "Checkout is down", kind=EventKind.DECLARED, detail="P1"),
            event("12:01", "a", "P1", kind=EventKind.SEVERITY, detail="P1"),
            event("12:02", "a", "", kind=EventKind.RESOLVED, detail="resolved"),
        )
    )
    assert [row.text for row in postmortem.timeline] == [
        "Declared: Checkout is down",
        "Severity: P1",
        "Resolved",
    ]


@pytest.mark.parametrize(
    ("message", "due"),
    [
        ("I'll add an alert tomorrow", date(2026, 3, 11)),
        ("I'll add an alert by tuesday", date(2026, 3, 17)),
        ("I'll add an alert by 2026-04-01", date(2026, 4, 1)),
        ("I'll add an alert by 2026-13-45", None),
        ("I'll add an alert later", None),
    ],
)
def test_a_due_date_is_a_day_that_was_named(message: str, due: date | None) -> None:
    (item,) = draft(talk(*CALM, f"12:20 bob: {message}")).action_items
    assert item.due == due


def test_a_repeated_promise_is_suggested_once() -> None:
    twice = ("12:20 bob: TODO: raise the limit", "12:21 amy: TODO: raise the limit")
    assert suggested_texts(talk(*CALM, *twice)) == ["Raise the limit"]


def test_a_long_silence_went_poorly_and_cites_both_its_ends() -> None:
    postmortem = draft(
        talk("12:00 a: checkout is failing", "12:05 b: looking", "13:00 b: it is back to normal")
    )
    (silence,) = postmortem.went_poorly
    assert silence.text == "No messages in the channel for 55 min during the incident."
    assert len(silence.evidence) == 2


def test_an_accepted_promise_in_other_words_is_not_suggested_again() -> None:
    conversation = talk(*CALM, "12:20 bob: we should make deploys refuse an empty override")
    accepted = _item(1, "Deploys refuse empty overrides")
    assert [
        item.text for item in draft(replace(conversation, action_items=(accepted,))).action_items
    ] == ["Deploys refuse empty overrides"]
