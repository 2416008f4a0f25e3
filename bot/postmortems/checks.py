"""Check a postmortem for blame, missing sections and incomplete action items."""

from collections.abc import Collection

from bot.blameless.action_items import check_items
from bot.blameless.document import Document, Passage
from bot.blameless.finding import Finding
from bot.blameless.language import locate_blame
from bot.blameless.precision import find_imprecise
from bot.blameless.sections import find_missing
from bot.postmortems.markdown import parse_markdown


def check(markdown: str, people: Collection[str] = ()) -> list[Finding]:
    """Return all findings for a postmortem in Markdown, sorted by line; missing sections come last.

    `people` are the names of participants.
    """
    blaming, others = check_separately(markdown, people)
    return sorted([*blaming, *others], key=_sort_key)


def check_separately(
    markdown: str, people: Collection[str] = ()
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings in two lists: blame, and all others."""
    document = parse_markdown(markdown)
    others = [
        *check_items(document, people),
        *find_imprecise(document),
        *find_missing(document),
    ]
    return _find_blame(document, people), sorted(others, key=_sort_key)


def _sort_key(finding: Finding) -> tuple[bool, int]:
    return finding.line is None, finding.line or 0


def _find_blame(document: Document, people: Collection[str]) -> list[Finding]:
    return [
        Finding(
            rule=finding.rule,
            text=finding.text,
            why=finding.why,
            better=finding.better,
            line=passage.line + passage.text.count("\n", 0, offset),
            section=section.title,
        )
        for section in document.sections
        for passage in (Passage(section.title, section.line or 1), *section.passages)
        for offset, finding in locate_blame(passage.text, people)
    ]
