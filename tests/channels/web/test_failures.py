"""In: a bad network and a bad server. Out: checks that nothing a person wrote is lost and the order stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.channels.web.conftest import bubbles, send
from tests.channels.web.scripted_site import Site, Step, said

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_failed_question_stays_and_can_be_tried_again(page: Page, site: Site, status: int) -> None:
    site.plan(Step(status=status, detail="现在人多，过一分钟再试。"))
    send(page, "欠薪找谁")
    expect(page.locator(".failed span")).to_have_text("没发出去。现在人多，过一分钟再试。")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".bot .lead")).to_have_text("收到：欠薪找谁")
    expect(page.locator(".status")).to_have_count(0)
    assert site.texts == ["欠薪找谁"] * 2


@pytest.mark.parametrize("raw", ["<html>请先登录</html>", "{}", '{"replies": []}', "null", '{"replies": "x"'])
def test_an_answer_that_is_none_counts_as_failure(page: Page, site: Site, raw: str) -> None:
    site.plan(Step(raw=raw))
    send(page, "问")
    expect(page.locator(".failed .retry")).to_be_visible()


def test_a_refused_question_does_not_hold_up_the_next(page: Page, site: Site) -> None:
    site.plan(Step(status=422, detail="这句话看不懂。", delay_s=0.3))
    send(page, "坏的")
    send(page, "好的")
    expect(page.locator(".bot .lead")).to_have_text(["收到：好的"])
    expect(page.locator(".failed span")).to_have_text("没发出去。这句话看不懂。")


def test_a_broken_server_keeps_the_order(page: Page, site: Site) -> None:
    site.plan(Step(status=503, delay_s=0.3))
    send(page, "一")
    send(page, "二")
    expect(page.locator(".failed")).to_have_count(1)
    assert site.texts == ["一"]
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".bot .lead")).to_have_count(2)
    assert site.texts == ["一", "一", "二"]
    assert bubbles(page) == ["我：一", "答：收到：一", "我：二", "答：收到：二"]


def test_two_taps_on_try_again_send_once(page: Page, site: Site) -> None:
    site.plan(Step(status=503), Step(delay_s=0.3))
    send(page, "一")
    expect(page.locator(".retry")).to_be_visible()
    page.eval_on_selector(".retry", "node => { node.click(); node.click(); }")
    expect(page.locator(".bot:not(.busy) .lead")).to_have_count(1)
    assert site.texts == ["一", "一"]


def test_offline_and_back_sends_in_order_by_itself(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("现在没网")
    send(page, "一")
    send(page, "二")
    expect(page.locator(".failed")).to_have_count(1)
    assert site.asked == []
    page.context.set_offline(False)
    expect(page.locator(".bot .lead")).to_have_text(["收到：一", "收到：二"])
    expect(page.locator("#offline")).to_be_hidden()
    assert site.texts == ["一", "二"]


def test_a_network_that_comes_back_silently_is_noticed(page: Page, site: Site) -> None:
    page.route("**/api/v1/chat", lambda route: route.abort("connectionreset"))
    send(page, "一")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator(".retry")).to_be_visible()
    page.unroute("**/api/v1/chat")
    expect(page.locator(".bot .lead")).to_have_text("收到：一")
    expect(page.locator("#offline")).to_be_hidden()


def test_waiting_ends_after_15_seconds(page: Page, site: Site) -> None:
    page.evaluate(
        """() => {
          const own = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'timeout');
          Object.defineProperty(XMLHttpRequest.prototype, 'timeout', {
            set(ms) { window.limit = ms; own.set.call(this, ms / 50); }, get() { return own.get.call(this); } });
        }"""
    )
    site.plan(Step(delay_s=1))
    send(page, "慢")
    expect(page.locator(".failed")).to_contain_text("等太久了")
    assert page.evaluate("window.limit") == 15000
    page.click(".retry")
    expect(page.locator(".bot:not(.busy) .lead")).to_have_text("收到：慢")


def test_an_unsent_question_survives_a_reload(page: Page, site: Site) -> None:
    page.route("**/api/v1/chat", lambda route: route.abort())
    send(page, "没发出去的")
    expect(page.locator(".failed")).to_be_visible()
    page.unroute("**/api/v1/chat")
    page.reload()
    expect(page.locator(".bot .lead")).to_have_text("收到：没发出去的")
    assert bubbles(page) == ["我：没发出去的", "答：收到：没发出去的"]


def test_quick_replies_are_gone_while_a_question_waits(page: Page, site: Site) -> None:
    site.plan(Step((said("甲", quick_replies=["乙"]),)), Step(status=503))
    send(page, "一")
    page.click(".reply")
    expect(page.locator(".failed")).to_be_visible()
    expect(page.locator(".quick")).to_have_count(0)
