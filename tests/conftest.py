"""What tests share: a town with the bot in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.cli.logging_setup import log_to_stderr
from tests.support import harness
from tests.support.harness import Town
from tests.support.postgres import server

# The suite stays quick: `make test ARGS="--hypothesis-profile=long"` looks further.
settings.register_profile("suite", deadline=None, max_examples=25)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: begun last, one alone would keep everybody waiting."""
    items.sort(key=lambda item: "tests/torture/test_rows" not in item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> None:
    """A town of a whole module is made before the fixture below can point the log away from a closed file."""
    if fixturedef.scope == "module":
        log_to_stderr("json")


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    """For each test again: a command that was tried before has pointed the log at its own output."""
    log_to_stderr("json")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that ends with the tests."""
    with server() as address:
        yield address


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A workspace and the bot, over Socket Mode, with a SQLite file."""
    with harness.town(f"sqlite:///{tmp_path}/debrief.db") as made:
        yield made
