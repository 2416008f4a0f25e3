"""Documents in a real browser: the content security policy allows only what they need."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from bot.rendering import documents
from bot.rendering.sample_drafts import make_full_draft
from sandbox.web_client.channel_page import channel_page
from tests.browser.browser import chromium

INTRUDERS = """
<script>document.title = "taken over"</script>
<img src="http://127.0.0.1:9/leak.png"><style>body { max-width: 7px }</style>
<base href="http://127.0.0.1:9/"><iframe src="http://127.0.0.1:9/"></iframe>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chromium() as driver:
        yield driver


def _console(browser: Chrome, page: Path) -> list[str]:
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    browser.get(page.as_uri())
    return [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]


def _width(browser: Chrome) -> str:
    script = "return getComputedStyle(document.body).maxWidth"
    return str(browser.execute_script(script))


@pytest.mark.parametrize("template", ["standard", "full", "public"])
def test_a_postmortem_is_displayed_without_policy_violations(
    browser: Chrome, tmp_path: Path, template: str
) -> None:
    page = tmp_path / "postmortem.html"
    page.write_text(documents.html(make_full_draft(), template), "utf-8")
    assert _console(browser, page) == []
    assert _width(browser) == "960px"


def test_active_content_in_a_postmortem_is_blocked(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "postmortem.html"
    text = documents.html(make_full_draft())
    page.write_text(text.replace("<main>", f"<main>{INTRUDERS}"), "utf-8")
    blocked = _console(browser, page)
    assert len(blocked) == 5
    assert all("Content Security Policy" in message for message in blocked)
    assert (browser.title, _width(browser)) == (
        make_full_draft().incident.key + ": Checkout is down",
        "960px",
    )


@pytest.mark.parametrize("template", ["standard", "full", "blameless"])
def test_a_postmortem_fits_a_phone(browser: Chrome, tmp_path: Path, template: str) -> None:
    page = tmp_path / "postmortem.html"
    page.write_text(documents.html(make_full_draft(), template), "utf-8")
    browser.set_window_size(390, 844)
    assert _console(browser, page) == []
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width == browser.execute_script("return innerWidth") == 390
    size = "return parseFloat(getComputedStyle(document.querySelector('{}')).fontSize)"
    text = browser.execute_script(size.format("main p"))
    assert browser.execute_script(size.format("sup a")) < text
    assert browser.execute_script(size.format("footer")) < text


def test_a_channel_page_fits_a_phone(browser: Chrome, tmp_path: Path) -> None:
    cells = "| " + " | ".join("unbreakableword" for _ in range(6)) + " |"
    text = f"{cells}\n{'|---' * 6}|\n{cells}\n\n`{'x' * 300}`"
    message: dict[str, Any] = {
        "ts": "1773144000.000100",
        "user": "U1",
        "bot_id": "B1",
        "text": "draft",
    }
    message |= {"blocks": [{"type": "markdown", "text": text}]}
    page = tmp_path / "channel.html"
    people = {"U1": {"name": "ana", "real_name": "Ana Ribeiro"}}
    html = channel_page(name="inc-2026-001", topic="P1", messages=[message], people=people)
    page.write_text(html, "utf-8")
    browser.set_window_size(390, 844)
    assert _console(browser, page) == []
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width == browser.execute_script("return innerWidth") == 390
