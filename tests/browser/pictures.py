"""`make pictures`: take the pictures in docs/ from the demo and in the browser."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from bot.cli.demo import demo
from bot.cli.local_bot import LocalBot, start_local_bot
from bot.cli.manifest import MANIFEST
from sandbox import player
from sandbox.server import Sandbox
from sandbox.web_client.routes import routes
from tests.browser.browser import Page, chromium
from tests.support.harness import ROOT

DOCS = ROOT / "docs"
PHONE = (390, 844)


def main() -> None:
    sandbox = Sandbox(MANIFEST)
    sandbox.routes += routes(sandbox)
    with start_local_bot(sandbox, "sqlite://") as running, chromium(1180, 1280) as driver:
        player.add_people_and_channels(player.load("checkout"), sandbox)
        _play(Page(driver, sandbox), running)
    with TemporaryDirectory() as folder, chromium(860, 1080) as driver:
        demo(out=Path(folder))
        shutil.copy(Path(folder) / "timeline.png", DOCS)
        _resolution(driver, Path(folder) / "channel.html")
        _postmortem(driver, Path(folder) / "postmortem.html")


def _resolution(driver: Chrome, channel: Path) -> None:
    """Take a screenshot of the end of the demo's channel: resolved, with the draft."""
    driver.get(channel.as_uri())
    draft_message = driver.find_element(By.XPATH, "//*[contains(text(), 'Postmortem draft')]")
    driver.execute_script(
        "scrollTo(0, arguments[0].getBoundingClientRect().top - 110)", draft_message
    )
    driver.save_screenshot(str(DOCS / "channel.png"))


def _postmortem(driver: Chrome, document: Path) -> None:
    """Take a screenshot of the beginning of the document, on a wide screen and on a phone."""
    driver.get(document.as_uri())
    driver.save_screenshot(str(DOCS / "postmortem.png"))
    driver.set_window_size(*PHONE)
    driver.save_screenshot(str(DOCS / "postmortem-phone.png"))


def _play(page: Page, running: LocalBot) -> None:
    lead, other, *_ = (
        person.name for person in page.sandbox.state.people.values() if not person.is_bot
    )
    page.look(lead, "incidents")
    page.press("Declare incident")
    page.fill("What's broken?", "Checkout times out")
    page.choose("Severity", "P1")
    page.press("Declare")
    running.settle()
    channel = next(
        candidate
        for candidate in page.sandbox.state.channels.values()
        if "checkout" in candidate.name
    ).id
    page.sandbox.workspace.join(other, channel)
    page.look(lead, channel)
    lines = (
        "lead",
        "impact 4,200 customers could not pay",
        "update 30m The pool is full; we double it",
        f"action Alert on pool usage @{other} in 2 weeks P1",
    )
    for line in lines:
        page.type(f"/incident {line}")
    running.settle()
    _look_around(page, other, channel)


def _look_around(page: Page, owner: str, channel: str) -> None:
    """Take screenshots of the card and of the owner's Home tab, and of the card on a phone."""
    page.look(owner, channel)
    page.picture(str(DOCS / "card.png"))
    page.driver.set_window_size(1180, 620)
    page.look(owner, "home")
    page.press("Home")
    page.sees("Your action items (1)")
    page.picture(str(DOCS / "home.png"))
    page.driver.set_window_size(*PHONE)
    page.look(owner, channel)
    card = page.driver.find_element(By.CSS_SELECTOR, "article.pinned")
    page.driver.execute_script("arguments[0].scrollIntoView()", card)
    page.picture(str(DOCS / "card-phone.png"))


if __name__ == "__main__":
    main()
