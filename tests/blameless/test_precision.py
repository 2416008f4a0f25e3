"""What a postmortem leaves vague: times, durations, impact without a number, and its length."""

import pytest

from bot.postmortems.checks import check
from bot.rendering import documents
from bot.rendering.sample_drafts import make_full_draft

RULES = {"vague time", "rough duration", "impact without a number", "too long"}


def rules(markdown: str) -> list[tuple[str, str]]:
    return [(found.rule, found.text) for found in check(markdown) if found.rule in RULES]


@pytest.mark.parametrize(
    ("said", "rule", "quoted"),
    [
        ("Around noon the first orders failed.", "vague time", "Around noon"),
        ("A bit later, checkout was down.", "vague time", "A bit later"),
        ("Later the team rolled back.", "vague time", "Later"),
        ("At some point the cache was cleared.", "vague time", "At some point"),
        ("It was down for about an hour.", "rough duration", "about an hour"),
        ("Orders failed for several minutes.", "rough duration", "several minutes"),
    ],
)
def test_a_vague_time_or_duration_is_found(said: str, rule: str, quoted: str) -> None:
    assert rules(f"# Down\n\n## Summary\n\n{said}\n") == [(rule, quoted)]


@pytest.mark.parametrize(
    "said",
    [
        "Around noon (12:04 UTC) the first orders failed.",
        "Checkout was down from 12:04 to 13:10 UTC, 66 minutes.",
        "We decided to look into it later than usual customers would like.",
        "The evening shift took over at 18:00.",
    ],
)
def test_a_time_with_a_clock_and_an_exact_duration_are_fine(said: str) -> None:
    assert rules(f"# Down\n\n## Summary\n\n{said}\n") == []


def test_other_sections_may_speak_of_later() -> None:
    assert rules("# Down\n\n## Lessons\n\nA bit later, the same happened in staging.\n") == []


def test_impact_on_customers_needs_a_number() -> None:
    assert rules("# Down\n\n## Impact\n\nMany customers could not pay.\n") == [
        ("impact without a number", "Impact")
    ]
    assert rules("# Down\n\n## Impact\n\n4,200 customers could not pay.\n") == []
    assert rules("# Down\n\n## Impact\n\nForty customers could not pay.\n") == []
    assert rules("# Down\n\n## Impact\n\nThe build was red.\n") == []


@pytest.mark.parametrize(
    ("severity", "words", "found"),
    [("P3", 1_800, True), ("P3", 1_600, False), ("P0", 1_800, False), ("SEV2", 4_000, True)],
)
def test_a_document_is_not_longer_than_its_severity_deserves(
    severity: str, words: int, *, found: bool
) -> None:
    text = " ".join(["word"] * words)
    document = f"# Down\n\n| Severity | {severity} |\n|---|---|\n\n## Summary\n\n{text}\n"
    assert bool(rules(document)) is found
    assert rules(f"# Down\n\n## Summary\n\n{text}\n") == []


def test_a_full_draft_of_ours_is_precise() -> None:
    assert rules(documents.markdown(make_full_draft())) == []
