"""The generated parts of the pages are what the program says now."""

from pathlib import Path

import pytest

from tests.docs import generate
from tests.docs.generate import DOCS, PARTS


@pytest.fixture(scope="module")
def pages() -> dict[Path, str]:
    return generate.pages()


@pytest.mark.parametrize("name", sorted(path.name for path in DOCS.glob("*.md")))
def test_each_page_is_up_to_date(name: str, pages: dict[Path, str]) -> None:
    path = DOCS / name
    assert path.read_text("utf-8") == pages[path], "run `make docs-pages`"


def test_each_part_is_on_one_page() -> None:
    used = [part for path in DOCS.glob("*.md") for part in generate.parts_of(path.read_text())]
    assert sorted(used) == sorted(PARTS)
