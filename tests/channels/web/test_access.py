"""In: small screens, large screens, dark mode, no mouse, no JavaScript. Out: checks that everybody gets through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.channels.web.conftest import send
from tests.channels.web.scripted_site import RENTAL, Site, Step, said

pytestmark = pytest.mark.browser
SCREENS = [(320, 568), (360, 640), (414, 896), (1280, 800)]
LONG_WORD = said("https://example.invalid/" + "a" * 200 + "\n□ " + "b" * 200, quick_replies=["很长很长的一句话" * 6])


def fill_everything(page: Page, site: Site) -> None:
    """Brings every kind of element on the screen."""
    site.plan(Step((RENTAL,)), Step((LONG_WORD,)), Step(status=503, detail="系统忙，过一会儿再试。"))
    for text in ("公租房", "长"):
        send(page, text)
        expect(page.locator(".reply").first).to_be_visible()
        page.wait_for_timeout(50)
    page.click(".sources summary")
    page.click(".state summary")
    page.click("#human")
    expect(page.locator(".failed")).to_be_visible()
    page.fill("#text", "字" * 1900)


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_nothing_sticks_out_sideways(
    new_context: Callable[..., BrowserContext], site: Site, width: int, height: int
) -> None:
    page = new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(site.url)
    first = page.evaluate("document.documentElement.scrollWidth")
    fill_everything(page, site)
    assert (first, page.evaluate("document.documentElement.scrollWidth")) == (width, width)
    out = page.evaluate(
        """width => Array.from(document.querySelectorAll('body *')).filter(n => {
          const box = n.getBoundingClientRect();
          return box.width > 1 && !n.closest('svg') && (box.left < -1 || box.right > width + 1);
        }).map(n => n.className)""",
        width,
    )
    assert out == []
    expect(page.locator(".send")).to_be_in_viewport(ratio=1)
    expect(page.locator("#restart")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(new_context: Callable[..., BrowserContext], site: Site, scheme: str, width: int) -> None:
    # axe brings its own script into the page, which the strict policy would refuse
    page = new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True).new_page()
    page.goto(site.url)
    start = Axe().run(page)
    fill_everything(page, site)
    full = Axe().run(page)
    assert start.violations_count == 0, start.generate_report()
    assert full.violations_count == 0, full.generate_report()


def test_dark_mode_is_dark(new_context: Callable[..., BrowserContext], site: Site) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = new_context(color_scheme=scheme).new_page()
        page.goto(site.url)
        rgb = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        colours.append(sum(rgb))
    assert colours[0] > 600
    assert colours[1] < 120


def test_everything_works_with_the_keyboard_alone(page: Page, site: Site) -> None:
    def focused() -> str:
        return str(page.evaluate("document.activeElement.id || document.activeElement.className"))

    order = []
    for _ in range(13):
        page.keyboard.press("Tab")
        order.append(focused())
    assert order == ["human", "restart", "scroller", *["example"] * 8, "text", "send"]
    page.locator(".example").nth(7).focus()
    site.plan(Step((RENTAL,)))
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_count(3)
    assert focused() == "scroller"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".ticks input").nth(0).is_checked()
    page.locator(".state summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".state p")).to_be_visible()
    page.locator(".reply").nth(0).focus()
    page.keyboard.press("Enter")
    site.wait_asked(2)
    assert site.texts == ["公租房怎么申请", "在哪办"]
    assert focused() == "scroller"


def test_focus_is_visible(page: Page) -> None:
    for _ in range(13):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert (width, style) == (3, "solid"), page.evaluate("document.activeElement.outerHTML")


def test_targets_are_large_enough_for_a_thumb(page: Page, site: Site) -> None:
    def small() -> list[str]:
        targets: list[str] = page.evaluate(
            """() => Array.from(document.querySelectorAll('button, textarea, summary, .ticks label'))
              .filter(n => n.offsetParent && Math.min(n.offsetHeight, n.offsetWidth) < 44)
              .map(n => n.outerHTML)"""
        )
        return targets

    assert small() == []
    fill_everything(page, site)
    assert small() == []


def test_no_text_is_smaller_than_17_px(page: Page, site: Site) -> None:
    fill_everything(page, site)
    sizes = page.evaluate(
        """() => Array.from(document.querySelectorAll('body *'))
          .filter(n => n.matches('textarea') || Array.from(n.childNodes).some(c => c.nodeType === 3 && c.data.trim()))
          .map(n => parseFloat(getComputedStyle(n).fontSize))"""
    )
    assert min(sizes) >= 17


def test_screen_readers_hear_new_answers(page: Page) -> None:
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("textbox", name="想问什么")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("来沪通")


def test_without_javascript_the_number_is_there(new_context: Callable[..., BrowserContext], site: Site) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site.url)
    expect(page.locator("noscript a")).to_have_attribute("href", "tel:12345")
    expect(page.locator("#composer")).to_be_hidden()


def test_the_strict_policy_blocks_nothing_of_ours(new_context: Callable[..., BrowserContext], site: Site) -> None:
    page = new_context().new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(site.url) else foreign.append(request.url))
    page.goto(site.url)
    send(page, "在吗")
    expect(page.locator(".bot .lead")).to_have_count(1)
    assert messages == []
    assert foreign == []
