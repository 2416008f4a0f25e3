"""The README is short, and its links, commands and files exist."""

import re
from operator import attrgetter
from pathlib import Path

import pytest

from bot.cli.demo import FILES
from tests.docs import markdown
from tests.docs.generate import DOCS
from tests.support.harness import ROOT

README = ROOT / "README.md"
TEXT = README.read_text("utf-8")


def test_the_readme_has_at_most_900_words() -> None:
    assert len(TEXT.split()) <= 900


def test_every_folder_is_on_the_map() -> None:
    for folder in ("bot", "handlers", "storage", "templates", "sandbox", "tests", "docs"):
        assert f"\n{folder}/" in TEXT
    code = TEXT.partition("## Code")[2]
    assert len(re.findall(r"^\w+/ ", code, re.MULTILINE)) <= 15


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(markdown.links(README))
    pages = {f"docs/{path.name}" for path in DOCS.glob("*.md")} - {"docs/index.md"}
    assert pages - linked == set()


def test_the_tutorial_names_the_files_of_the_demo() -> None:
    tutorial = (DOCS / "tutorial.md").read_text("utf-8")
    for name in FILES:
        assert f"`{name}`" in tutorial


@pytest.mark.parametrize("page", markdown.PAGES, ids=attrgetter("name"))
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in markdown.links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in markdown.anchors(target), link
