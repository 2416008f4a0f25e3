"""Sections of a postmortem: recognized by many names, missing, or empty."""

import pytest

from bot.blameless.sections import SectionTopic, find_missing, is_placeholder, topic_of
from bot.postmortems.markdown import parse_markdown


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Executive Summary", SectionTopic.SUMMARY),
        ("What happened?", SectionTopic.SUMMARY),
        ("TL;DR", SectionTopic.SUMMARY),
        ("1. Overview", SectionTopic.SUMMARY),
        ("Impact assessment", SectionTopic.IMPACT),
        ("📉 Customer impact:", SectionTopic.IMPACT),
        ("What broke?", SectionTopic.IMPACT),
        ("Timeline (all times UTC)", SectionTopic.TIMELINE),
        ("Sequence of events", SectionTopic.TIMELINE),
        ("Root Cause Analysis", SectionTopic.ROOT_CAUSE),
        ("Trigger", SectionTopic.ROOT_CAUSE),
        ("Contributing factors", SectionTopic.ROOT_CAUSE),
        ("Five whys", SectionTopic.ROOT_CAUSE),
        ("What went well", SectionTopic.WENT_WELL),
        ("What worked", SectionTopic.WENT_WELL),
        ("What didn\u2019t go well", SectionTopic.WENT_POORLY),
        ("Things that did not go so well", SectionTopic.WENT_POORLY),
        ("What could be improved", SectionTopic.WENT_POORLY),
        ("What went wrong?", SectionTopic.WENT_POORLY),
        ("Action Items", SectionTopic.ACTION_ITEMS),
        ("Follow-ups", SectionTopic.ACTION_ITEMS),
        ("Corrective and preventive measures", SectionTopic.ACTION_ITEMS),
        ("Next steps", SectionTopic.ACTION_ITEMS),
        ("Lessons Learned", SectionTopic.LESSONS),
        ("Key takeaways", SectionTopic.LESSONS),
        ("What we learned", SectionTopic.LESSONS),
        ("How was it detected", SectionTopic.DETECTION),
        ("Where we got lucky", None),
        ("Actions taken", None),
        ("Resolution", None),
        ("Appendix", None),
        ("The impact of the new summary page on the timeline of the release", None),
        ("", None),
    ],
)
def test_headings_are_recognized_by_many_names(title: str, part: SectionTopic | None) -> None:
    assert topic_of(title) is part


@pytest.mark.parametrize(
    "text",
    [
        "", "TBD", "_TODO_", "[Who was affected]", "**TBD.**", "n/a yet", "…", "- ", "<fill me in>", "To be written",
        "Open: who was affected?", "> **Open:** what?", "> **Open question:** what?", "Duration: [X] minutes"[:13], "{{ summary }}", "???",
    ],
)  # fmt: skip
def test_a_placeholder_counts_as_empty(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody.",
        "It was open: the valve.",
        "12",
        "Checkout failed for [all] users",
        "None of the tills worked",
    ],
)
def test_real_text_is_not_a_placeholder(text: str) -> None:
    assert not is_placeholder(text)


COMPLETE = """# Postmortem: timeline service down

## Summary
The service was down.

## Impact
Forty users.

## Timeline
```
12:00 down
```

## Root cause
### Trigger
A full disk.

## Lessons
### What went well
- The alert fired.
### What could be improved
- Disks fill unseen.

## Follow-ups
- P1: add an alert at 80 % @mei 2026-04-01
"""


def rules_by_section(markdown: str) -> dict[str, str]:
    return {finding.section: finding.rule for finding in find_missing(parse_markdown(markdown))}


def test_a_complete_postmortem_lacks_nothing() -> None:
    assert rules_by_section(COMPLETE) == {}


def test_a_missing_section_has_no_line_and_a_question() -> None:
    (finding,) = find_missing(parse_markdown(COMPLETE.replace("## Impact", "## Miscellany")))
    assert (finding.rule, finding.line, finding.section) == ("missing section", None, "impact")
    assert finding.better.startswith("Who was affected")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "TBD",
        "[who]",
        "<!-- who was affected? -->",
        "> **Open question:** Who?",
        "- [number] users\n- [tickets]",
        "| a | b |\n|---|---|\n| TBD | [x] |",
    ],
)
def test_a_section_with_only_a_placeholder_is_empty(content: str) -> None:
    (finding,) = find_missing(parse_markdown(COMPLETE.replace("Forty users.", content)))
    assert (finding.rule, finding.line, finding.text) == ("empty section", 6, "Impact")


def test_a_long_postmortem_must_describe_its_detection() -> None:
    long = COMPLETE.replace("Forty users.", "Forty users were affected. " * 200)
    assert rules_by_section(long) == {"detection": "missing section"}
    assert rules_by_section(long + "\n## Detection\nBy a customer.\n") == {}


def test_the_documents_title_is_not_a_section() -> None:
    assert (
        rules_by_section(COMPLETE.replace("## Timeline", "## Something"))["timeline"]
        == "missing section"
    )


def test_an_empty_file_lacks_every_section() -> None:
    assert set(rules_by_section("")) == set(SectionTopic) - {SectionTopic.DETECTION}
