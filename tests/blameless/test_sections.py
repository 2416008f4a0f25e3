"""Which sections are there, by whatever name, and which only seem to be."""

import pytest

from bot.blameless.sections import Part, is_placeholder, missing, part_of
from bot.postmortems.markdown import read


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Executive Summary", Part.SUMMARY),
        ("What happened?", Part.SUMMARY),
        ("TL;DR", Part.SUMMARY),
        ("1. Overview", Part.SUMMARY),
        ("Impact assessment", Part.IMPACT),
        ("📉 Customer impact:", Part.IMPACT),
        ("What broke?", Part.IMPACT),
        ("Timeline (all times UTC)", Part.TIMELINE),
        ("Sequence of events", Part.TIMELINE),
        ("Root Cause Analysis", Part.ROOT_CAUSE),
        ("Trigger", Part.ROOT_CAUSE),
        ("Contributing factors", Part.ROOT_CAUSE),
        ("Five whys", Part.ROOT_CAUSE),
        ("What went well", Part.WENT_WELL),
        ("What worked", Part.WENT_WELL),
        ("What didn\u2019t go well", Part.WENT_POORLY),
        ("Things that did not go so well", Part.WENT_POORLY),
        ("What could be improved", Part.WENT_POORLY),
        ("What went wrong?", Part.WENT_POORLY),
        ("Action Items", Part.ACTION_ITEMS),
        ("Follow-ups", Part.ACTION_ITEMS),
        ("Corrective and preventive measures", Part.ACTION_ITEMS),
        ("Next steps", Part.ACTION_ITEMS),
        ("Lessons Learned", Part.LESSONS),
        ("Key takeaways", Part.LESSONS),
        ("What we learned", Part.LESSONS),
        ("How was it detected", Part.DETECTION),
        ("Where we got lucky", None),
        ("Actions taken", None),
        ("Resolution", None),
        ("Appendix", None),
        ("The impact of the new summary page on the timeline of the release", None),
        ("", None),
    ],
)
def test_headings_are_known_by_many_names(title: str, part: Part | None) -> None:
    assert part_of(title) is part


@pytest.mark.parametrize(
    "text",
    [
        "", "TBD", "_TODO_", "[Who was affected]", "**TBD.**", "n/a yet", "…", "- ", "<fill me in>", "To be written",
        "Open: who was affected?", "> **Open:** what?", "Duration: [X] minutes"[:13], "{{ summary }}", "???",
    ],
)  # fmt: skip
def test_a_placeholder_is_no_text(text: str) -> None:
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
def test_a_text_is_no_placeholder(text: str) -> None:
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


def rules(markdown: str) -> dict[str, str]:
    return {finding.section: finding.rule for finding in missing(read(markdown))}


def test_a_complete_one_lacks_nothing() -> None:
    assert rules(COMPLETE) == {}


def test_a_section_that_is_not_there_has_no_line_and_a_question() -> None:
    (finding,) = missing(read(COMPLETE.replace("## Impact", "## Miscellany")))
    assert (finding.rule, finding.line, finding.section) == ("missing section", None, "impact")
    assert finding.better.startswith("Who was affected")


@pytest.mark.parametrize(
    "left",
    [
        "",
        "TBD",
        "[who]",
        "<!-- who was affected? -->",
        "> **Open:** Who?",
        "- [number] users\n- [tickets]",
        "| a | b |\n|---|---|\n| TBD | [x] |",
    ],
)
def test_a_section_that_holds_only_a_placeholder_is_said_to_be_empty(left: str) -> None:
    (finding,) = missing(read(COMPLETE.replace("Forty users.", left)))
    assert (finding.rule, finding.line, finding.text) == ("empty section", 6, "Impact")


def test_a_long_one_has_to_say_how_it_was_noticed() -> None:
    long = COMPLETE.replace("Forty users.", "Forty users were affected. " * 200)
    assert rules(long) == {"detection": "missing section"}
    assert rules(long + "\n## Detection\nBy a customer.\n") == {}


def test_the_title_of_the_document_is_no_section() -> None:
    assert rules(COMPLETE.replace("## Timeline", "## Something"))["timeline"] == "missing section"


def test_an_empty_file_lacks_every_section() -> None:
    assert set(rules("")) == set(Part) - {Part.DETECTION}
