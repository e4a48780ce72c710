"""In: staff who take a conversation and answer. Out: checks that the page shows it, asks gently, loses no line."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.channels.web.conftest import bubbles, send
from tests.channels.web.scripted_site import Site, Step, said

pytestmark = pytest.mark.browser
ASKED = Step((said("好，转给工作人员。"),), staff="waiting")
SET_HIDDEN = """hidden => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def ask_for_staff(page: Page, site: Site) -> None:
    site.staff = "waiting"
    site.plan(ASKED)
    send(page, "人工")
    expect(page.locator(".bot .lead")).to_have_count(1)


def polled(site: Site, more: int = 1, seconds: float = 12.0) -> None:
    """Returns once the page has asked that often again."""
    wanted, end = len(site.polls) + more, time.monotonic() + seconds
    while len(site.polls) < wanted:
        assert time.monotonic() < end, "the page asks no more"
        time.sleep(0.02)


def test_what_staff_say_is_shown_as_a_persons_words(page: Page, site: Site) -> None:
    ask_for_staff(page, site)
    site.staff = "claimed"
    site.staff_says("工作人员来了", who="notice")
    site.staff_says("带上 <b>合同</b>\n不懂打 12345")
    expect(page.locator(".staff .said")).to_have_text("带上 <b>合同</b>\n不懂打 12345")
    expect(page.locator(".staff .by")).to_have_text("工作人员")
    expect(page.locator(".staff a.phone")).to_have_attribute("href", "tel:12345")
    expect(page.locator(".notice .said")).to_have_text("工作人员来了")
    expect(page.locator("#by")).to_have_text("人工在回你")
    site.staff = None
    site.staff_says("工作人员办完了。", who="notice")
    expect(page.locator(".notice")).to_have_count(2, timeout=12_000)
    expect(page.locator("#by")).to_have_text("自动回复")
    count = len(site.polls)
    page.wait_for_timeout(3_500)
    assert len(site.polls) == count, "nobody is asked any more"
    conversation = site.asked[0]["conversation_id"]
    assert {one for one, _ in site.polls} == {conversation}
    assert [after for _, after in site.polls] == sorted(after for _, after in site.polls)


def test_it_survives_a_reload_and_no_line_comes_twice(page: Page, site: Site) -> None:
    ask_for_staff(page, site)
    site.staff = "claimed"
    site.staff_says("第一句")
    expect(page.locator(".staff")).to_have_count(1)
    page.reload()
    expect(page.locator("#by")).to_have_text("人工在回你")
    site.staff_says("第二句")
    expect(page.locator(".staff .said")).to_have_text(["第一句", "第二句"], timeout=12_000)
    assert bubbles(page) == ["我：人工", "答：好，转给工作人员。", "答：第一句", "答：第二句"]


def test_a_page_opened_again_gets_what_was_said_meanwhile(
    new_context: Callable[..., BrowserContext], site: Site
) -> None:
    context = new_context()
    first = context.new_page()
    first.goto(site.url)
    ask_for_staff(first, site)
    polled(site)
    first.close()
    site.staff_says("回来看看")
    second = context.new_page()
    second.goto(site.url)
    expect(second.locator(".staff .said")).to_have_text("回来看看")
    expect(second.locator("#welcome")).to_be_hidden()


def test_a_second_tab_leaves_the_firsts_staff_alone(new_context: Callable[..., BrowserContext], site: Site) -> None:
    context = new_context()
    first, second = context.new_page(), context.new_page()
    first.goto(site.url)
    ask_for_staff(first, site)
    second.goto(site.url)
    second.wait_for_timeout(300)
    site.staff_says("给第一个的")
    expect(first.locator(".staff")).to_have_count(1, timeout=12_000)
    expect(second.locator(".staff")).to_have_count(0)
    expect(second.locator("#by")).to_have_text("自动回复")


def test_a_hidden_page_asks_nobody(page: Page, site: Site) -> None:
    ask_for_staff(page, site)
    polled(site)
    page.evaluate(SET_HIDDEN, True)
    page.wait_for_timeout(300)
    count = len(site.polls)
    page.wait_for_timeout(4_000)
    assert len(site.polls) == count
    site.staff_says("等你回来")
    page.evaluate(SET_HIDDEN, False)
    expect(page.locator(".staff .said")).to_have_text("等你回来")


def test_silence_is_asked_ever_more_seldom(page: Page, site: Site) -> None:
    page.evaluate(
        "() => { const own = setTimeout; window.waits = [];"
        " window.setTimeout = (work, ms) => { if (ms >= 1900) window.waits.push(ms); return own(work, ms / 50); }; }"
    )
    ask_for_staff(page, site)
    polled(site, 14)
    waits = page.evaluate("window.waits")
    assert waits[0] == 2000
    assert waits == sorted(waits)
    assert waits[-1] == 30000
    site.staff_says("在的")
    expect(page.locator(".staff")).to_have_count(1)
    page.wait_for_function("window.waits.lastIndexOf(2000) > 0")


def test_a_broken_server_loses_no_line(page: Page, site: Site) -> None:
    page.route("**/messages?*", lambda route: route.fulfill(status=200, body="<html>请先登录</html>"))
    ask_for_staff(page, site)
    site.staff_says("还在")
    page.wait_for_timeout(2_500)
    expect(page.locator(".staff")).to_have_count(0)
    page.unroute("**/messages?*")
    expect(page.locator(".staff .said")).to_have_text("还在", timeout=12_000)


def test_starting_again_warns_and_leaves_the_case(page: Page, site: Site) -> None:
    ask_for_staff(page, site)
    warned: list[str] = []
    page.on("dialog", lambda dialog: (warned.append(dialog.message), dialog.accept()))
    page.click("#restart")
    assert warned == ["工作人员还没办完。清掉就看不到他回的话。从头开始？"]
    site.staff_says("给旧的")
    page.wait_for_timeout(3_000)
    expect(page.locator(".staff")).to_have_count(0)


@pytest.mark.parametrize("rubbish", ["{", "null", '"x"', '{"id": 7, "after": "x", "state": "claimed"}', "[1]"])
def test_rubbish_in_the_storage_does_no_harm(page: Page, site: Site, rubbish: str) -> None:
    page.evaluate(
        "text => { localStorage.setItem('laihutong.staff', text); sessionStorage.setItem('laihutong.staff', text); }",
        rubbish,
    )
    page.reload()
    ask_for_staff(page, site)
    site.staff_says("在的")
    expect(page.locator(".staff .said")).to_have_text("在的")
