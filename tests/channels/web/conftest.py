"""In: Debian's Chromium and the scripted site. Out: a page opened on it, as phone or as desktop."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.channels.web.scripted_site import Running, Site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 640}


# Package scope: Playwright's loop must be gone before another package's asynchronous tests start.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "these tests need Chromium: apt-get install -y chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def running() -> Iterator[Site]:
    """One server for all tests here."""
    server = Running()
    yield server.start()
    server.stop()


@pytest.fixture
def site(running: Site) -> Site:
    """The server with an empty script."""
    running.clear()
    return running


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browser profiles and fails the test when a page in them threw an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": PHONE, "locale": "zh-CN", **options})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], site: Site) -> Page:
    """The chat on a phone of 360 × 640."""
    opened = new_context().new_page()
    opened.goto(site.url)
    return opened


def send(page: Page, text: str) -> None:
    """Types and sends as a person does."""
    page.fill("#text", text)
    page.press("#text", "Enter")


def bubbles(page: Page) -> list[str]:
    """The first lines on the screen: '我：…' for questions, '答：…' for answers."""
    lines: list[str] = page.eval_on_selector_all(
        ".message:not(.busy)",
        "all => all.map(m => (m.className.indexOf(' me') > 0 ? '我：' : '答：')"
        " + m.querySelector('.said, .lead').textContent)",
    )
    return lines
