"""The cause in a draft: the clear one, several possible ones, or none."""

import json

import pytest

from bot.config.template_names import PUBLIC, TEMPLATES
from bot.domain.draft import Draft
from bot.domain.timeline import Record
from bot.drafting.draft import draft
from bot.drafting.reading.lines import read_record
from bot.drafting.recovery_course import CachedLines
from bot.drafting.roles.role import Role
from bot.drafting.root_cause.candidates import find_candidates
from bot.drafting.root_cause.decision import find_clear_cause, find_possible_causes
from bot.drafting.root_cause.ranking import RankedCause, set_ranking
from bot.drafting.wording import find_questions
from bot.rendering import document_json, documents
from tests.drafting.records import talk

CAUSE = "the new release cut the connection pool from 50 to 5, so every request waits"
SOLVED = talk(
    "12:00 ana: checkout is timing out for everybody",
    "12:02 ben: looking",
    "12:05 mei: could it be the database?",
    "12:08 ben: not the database, it is idle",
    f"12:12 ben: found it, {CAUSE}",
    "12:14 ana: rolling back the release",
    "12:19 ana: rollback is done, pool is at 50 again",
    "12:21 mei: checkout is back to normal",
    "12:30 ben: calling it, all good",
)
UNSOLVED = talk(
    "12:00 ana: checkout is timing out for everybody",
    "12:02 ben: looking",
    "12:30 mei: it went away by itself",
    "12:40 ben: ok, closing this",
)


def with_chances(
    record: Record, *chances: tuple[str, float], role: Role = Role.CAUSE
) -> CachedLines:
    """Return a record's lines whose causes have these chances, by what their clause starts with."""
    lines = CachedLines(read_record(record))
    ranked = [
        RankedCause(line, clause, chance, role)
        for start, chance in chances
        for line in lines
        for clause in line.clauses
        if clause.startswith(start)
    ]
    set_ranking(lines, ranked)
    return lines


def test_the_cause_that_a_fix_and_a_recovery_confirm_is_stated() -> None:
    postmortem = draft(SOLVED)
    assert [each.evidence for each in postmortem.root_cause] == [(f"12:12-ben-{len(CAUSE) + 10}",)]
    assert postmortem.cause_candidates == ()


def test_a_dismissed_lead_is_less_likely_than_before_it_was_dismissed() -> None:
    lines = CachedLines(read_record(SOLVED))
    (guess,) = (each for each in find_candidates(lines) if "could it be" in each.clause)
    (undisputed,) = (
        each
        for each in find_candidates(
            CachedLines(read_record(talk("12:05 mei: could it be the database?")))
        )
    )
    assert guess.facts != undisputed.facts


def test_without_any_cause_the_draft_asks_for_it() -> None:
    postmortem = draft(UNSOLVED)
    assert (postmortem.root_cause, postmortem.cause_candidates) == ((), ())
    assert "What caused it? Not found in the channel." in postmortem.open_questions


def test_a_clear_cause_needs_a_margin() -> None:
    assert find_clear_cause(with_chances(SOLVED, ("found it", 0.6), ("not the", 0.1)))
    close = with_chances(SOLVED, ("found it", 0.24), ("not the", 0.22))
    assert find_clear_cause(close) is None
    assert [each.author for each in find_possible_causes(close)] == ["ben", "ben"]


def test_a_sentence_that_rather_tells_of_something_else_is_no_clear_cause() -> None:
    done = with_chances(SOLVED, ("rolling back", 0.9), role=Role.STEP_BEGUN)
    assert find_clear_cause(done) is None
    found = with_chances(SOLVED, ("found it", 0.9), role=Role.FINDING)
    assert find_clear_cause(found)


def test_a_question_is_a_possible_cause_but_never_the_cause() -> None:
    asked = with_chances(SOLVED, ("could it be", 0.9), ("found it", 0.01))
    assert find_clear_cause(asked) is None
    assert [each.text for each in find_possible_causes(asked)] == ["could it be the database?"]


def test_of_many_possible_causes_the_likeliest_three_are_mentioned() -> None:
    record = talk(*(f"12:0{minute} ana: guess {minute} of many" for minute in range(6)))
    chances = [(f"guess {minute}", 0.19 - minute / 100) for minute in range(6)]
    found = find_possible_causes(with_chances(record, *chances))
    assert [each.text for each in found] == [f"guess {minute} of many" for minute in range(3)]


@pytest.mark.parametrize(
    "label", ["root cause: {}", "The cause of the outage was {}", "the root cause is {}"]
)
def test_what_people_call_the_cause_is_the_cause(label: str) -> None:
    said = label.format("a bad push to dns")
    postmortem = draft(talk("12:00 ana: it is down", f"12:05 ben: {said}", "12:06 mei: " + CAUSE))
    assert [each.text for each in postmortem.root_cause] == ["A bad push to dns"]


@pytest.mark.parametrize("said", ["Ben forgot to renew the certificate", "it was my mistake"])
def test_a_sentence_about_a_person_is_no_possible_cause(said: str) -> None:
    lines = CachedLines(read_record(talk("12:00 ana: it is down", f"12:05 mei: {said}")))
    assert [each.clause for each in find_candidates(lines) if each.clause == said] == []


def test_that_the_cause_is_known_does_not_say_what_it_is() -> None:
    lines = CachedLines(read_record(talk("12:05 mei: we have identified the issue")))
    assert find_candidates(lines) == []


def make_unclear_draft(monkeypatch: pytest.MonkeyPatch) -> Draft:
    monkeypatch.setattr(
        "bot.drafting.root_cause.ranking._load_weights",
        lambda: {
            "facts": [0.0] * len(find_candidates(read_record(SOLVED))[0].facts),
            "nobody": 1.4,
        },
    )
    return draft(SOLVED)


def test_unclear_causes_are_listed_with_who_and_when(monkeypatch: pytest.MonkeyPatch) -> None:
    postmortem = make_unclear_draft(monkeypatch)
    assert postmortem.root_cause == ()
    assert len(postmortem.cause_candidates) > 1
    document = json.loads(document_json.as_json(postmortem))
    assert set(document["cause_candidates"][0]) == {"text", "evidence", "at", "by"}
    unclear = "What caused it? Possible causes were mentioned, but none is certain."
    assert unclear in document["open_questions"]


def test_a_single_possible_cause_is_not_called_several() -> None:
    assert find_questions(1)["root_cause"].endswith(
        "A possible cause was mentioned, but it isn't certain."
    )
    assert find_questions(0)["root_cause"] == "What caused it? Not found in the channel."


@pytest.mark.parametrize("template", sorted(set(TEMPLATES) - {PUBLIC}))
def test_every_template_shows_possible_causes(
    template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    postmortem = make_unclear_draft(monkeypatch)
    text = documents.markdown(postmortem, template)
    for cause in postmortem.cause_candidates:
        assert f"{cause.text} ({cause.author}, {cause.at:%H:%M}" in text.replace("2026-03-10 ", "")


def test_the_public_document_names_no_possible_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    postmortem = make_unclear_draft(monkeypatch)
    text = documents.markdown(postmortem, PUBLIC)
    assert not any(cause.text in text for cause in postmortem.cause_candidates)
