"""Any record gives a valid draft with evidence for each statement, and the same bytes every time."""

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


def statements(postmortem: Draft) -> Iterator[tuple[str, tuple[str, ...]]]:
    for section in STATEMENTS:
        for statement in getattr(postmortem, section):
            yield statement.text, statement.evidence


@given(any_record())
@LENIENT
def test_every_statement_cites_existing_messages(given_record: Record) -> None:
    postmortem = draft(given_record)
    existing = {each.message_id for each in given_record.events if not each.deleted}
    for text, evidence in statements(postmortem):
        assert text
        assert evidence
        assert set(evidence) <= existing
    for _, moment in postmortem.moments.named():
        assert moment is None or set(moment.evidence) <= existing


@given(any_record())
@LENIENT
def test_every_number_in_a_statement_is_in_its_evidence(given_record: Record) -> None:
    """Quoted statements repeat their message; generated statements count minutes between two messages."""
    postmortem = draft(given_record)
    by_id = {each.message_id: each for each in given_record.events}
    quoted = (
        (statement.text, statement.evidence)
        for section in ("summary", "timeline", "impact", "root_cause", "action_items", "lessons")
        for statement in getattr(postmortem, section)
        if getattr(
            statement, "author", "somebody"
        )  # a row without an author counts minutes, for example of a silence
    )
    for text, evidence in quoted:
        evidence_text = " ".join(
            to_plain_text(by_id[each].text, given_record.people) + by_id[each].detail
            for each in evidence
        )
        for number in re.findall(r"\d+", text):
            assert number in evidence_text


@given(any_record())
@LENIENT
def test_a_duration_is_never_negative_or_without_both_ends(given_record: Record) -> None:
    postmortem = draft(given_record)
    moments = dict(postmortem.moments.named())
    for span, (later, earlier) in (
        (postmortem.durations.ttd, ("detected", "started")),
        (postmortem.durations.ttm, ("restored", "started")),
    ):
        assert span is None or span >= timedelta()
        assert span is None or (moments[later] and moments[earlier])


@given(any_record(), st.sampled_from(template_names.TEMPLATES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_documents_are_reproducible_and_contain_no_foreign_markup(
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
    ids=[
        "no messages",
        "one message",
        "only emoji",
        "right-to-left",
        "only a thread",
        "long messages",
        "deleted message",
        "in the future",
    ],
)
def test_unusual_records_give_a_valid_draft(given_record: Record) -> None:
    postmortem = draft(given_record)
    assert json.loads(document_json.as_json(postmortem))["open_questions"]
    assert documents.html(postmortem).startswith("<!doctype html>")
    assert documents.picture(postmortem).startswith(b"\x89PNG")


def test_a_deleted_message_is_only_counted() -> None:
    postmortem = draft(
        record(
            event("12:00", "alice", "the database failed"),
            event("12:01", "mallory", "secret failure of 42 users", deleted=True),
        )
    )
    output = document_json.as_json(postmortem) + documents.html(postmortem)
    assert "secret" not in output
    assert "mallory" not in output
    assert postmortem.recording.deleted == 1


def test_ten_thousand_messages_are_drafted() -> None:
    """The speed is measured by `make bench`."""
    words = (
        "errors are rising again",
        "looking into the logs of node {n}, it seems to be due to the index",
        "restarted worker {n}",
        "ok",
        "4{n} users are affected, see https://example.org/{n}",
    )
    events = tuple(_numbered_event(n, words[n % len(words)].format(n=n)) for n in range(10_000))
    postmortem = draft(record(*events))
    assert postmortem.recording.messages == 10_000
    assert 0 < len(postmortem.timeline) < 10_000


def _numbered_event(number: int, text: str) -> TimelineEvent:
    return TimelineEvent(
        message_id=str(number),
        channel_id="C1",
        author=f"person{number % 7}",
        text=text,
        happened_at=NOON + timedelta(seconds=20 * number),
    )
