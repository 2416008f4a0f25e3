"""`python -m tests.docs.generate`: write the generated parts of the pages in docs/.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`. The layout in architecture.md and
the page refusals.md have generators of their own, which run as well.
"""

import re
from collections.abc import Callable
from pathlib import Path

from tests.docs import command_line, command_lists, configuration
from tests.support import layout, refusals_page
from tests.support.harness import ROOT

DOCS = ROOT / "docs"
PARTS: dict[str, Callable[[], str]] = {
    "commands": command_lists.commands,
    "tasks": command_lists.tasks,
    "reactions": command_lists.reactions,
    "shortcuts": command_lists.shortcuts,
    "external": command_lists.external,
    "command line": command_line.reference,
    "environment": configuration.environment,
    "configuration": configuration.sections,
}
_PART = re.compile(r"(<!-- generated: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Return each page with its generated parts as they should be now."""
    written = {path: _filled(path) for path in sorted(DOCS.glob("*.md"))}
    return written | {layout.PAGE: layout.page(), refusals_page.PAGE: refusals_page.page()}


def parts_of(text: str) -> list[str]:
    """List the names of the generated parts on a page."""
    return [found[2] for found in _PART.finditer(text)]


def without_parts(text: str) -> str:
    """Return only what was written by hand."""
    return _PART.sub("", text)


def _filled(path: Path) -> str:
    return _PART.sub(
        lambda found: f"{found[1]}\n{PARTS[found[2]]().strip()}\n\n{found[3]}",
        path.read_text("utf-8"),
    )


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
