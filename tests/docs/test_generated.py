"""The generated parts of the pages are what the program says now."""

import pytest

from tests.docs import generate
from tests.docs.generate import DOCS, PARTS


@pytest.mark.parametrize("name", sorted(path.name for path in DOCS.glob("*.md")))
def test_each_page_is_up_to_date(name: str) -> None:
    path = DOCS / name
    assert path.read_text("utf-8") == generate.pages()[path], "run `make docs-pages`"


def test_each_part_is_on_one_page() -> None:
    used = [part for path in DOCS.glob("*.md") for part in generate.parts_of(path.read_text())]
    assert sorted(used) == sorted(PARTS)
