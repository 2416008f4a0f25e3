"""Checking a postmortem: blame, missing sections, action items without what they need."""

from collections.abc import Collection

from bot.domain.checking.document import Document
from bot.domain.checking.finding import Finding
from bot.domain.checking.items import needs
from bot.domain.checking.language import located
from bot.domain.checking.sections import missing
from bot.postmortem_text import read


def check(markdown: str, people: Collection[str] = ()) -> list[Finding]:
    """All that a postmortem in Markdown should say differently, in the order of its lines.

    `people` are names of participants. What is not there at all comes last.
    """
    document = read(markdown)
    found = [*_blame(document, people), *needs(document, people), *missing(document)]
    return sorted(found, key=lambda finding: (finding.line is None, finding.line or 0))


def blame_in(markdown: str, people: Collection[str] = ()) -> list[Finding]:
    """Where a postmortem in Markdown speaks of people instead of the system."""
    return _blame(read(markdown), people)


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
        for passage in section.passages
        for place, finding in located(passage.text, people)
    ]
