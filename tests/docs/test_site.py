"""The site builds without a warning, and its pages load nothing from other hosts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.harness import ROOT

CONFIG = ROOT / "docs" / "site" / "mkdocs.yml"


def _build(out: Path, config: Path = CONFIG) -> subprocess.CompletedProcess[str]:
    # Without --quiet, which would hide warnings from --strict.
    words = ["build", "--strict", "--config-file", str(config), "--site-dir", str(out)]
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *words],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = _build(out)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return out


def test_every_page_is_in_the_navigation(site: Path) -> None:
    linked = (site / "index.html").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f'href="{page.stem}.html"' in linked, page.name


def test_the_search_works_offline_and_from_disk(site: Path) -> None:
    assert (site / "search" / "search_index.js").exists()
    assert 'src="assets/iframe-worker.js"' in (site / "index.html").read_text("utf-8")
    assert (site / "assets" / "iframe-worker.js").exists()
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    text = " ".join(entry["text"] for entry in index["docs"])
    for word in ("escalate_after_days", "debrief_outbox_waiting", "/incident catchup"):
        assert word in text


def test_no_page_loads_from_another_host(site: Path) -> None:
    """A second check, simpler than the one at the end of each build: only links may leave."""
    for page in site.rglob("*.html"):
        tags = re.findall(r"<(?!a\b)\w+\b[^>]*=[\"']?(?:https?:)?//[^>]*>", page.read_text("utf-8"))
        assert [tag for tag in tags if "xmlns" not in tag] == [], page.name
    for sheet in site.rglob("*.css"):
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8")) == []


BROKEN = """# Home

[a page](gone.md) [a heading](index.md#gone) ![logo](https://example.org/logo.png)

<link rel="stylesheet" href="//example.org/a.css">
<style>@import 'https://example.org/b.css'; body { background: url(https://example.org/c.png) }</style>
"""


def test_broken_links_and_foreign_resources_stop_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(BROKEN)
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        "site_name: x\nplugins: []\ntheme: {name: material, font: false}\n"
        f"hooks: [{CONFIG.parent / 'hooks.py'}]\nvalidation: {{anchors: warn}}\n"
    )
    done = _build(tmp_path / "site", config)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    for part in ("gone.md", "#gone", "logo.png", "a.css", "b.css", "c.png"):
        assert part in said
