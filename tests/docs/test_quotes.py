"""What the pages quote from the program is in the program: labels, messages, metrics, scopes, tables."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config.template_names import TEMPLATES
from bot.domain.key_times import FORMULAS, MOMENT_NAMES
from bot.rendering import document_json
from bot.rendering.sample_drafts import make_full_draft
from tests.docs import markdown
from tests.docs.generate import DOCS, without_parts
from tests.support.harness import ROOT

MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
OPTIONAL_SCOPE = "usergroups:read"
HEADINGS = {"Action needed"}  # of the changelog


def _page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@cache
def _labels() -> frozenset[str]:
    """Return the texts of all buttons, menus and forms, from the snapshots and the manifest."""
    shortcuts = {each["name"] for each in MANIFEST["features"]["shortcuts"]}
    snapshots = sorted((ROOT / "tests" / "snapshots").glob("*.json"))
    found = {text for path in snapshots for text in _texts(json.loads(path.read_text("utf-8")))}
    return frozenset(shortcuts | found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            yield value["text"].removesuffix("…")
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=attrgetter("name"))
def test_every_label_is_a_button_or_a_shortcut(page: Path) -> None:
    without_code = re.sub(r"`[^`\n]+`", "", markdown.prose(page))
    written = re.sub(r"^\d+\. \*\*.+?\*\*", "", without_code, flags=re.MULTILINE)
    by_hand = without_parts(written) if page.name != "architecture.md" else ""
    bold = {label.removesuffix("…") for label in re.findall(r"\*\*([^*\n]+)\*\*", by_hand)}
    assert bold - _labels() - HEADINGS == set()


@cache
def _sources() -> str:
    """Return all string literals of the program, with whitespace normalized."""
    paths = [
        path for folder in ("bot", "handlers", "storage") for path in (ROOT / folder).rglob("*.py")
    ]
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return "\n".join(" ".join(text.split()) for text in texts if isinstance(text, str))


def _quoted() -> list[str]:
    table = _page("operations.md").partition("| Message contains |")[2]
    return [
        quote
        for row in table.splitlines()
        for quote in re.findall(r"`([^`]+)`", row.split("|")[1] if "|" in row else "")
    ]


@pytest.mark.parametrize("quote", _quoted())
def test_every_message_of_the_troubleshooting_table_exists(quote: str) -> None:
    assert quote.lower() in _sources().lower()


def test_every_metric_is_listed() -> None:
    source = (ROOT / "handlers" / "transport" / "http_app.py").read_text("utf-8")
    listed = re.findall(r"^\| `(debrief_\w+)` \|", _page("operations.md"), re.MULTILINE)
    assert sorted(listed) == sorted(set(re.findall(r"\"(debrief_\w+)\"", source)))


def test_every_scope_has_a_reason() -> None:
    rows = re.findall(r"^\| ((?:`[\w.]+:?\w*`(?:, )?)+) \|", _page("security.md"), re.MULTILINE)
    listed = [scope for row in rows for scope in re.findall(r"`([^`]+)`", row)]
    assert sorted(listed) == sorted([*MANIFEST["oauth_config"]["scopes"]["bot"], OPTIONAL_SCOPE])


def test_every_table_of_the_database_is_listed() -> None:
    files = (ROOT / "storage" / "tables").glob("*.py")
    tables = {
        name for path in files for name in re.findall(r'__tablename__ = "(\w+)"', path.read_text())
    }
    stored = _page("security.md").partition("## What's stored")[2].partition("## Retention")[0]
    assert tables
    assert tables == set(re.findall(r"`(\w+)`", stored))


def test_every_template_is_described() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", _page("templates.md"), re.MULTILINE)
    assert sorted(rows) == sorted(TEMPLATES)


def test_the_key_times_and_formulas_are_those_of_the_draft() -> None:
    page = _page("drafts.md")
    assert ", ".join(MOMENT_NAMES) in page
    for name, formula in FORMULAS.items():
        assert f"({name.upper()}): {formula}\n" in page


def test_every_field_of_a_postmortem_as_json_is_listed() -> None:
    document = json.loads(document_json.as_json(make_full_draft()))
    part = _page("export-schema.md").partition("## `debrief.postmortem/1`")[2]
    assert set(document) - {"schema"} - set(re.findall(r"`(\w+)`", part)) == set()


def test_every_exit_code_is_explained() -> None:
    assert re.findall(r"^\| (\d) \|", _page("command-line.md"), re.MULTILINE) == ["0", "1", "2"]
