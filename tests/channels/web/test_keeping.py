"""In: reloads, second tabs, forbidden storage. Out: checks of what the page remembers and for how long."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.channels.web.conftest import bubbles, send
from tests.channels.web.scripted_site import RENTAL, Site, Step, said

pytestmark = pytest.mark.browser
NO_STORAGE = """
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }});
"""
FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def test_reload_keeps_thread_ticks_draft_and_conversation(page: Page, site: Site) -> None:
    site.plan(Step((RENTAL,)))
    send(page, "公租房要什么")
    page.locator(".ticks input").nth(1).check()
    page.fill("#text", "写了一半")
    page.reload()
    assert bubbles(page) == ["我：公租房要什么", "答：要带 3 样东西。"]
    assert [page.locator(".ticks input").nth(i).is_checked() for i in range(3)] == [False, True, False]
    assert page.input_value("#text") == "写了一半"
    expect(page.locator(".reply")).to_have_count(3)
    expect(page.locator("#welcome")).to_be_hidden()
    page.press("#text", "Enter")
    site.wait_asked(2)
    assert site.asked[0]["conversation_id"] == site.asked[1]["conversation_id"]
    page.reload()
    assert page.input_value("#text") == ""


def test_the_last_30_messages_are_kept(page: Page, site: Site) -> None:
    for i in range(16):
        send(page, str(i))
        expect(page.locator(".bot:not(.busy)")).to_have_count(i + 1)
    page.reload()
    assert len(bubbles(page)) == 30
    assert bubbles(page)[0] == "我：1"


@pytest.mark.parametrize("script", [NO_STORAGE, FULL_STORAGE])
def test_works_without_storage(new_context: Callable[..., BrowserContext], site: Site, script: str) -> None:
    context = new_context()
    context.add_init_script(script)
    page = context.new_page()
    page.goto(site.url)
    send(page, "一")
    send(page, "二")
    expect(page.locator(".bot:not(.busy) .lead")).to_have_count(2)
    assert site.asked[0]["conversation_id"] == site.asked[1]["conversation_id"]


@pytest.mark.parametrize(("days", "same"), [(6.9, True), (7.1, False)])
def test_a_page_opened_again_goes_on_for_seven_days(
    new_context: Callable[..., BrowserContext], site: Site, days: float, same: bool
) -> None:
    context = new_context()
    first = context.new_page()
    first.goto(site.url)
    send(first, "一")
    site.wait_asked(1)
    first.evaluate(
        """days => {
          const record = JSON.parse(localStorage.getItem('laihutong.conversation'));
          record.at -= days * 86400000;
          localStorage.setItem('laihutong.conversation', JSON.stringify(record));
        }""",
        days,
    )
    first.close()
    second = context.new_page()
    second.goto(site.url)
    send(second, "二")
    site.wait_asked(2)
    assert (site.asked[0]["conversation_id"] == site.asked[1]["conversation_id"]) is same


def test_two_open_tabs_are_two_conversations(new_context: Callable[..., BrowserContext], site: Site) -> None:
    context = new_context()
    tabs = [context.new_page(), context.new_page()]
    for number, tab in enumerate(tabs):
        tab.goto(site.url)
        tab.wait_for_timeout(300)
        send(tab, str(number))
        site.wait_asked(number + 1)
    send(tabs[0], "又")
    site.wait_asked(3)
    ids = [body["conversation_id"] for body in site.asked]
    assert ids[0] != ids[1]
    assert ids[0] == ids[2]


@pytest.mark.parametrize("rubbish", ["{", "null", '"x"', '{"id": "web-<b>", "at": 1}', "[1]"])
def test_rubbish_in_the_storage_does_no_harm(page: Page, site: Site, rubbish: str) -> None:
    page.evaluate(
        "text => ['conversation', 'history', 'draft'].forEach(key => {"
        " localStorage.setItem('laihutong.' + key, text); sessionStorage.setItem('laihutong.' + key, text); })",
        rubbish,
    )
    page.reload()
    send(page, "还能用吗")
    expect(page.locator(".bot .lead")).to_have_text("收到：还能用吗")
    assert site.asked[0]["conversation_id"].startswith("web-")
    assert len(site.asked[0]["conversation_id"]) == 26


def test_starting_again_forgets_the_thread(page: Page, site: Site) -> None:
    site.plan(Step((said("甲"),)))
    send(page, "一")
    expect(page.locator(".bot .lead")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#restart")
    page.reload()
    assert bubbles(page) == []
