"""Checking a postmortem: blame, missing sections, action items without what they need."""

from collections.abc import Collection

from bot.blameless.action_items import needs
from bot.blameless.document import Document, Passage
from bot.blameless.finding import Finding
from bot.blameless.language import located
from bot.blameless.sections import missing
from bot.postmortems.markdown import read


def check(markdown: str, people: Collection[str] = ()) -> list[Finding]:
    """All that a postmortem in Markdown should say differently, in the order of its lines.

    `people` are names of participants. What is not there at all comes last.
    """
    blaming, others = apart(markdown, people)
    return sorted([*blaming, *others], key=_place)


def apart(markdown: str, people: Collection[str] = ()) -> tuple[list[Finding], list[Finding]]:
    """The same in two: where people are spoken of instead of the system, and all the rest."""
    document = read(markdown)
    others = [*needs(document, people), *missing(document)]
    return _blame(document, people), sorted(others, key=_place)


def _place(finding: Finding) -> tuple[bool, int]:
    return finding.line is None, finding.line or 0


def _blame(document: Document, people: Collection[str]) -> list[Finding]:
    return [
        Finding(
            rule=finding.rule,
            text=finding.text,
            why=finding.why,
            better=finding.better,
            line=passage.line + passage.text.count("\n", 0, place),
            section=section.title,
        )
        for section in document.sections
        for passage in (Passage(section.title, section.line or 1), *section.passages)
        for place, finding in located(passage.text, people)
    ]
