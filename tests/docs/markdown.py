"""Read the README and the pages of docs/: code blocks, code spans, links and anchors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.generate import DOCS
from tests.support.harness import ROOT

PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")))
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block of code."""

    page: str
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    """List the blocks in some languages, on all pages."""
    return [
        Block(page.name, language, re.sub(f"^{indent}", "", text, flags=re.MULTILINE))
        for page in PAGES
        for indent, language, text in _FENCE.findall(page.read_text("utf-8"))
        if language in languages
    ]


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", page.read_text("utf-8"))


def spans(page: Path) -> list[str]:
    """List the code spans of a page."""
    return _SPAN.findall(prose(page))


def lines() -> Iterator[tuple[str, str]]:
    """Return each line of code and each code span, with its page."""
    for page in PAGES:
        yield from ((page.name, span) for span in spans(page))
        for _, _, text in _FENCE.findall(page.read_text("utf-8")):
            yield from ((page.name, line.strip()) for line in text.splitlines())


def links(page: Path) -> list[str]:
    """List the links of a page that stay in the repository."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """List the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
