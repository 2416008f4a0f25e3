"""An incident from declaration to final postmortem, clicked and typed in a browser."""

from collections.abc import Iterator

import pytest

from bot.cli.local_bot import start_local_bot
from bot.cli.manifest import MANIFEST
from sandbox import player
from sandbox.server import Sandbox
from sandbox.web_client.routes import routes
from tests.browser.browser import Page, chromium


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """The page of `debrief sandbox`, with the people of its story."""
    sandbox = Sandbox(MANIFEST)
    sandbox.routes += routes(sandbox)
    with start_local_bot(sandbox, "sqlite://"), chromium() as driver:
        player.add_people_and_channels(player.load("checkout"), sandbox)
        yield Page(driver, sandbox)


@pytest.fixture
def people(page: Page) -> list[str]:
    return [person.name for person in page.sandbox.state.people.values() if not person.is_bot]


def test_an_incident_is_declared_from_the_shortcuts_menu(page: Page, people: list[str]) -> None:
    page.look(people[0], "incidents")
    page.press("Declare incident")
    page.fill("What's broken?", "checkout times out")
    page.choose("Severity", "P1")
    page.press("Declare")
    page.sees("checkout times out")


def test_a_button_in_a_dialog_opens_the_next_one(page: Page, people: list[str]) -> None:
    page.look(people[0], _channel(page))
    page.type("the payments pool looks full")
    page.type("/incident timeline")
    page.open_menu()
    page.press("Edit entry")
    page.sees("Edit entry")
    page.fill("What happened?", "The payments pool was exhausted.")
    page.submit("When did it happen?")
    page.sees("Edited by")
    page.press("Close")


def test_an_incident_is_worked_on_and_resolved(page: Page, people: list[str]) -> None:
    page.look(people[0], _channel(page))
    page.sees("Severity: P1")
    page.type("the payments pool is exhausted, I'll add an alert on pool usage by friday")
    page.type("/incident lead")
    page.type("/incident resolve pool doubled")
    page.sees("Postmortem draft")


def test_home_and_declare_fit_a_phone(page: Page, people: list[str]) -> None:
    page.driver.set_window_size(390, 844)
    try:
        page.look(people[0], "incidents")
        assert page.is_in_view("Home")
        assert page.is_in_view("Declare incident")
        assert page.overflow() == 0
    finally:
        page.driver.set_window_size(1280, 900)


def test_a_postmortem_is_written_reviewed_and_finalized(page: Page, people: list[str]) -> None:
    author, reviewer = people[0], people[1]
    page.look(author, _channel(page))
    page.press("Submit for review")
    page.sees("still needs")
    page.press("Edit section")
    page.choose("Section", "Root cause")
    page.press("Next")
    page.fill("Root cause", "The pool was sized for half of today's traffic.")
    page.press("Save")
    page.sees("Edited sections: root cause")
    page.type("/incident postmortem submit because it is a drill")
    page.sees("Postmortem in review")
    page.sandbox.workspace.join(reviewer, _channel(page))
    page.look(reviewer, _channel(page))
    page.press("Approve postmortem")
    page.press("Finalize postmortem")
    page.sees("Final postmortem")


def test_home_tab_shows_ones_own_items_and_settings(page: Page, people: list[str]) -> None:
    page.look(people[0], "home")
    page.press("Home")
    page.sees("Your action items")
    page.sees("When should I remind you")


def _channel(page: Page) -> str:
    return next(
        channel.id for channel in page.sandbox.state.channels.values() if "checkout" in channel.name
    )
