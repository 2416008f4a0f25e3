"""Blame language: precision and recall of the rules, and the proposed replacements."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blameless.language import find_blame, find_words, locate_blame, pattern_of
from bot.blameless.rules.table import RULES

SENTENCES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("sentences.toml").read_text("utf-8")
)
FLOORS = {"precision": 0.95, "recall": 0.85}


def measure(parts: list[dict[str, list[str]]]) -> dict[str, float]:
    found = [bool(find_blame(text)) for part in parts for text in part["blame"]]
    false_alarms = [bool(find_blame(text)) for part in parts for text in part["fine"]]
    return {
        "precision": sum(found) / (sum(found) + sum(false_alarms)),
        "recall": sum(found) / len(found),
    }


def test_precision_and_recall_on_the_labelled_sentences(
    record_property: Callable[[str, object], None],
) -> None:
    """`make test ARGS="tests/blameless -rA"` prints the figures."""
    for name, parts in {"all": [*SENTENCES.values()], "held_out": [SENTENCES["held_out"]]}.items():
        measured = measure(parts)
        summary = ", ".join(f"{figure} {value:.2f}" for figure, value in measured.items())
        count = sum(len(texts) for part in parts for texts in part.values())
        print(f"blame language, {name} ({count} sentences): {summary}")  # noqa: T201 - the figures are the point
        record_property(name, summary)
    measured = measure([*SENTENCES.values()])
    assert all(measured[figure] >= floor for figure, floor in FLOORS.items()), measured
    assert measure([SENTENCES["held_out"]])["precision"] >= FLOORS["precision"]


def test_there_are_enough_sentences_of_both_kinds() -> None:
    for kind in ("blame", "fine"):
        texts = [text for part in SENTENCES.values() for text in part[kind]]
        assert len(texts) == len(set(texts)) >= 80


def test_proposed_replacements_contain_no_blame() -> None:
    for part in SENTENCES.values():
        for text in part["blame"]:
            for finding in find_blame(text):
                assert find_blame(finding.better) == (), text
                assert "{" not in finding.better
                assert finding.text in text


def test_each_rule_only_matches_sentences_with_one_of_its_signs() -> None:
    for text in all_sentences():
        words = find_words(text)
        for number, rule in enumerate(RULES):
            if pattern_of(number).search(text):
                assert words & set(rule.signs.split()), (rule.name, text)


def test_every_rule_has_a_reason_and_a_question() -> None:
    for rule in RULES:
        assert rule.why.endswith("."), rule.name
        assert rule.question.endswith("?"), rule.name


@pytest.mark.parametrize(
    ("sentence", "better"),
    [
        (
            "Dave forgot to renew the certificate.",
            "Nothing reminded anybody to renew the certificate.",
        ),
        (
            "The on-call failed to notice the growing queue.",
            "What would have made it easy to notice the growing queue?",
        ),
        (
            "QA missed the regression before the release.",
            "What made the regression easy to miss?",
        ),
        (
            "Somebody should have checked the staging results.",
            "What would have made it possible to check the staging results?",
        ),
        (
            "Yuki accidentally deleted the bucket.",
            "What allowed the bucket to be deleted without a second look?",
        ),
        ("Priya pushed a bad config on Friday.", "What let a bad config through?"),
        (
            "The admin typed the wrong hostname.",
            "What made the wrong hostname look like the right one?",
        ),
        ("Why didn't the engineer roll back?", "What would have made it easy to roll back?"),
        ("The team was too slow to respond.", "What would have made it quicker to respond?"),
    ],
)
def test_the_proposed_sentence_reuses_the_words(sentence: str, better: str) -> None:
    assert [finding.better for finding in find_blame(sentence)] == [better]


@pytest.mark.parametrize(
    "sentence",
    ["Dave forgot to update his notes.", "Dave forgot to do it.", "Dave forgot about the job."],
)
def test_words_that_refer_back_are_not_reused(sentence: str) -> None:
    (finding,) = find_blame(sentence)
    assert finding.better == "What would have reminded them, or made remembering unnecessary?"


def test_participants_are_recognized_by_name_in_any_case() -> None:
    sentence = "mei was too slow to answer, and mark my words"
    assert find_blame(sentence) == ()
    assert [finding.text for finding in find_blame(sentence, ["Mei Tanaka"])] == [
        "mei was too slow to answer"
    ]
    assert find_blame("@Mei Tanaka was too slow to answer.")
    assert find_blame("@mei was too slow to answer.")
    assert find_blame("@mei the new database was too slow to answer.") == ()
    assert find_blame("The check mark missed the regression.", ["Mark Twain"]) == ()
    assert find_blame("Mark missed the regression.", ["Mark Twain"])


@pytest.mark.parametrize(
    "sentence",
    [
        "The log says “operator error” at 12:04.",
        'Slack answered "user error was the cause" and nothing else.',
        "Run `human error` again.",
        "See https://example.com/human error-report",
        "We found no human error, and nobody forgot anything.",
        "Nobody is to blame.",
        "It was not caused by the engineer, but by the missing check.",
        "Redis failed to follow the master, and Envoy ignored the header.",
        "The session manager failed to notify the workers.",
        "",
        "…",
    ],
)
def test_quotes_denials_and_machines_are_not_blame(sentence: str) -> None:
    assert find_blame(sentence) == ()


def test_a_denial_counts_only_in_its_own_sentence() -> None:
    (finding,) = find_blame("It did not rain. Human error was the cause.")
    assert finding.text == "Human error"


def test_curly_apostrophes_and_line_breaks_hide_no_blame() -> None:
    (finding,) = find_blame("The contractor didn\u2019t\nfollow the procedure.")
    assert finding.text == "The contractor didn\u2019t follow the procedure"


def all_sentences() -> Iterator[str]:
    for part in SENTENCES.values():
        yield from part["blame"]
        yield from part["fine"]


@given(
    st.lists(st.one_of(st.sampled_from([*all_sentences()]), st.text(max_size=40)), max_size=8).map(
        "\n".join
    ),
    st.lists(st.text(max_size=12), max_size=3),
)
def test_findings_quote_only_words_of_the_text_in_order(text: str, people: list[str]) -> None:
    last = -1
    for position, finding in locate_blame(text, people):
        assert position >= last
        last = position
        assert " ".join(text[position:].split()).startswith(finding.text)
        assert finding.text
        assert find_blame(finding.better, people) == () or people


@pytest.mark.parametrize(
    "piece",
    [
        "forgot ", "Dave forgot ", "if only ", "had ", "the ", "why didn't ", "worst offender ", '"', "`", "@a ",
        "was too ", "caused by ", "a-", "a'", "failed to ", "ran a b c d e f ", "without ", "pushed a ", "cause of a ",
        "made the very ", "not ", "mistake by the ", "(", "“",
    ],
)  # fmt: skip
def test_checking_takes_linear_time(piece: str) -> None:
    # With a pattern that backtracks from every position, this line would take hours instead of a
    # second.
    find_blame(piece * (200_000 // len(piece)))
