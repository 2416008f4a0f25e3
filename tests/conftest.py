"""Fixtures shared by all tests, above all the running bot in a Slack workspace."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.cli.logging_setup import log_to_stderr
from tests.support import harness
from tests.support.harness import LiveBot
from tests.support.postgres import run_server

# Few examples keep the suite quick; `make test ARGS="--hypothesis-profile=long"` tries more.
settings.register_profile("suite", deadline=None, max_examples=25)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first, so that none of them runs alone at the end."""
    items.sort(key=lambda item: "tests/torture/test_rows" not in item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> None:
    """Module fixtures start before `_json_logs`, so the log must not point to a closed file already here."""
    if fixturedef.scope == "module":
        log_to_stderr("json")


@pytest.fixture(autouse=True)
def _json_logs() -> None:
    """Reset the log for each test, because a command under test redirects it to its own output."""
    log_to_stderr("json")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that stops after the tests."""
    with run_server() as address:
        yield address


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    """A Slack workspace and the bot, connected over Socket Mode, with a SQLite file."""
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db") as running:
        yield running
