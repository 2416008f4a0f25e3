"""docs/architecture.md matches the packages."""

import re

from tests.support.layout import PAGE, ROOT, page


def test_the_layout_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run `python -m tests.support.layout`"


def test_every_path_on_the_page_exists() -> None:
    paths = re.findall(r"`((?:bot|handlers|storage|templates|tests)/[\w./]+)`", PAGE.read_text())
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []
