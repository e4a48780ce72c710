"""In: a console with a fresh database, Debian's Chromium. Out: pages of people who are signed in, phone or desktop."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from services.eligibility import api as eligibility_api
from services.eligibility.files import shipped_book
from tests.channels.web.conftest import FLAGS
from tests.staff.conftest import Desk, desk_on
from tests.staff.people import PASSWORD

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
BOTH = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "these tests need Chromium: apt-get install -y chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def desk(tmp_path: Any) -> Iterator[Desk]:
    """A console of its own for each journey: journeys change things."""
    with desk_on(f"sqlite:///{tmp_path / 'staff.db'}", tmp_path) as made:
        yield made


class Served:
    """The console on a port; it can go away and come back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Serves until `stop`."""
        app, port = self._desk.app, self.port
        config = uvicorn.Config(
            app, port=port, log_config=None, ws="wsproto", lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        """Everybody is cut off."""
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def served(desk: Desk) -> Iterator[Served]:
    """The console on a free port, with the facts that its pages ask for."""
    book = shipped_book()
    desk.app.include_router(eligibility_api.router(lambda: book))
    made = Served(desk)
    yield made
    made.stop()


@pytest.fixture
def url(served: Served) -> str:
    """Where it is."""
    return f"http://127.0.0.1:{served.port}"


@pytest.fixture
def open_as(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Opens a profile and signs in; fails the test when a page threw an error or broke the policy."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(role: str, screen: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": screen, "locale": "zh-CN", **options})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{url}/staff/")
        sign_in(page, role)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def sign_in(page: Page, role: str) -> None:
    """Types name and password as a person does."""
    page.get_by_label("用户名").fill(role)
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fits(page: Page) -> None:
    """Nothing sticks out sideways, and axe finds nothing."""
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} wide"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
