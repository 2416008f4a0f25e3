"""Whatever was said, a valid draft comes out; each statement has evidence; the same bytes twice."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import template_names
from bot.domain.draft import Draft
from bot.domain.markup import to_plain_text
from bot.domain.timeline import Record, TimelineEvent
from bot.drafting.draft import draft
from bot.rendering import document_json, documents
from tests.drafting.records import NOON, any_record, event, record, talk

STATEMENTS = (
    "summary",
    "timeline",
    "impact",
    "root_cause",
    "contributing_factors",
    "went_well",
    "went_poorly",
    "lucky",
    "lessons",
    "action_items",
)
LENIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def statements(made: Draft) -> Iterator[tuple[str, tuple[str, ...]]]:
    for section in STATEMENTS:
        for each in getattr(made, section):
            yield each.text, each.evidence


@given(any_record())
@LENIENT
def test_every_statement_rests_on_messages_that_are_there(given_record: Record) -> None:
    made = draft(given_record)
    there = {each.message_id for each in given_record.events if not each.deleted}
    for text, evidence in statements(made):
        assert text
        assert evidence
        assert set(evidence) <= there
    for _, moment in made.moments.named():
        assert moment is None or set(moment.evidence) <= there


@given(any_record())
@LENIENT
def test_no_number_comes_from_nowhere(given_record: Record) -> None:
    """Quoted statements repeat their message; those we word ourselves count minutes between two."""
    made = draft(given_record)
    by_id = {each.message_id: each for each in given_record.events}
    quoted = (
        (each.text, each.evidence)
        for section in ("summary", "timeline", "impact", "root_cause", "action_items", "lessons")
        for each in getattr(made, section)
        if getattr(each, "author", "somebody")  # a row without one counts minutes, as of a silence
    )
    for text, evidence in quoted:
        said = " ".join(
            to_plain_text(by_id[each].text, given_record.people) + by_id[each].detail
            for each in evidence
        )
        for number in re.findall(r"\d+", text):
            assert number in said


@given(any_record())
@LENIENT
def test_no_duration_is_negative_or_without_ends(given_record: Record) -> None:
    made = draft(given_record)
    moments = dict(made.moments.named())
    for span, (later, earlier) in (
        (made.durations.ttd, ("detected", "started")),
        (made.durations.ttm, ("restored", "started")),
    ):
        assert span is None or span >= timedelta()
        assert span is None or (moments[later] and moments[earlier])


@given(any_record(), st.sampled_from(template_names.TEMPLATES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_documents_are_the_same_twice_and_hold_no_markup_of_others(
    given_record: Record, template: str
) -> None:
    first, second = draft(given_record), draft(given_record)
    assert first == second
    assert json.loads(document_json.as_json(first))["schema"] == "debrief.postmortem/1"
    assert documents.markdown(first, template) == documents.markdown(second, template)
    page = documents.html(first, template)
    assert page == documents.html(second, template)
    assert "<script" not in page
    assert "<img" not in page
    assert documents.picture(first) == documents.picture(second)
    assert documents.picture_text(first)


@pytest.mark.parametrize(
    "given_record",
    [
        record(),
        talk("12:00 alice: hello"),
        talk("12:00 alice: 🔥", "12:01 bob: 😱😱", "12:02 alice: :tada:"),
        talk("12:00 alice: השרת נפל", "12:05 bob: بدأنا التحقيق"),
        record(*(event(f"12:{n:02}", "alice", "down", thread_id="t") for n in range(9))),
        record(event("12:00", "alice", "x" * 40_000), event("12:01", "bob", "error " * 8_000)),
        record(event("12:00", "alice", "it failed", deleted=True)),
        record(replace(event("12:00", "alice", "it failed"), happened_at=NOON.replace(year=2190))),
    ],
    ids=["nothing", "one", "emoji", "right-to-left", "thread", "long", "deleted", "future"],
)
def test_odd_records_give_a_valid_draft(given_record: Record) -> None:
    made = draft(given_record)
    assert json.loads(document_json.as_json(made))["open_questions"]
    assert documents.html(made).startswith("<!doctype html>")
    assert documents.picture(made).startswith(b"\x89PNG")


def test_a_deleted_message_gives_only_its_count() -> None:
    made = draft(
        record(
            event("12:00", "alice", "the database failed"),
            event("12:01", "mallory", "secret failure of 42 users", deleted=True),
        )
    )
    written = document_json.as_json(made) + documents.html(made)
    assert "secret" not in written
    assert "mallory" not in written
    assert made.recording.deleted == 1


def test_ten_thousand_messages_are_drafted() -> None:
    """How long that takes, `make bench` says."""
    words = (
        "errors are rising again",
        "looking into the logs of node {n}, it seems to be due to the index",
        "restarted worker {n}",
        "ok",
        "4{n} users are affected, see https://example.org/{n}",
    )
    events = tuple(_at(n, words[n % len(words)].format(n=n)) for n in range(10_000))
    made = draft(record(*events))
    assert made.recording.messages == 10_000
    assert 0 < len(made.timeline) < 10_000


def _at(number: int, text: str) -> TimelineEvent:
    return TimelineEvent(
        message_id=str(number),
        channel_id="C1",
        author=f"person{number % 7}",
        text=text,
        happened_at=NOON + timedelta(seconds=20 * number),
    )
