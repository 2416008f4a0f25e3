"""Drive headless Chromium on the sandbox's page, as a person would use it."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of

from sandbox.server import Sandbox

PATIENCE = 40.0
MISSING = (
    "There is no Chromium with its driver here. On Debian: apt-get install chromium chromium-driver"
)
# In a container, root has no Chromium sandbox and little shared memory.
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars")
# The page was redrawn between finding an element and using it.
REDRAWN = (
    ElementClickInterceptedException,
    NoSuchElementException,
    StaleElementReferenceException,
)
_SHOW = "arguments[0].scrollIntoView({block: 'center'})"


@contextmanager
def chromium(width: int = 1280, height: int = 900) -> Iterator[Chrome]:
    """Start Chromium, or exit with what to install."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not (program and driver):
        pytest.exit(MISSING, returncode=2)
    options = ChromeOptions()
    options.binary_location = program
    for argument in (*ARGUMENTS, f"--window-size={width},{height}"):
        options.add_argument(argument)
    driver_session = Chrome(options=options, service=Service(driver))
    try:
        yield driver_session
    finally:
        driver_session.quit()


@dataclass
class Page:
    """The sandbox's page as one person sees it.

    Everything waited for must appear within `PATIENCE` seconds.
    """

    driver: Chrome
    sandbox: Sandbox

    def look(self, person: str, place: str) -> None:
        """Open a channel (by name or ID), `dm` or `home` as a person."""
        world = self.sandbox.workspace
        where = place if place in {"dm", "home"} else world.channel(place).id
        query = urlencode({"as": world.person(person).id, "in": where})
        self.driver.get(f"{self.sandbox.url}/?{query}")

    def type(self, text: str) -> None:
        """Type a message or a command, send it, and wait until the page shows it."""
        box = self._found("//*[@id='text']")
        box.send_keys(text)
        self._click("//form[@class='composer']//button")
        self._until(lambda: staleness_of(box)(self.driver), "the page anew")

    def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        self._until(lambda: text in self.text, f"{text!r}")

    @property
    def text(self) -> str:
        """All text on the page, including what is outside the viewport."""
        return self.driver.find_element(By.TAG_NAME, "body").get_attribute("textContent") or ""

    def press(self, label: str) -> None:
        """Press the last button with that label, and wait until the page is redrawn.

        Another press on the old page would be lost.
        """
        page = self._found("/html")
        self._click(f"//button[normalize-space()={_quoted(label)}]")
        self._until(lambda: staleness_of(page)(self.driver), "the page anew")

    def fill(self, label: str, text: str) -> None:
        """Type a text into the form field with that label."""
        field = self._field(label)
        field.clear()
        field.send_keys(text)

    def submit(self, label: str) -> None:
        """Press Enter in the form field with that label, and wait until the page is redrawn."""
        page = self._found("/html")
        self._field(label).send_keys(Keys.ENTER)
        self._until(lambda: staleness_of(page)(self.driver), "the page anew")

    def open_menu(self) -> None:
        """Open the last menu (•••) of the dialog."""
        self._click("//*[@role='dialog']//summary")

    def is_in_view(self, label: str) -> bool:
        """Return whether a button is visible without scrolling."""
        place = self._found(f"//button[normalize-space()={_quoted(label)}]").rect
        width = self.driver.execute_script("return innerWidth")
        return bool(place["x"] >= 0 and place["x"] + place["width"] <= width)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        script = "return document.documentElement.scrollWidth - innerWidth"
        return max(0, int(self.driver.execute_script(script)))

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a menu in a form; `option` is the beginning of its text."""
        option_path = f"./option[starts-with(normalize-space(), {_quoted(option)})]"
        self._field(label).find_element(By.XPATH, option_path).click()

    def _field(self, label: str) -> WebElement:
        labelled = f"//*[@role='dialog']//label[contains(., {_quoted(label)})]"
        return self._found(f"{labelled}//*[self::input or self::textarea or self::select]")

    def picture(self, path: str) -> None:
        self.driver.save_screenshot(path)

    def _click(self, xpath: str) -> None:
        """Click an element, finding it again when the page was redrawn in the meantime."""

        def clicked() -> bool:
            found = self.driver.find_elements(By.XPATH, xpath)
            if found:
                self.driver.execute_script(_SHOW, found[-1])
                found[-1].click()
            return bool(found)

        self._until(clicked, f"a click on {xpath}")

    def _found(self, xpath: str) -> WebElement:
        self._until(lambda: bool(self.driver.find_elements(By.XPATH, xpath)), f"there is {xpath}")
        return self.driver.find_elements(By.XPATH, xpath)[-1]

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not self._now(holds):
            assert time.monotonic() < until, f"waited {PATIENCE:.0f} s for {what}"
            time.sleep(0.1)

    def _now(self, holds: Callable[[], bool]) -> bool:
        try:
            return holds()
        except REDRAWN:
            return False


def _quoted(text: str) -> str:
    """Quote a text for XPath, which has no escapes."""
    return f'"{text}"' if "'" in text else f"'{text}'"
