"""In: a person who asks. Out: checks of sending, order, quick replies, handing over and starting again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.channels.web.conftest import bubbles, send
from tests.channels.web.scripted_site import Site, Step, said

pytestmark = pytest.mark.browser


def test_asks_and_shows_the_answer(page: Page, site: Site) -> None:
    send(page, "居住证怎么办")
    expect(page.locator(".bot .lead")).to_have_text("收到：居住证怎么办")
    body = site.asked[0]
    assert body["channel"] == "web"
    assert body["text"] == "居住证怎么办"
    assert re.fullmatch(r"web-[A-Za-z0-9_-]{22}", body["conversation_id"])
    assert page.input_value("#text") == ""
    expect(page.locator("#welcome")).to_be_hidden()


def test_one_conversation_keeps_one_id(page: Page, site: Site) -> None:
    send(page, "一")
    send(page, "二")
    site.wait_asked(2)
    assert site.asked[0]["conversation_id"] == site.asked[1]["conversation_id"]


def test_an_example_is_sent_as_written(page: Page, site: Site) -> None:
    assert page.locator(".example").count() in (6, 7, 8)
    page.click(".example >> nth=0")
    site.wait_asked(1)
    assert site.texts == [page.locator(".example span").nth(0).text_content()]


def test_quick_replies_only_under_the_last_answer(page: Page, site: Site) -> None:
    site.plan(Step((said("甲", quick_replies=["要带什么", "在哪办"]),)), Step((said("乙", quick_replies=["多少钱"]),)))
    send(page, "公租房")
    page.get_by_role("button", name="在哪办").click()
    expect(page.locator(".reply")).to_have_text(["多少钱"])
    assert site.texts == ["公租房", "在哪办"]
    assert bubbles(page) == ["我：公租房", "答：甲", "我：在哪办", "答：乙"]


def test_several_replies_come_in_order(page: Page, site: Site) -> None:
    site.plan(Step((said("第一段", quick_replies=["不该出现"]), said("第二段", quick_replies=["好"]))))
    send(page, "你好")
    expect(page.locator(".reply")).to_have_text(["好"])
    assert bubbles(page) == ["我：你好", "答：第一段", "答：第二段"]


def test_second_question_waits_and_each_answer_follows_its_question(page: Page, site: Site) -> None:
    site.plan(Step(delay_s=0.6), Step(delay_s=0.1))
    send(page, "先问的")
    send(page, "后问的")
    expect(page.locator(".waiting")).to_have_count(1)
    assert site.texts == ["先问的"]
    expect(page.locator(".bot .lead")).to_have_count(2)
    assert site.texts == ["先问的", "后问的"]
    assert bubbles(page) == ["我：先问的", "答：收到：先问的", "我：后问的", "答：收到：后问的"]


def test_says_that_it_is_looking_only_when_it_takes_long(page: Page, site: Site) -> None:
    page.evaluate(
        "new MutationObserver(() => { if (document.querySelector('.busy')) window.sawBusy = true; })"
        ".observe(document.getElementById('log'), {childList: true})"
    )
    send(page, "快")
    expect(page.locator(".bot .lead")).to_have_count(1)
    page.wait_for_timeout(400)
    assert page.evaluate("window.sawBusy") is None
    site.plan(Step(delay_s=1))
    send(page, "慢")
    expect(page.locator(".busy")).to_have_text("正在查…")
    expect(page.locator(".bot:not(.busy) .lead")).to_have_count(2)
    expect(page.locator(".busy")).to_have_count(0)


@pytest.mark.parametrize("selector", [".example >> nth=1", "#human"])
def test_a_double_tap_sends_once(page: Page, site: Site, selector: str) -> None:
    page.eval_on_selector(selector.split(" >> ")[0], "node => { node.click(); node.click(); }")
    expect(page.locator(".bot .lead")).to_have_count(1)
    page.wait_for_timeout(200)
    assert len(site.asked) == 1


def test_a_double_tap_on_send_sends_once(page: Page, site: Site) -> None:
    page.fill("#text", "欠薪")
    page.dblclick(".send")
    expect(page.locator(".bot .lead")).to_have_count(1)
    assert site.texts == ["欠薪"]


def test_a_person_is_one_tap_away(page: Page, site: Site) -> None:
    expect(page.locator("#call")).to_be_hidden()
    page.click("#human")
    expect(page.locator("#call a")).to_have_attribute("href", "tel:12345")
    site.wait_asked(1)
    assert site.texts == ["我想和人工说话"]


def test_answers_are_marked_as_automatic(page: Page) -> None:
    expect(page.locator("header")).to_contain_text("自动回复")
    send(page, "在吗")
    expect(page.locator(".bot .unseen")).to_have_text("来沪通自动回复：")


def test_starting_again_clears_the_thread_and_changes_the_conversation(page: Page, site: Site) -> None:
    send(page, "一")
    expect(page.locator(".bot .lead")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#restart")
    assert len(bubbles(page)) == 2
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#restart")
    assert bubbles(page) == []
    expect(page.locator("#welcome")).to_be_visible()
    send(page, "二")
    site.wait_asked(2)
    assert site.asked[0]["conversation_id"] != site.asked[1]["conversation_id"]


def test_an_answer_on_its_way_does_not_come_back_after_starting_again(page: Page, site: Site) -> None:
    site.plan(Step(delay_s=0.5))
    send(page, "一")
    site.wait_asked(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#restart")
    page.wait_for_timeout(800)
    assert bubbles(page) == []


def test_a_long_answer_starts_at_its_first_line(page: Page, site: Site) -> None:
    site.plan(Step((said("\n".join(["第一句。"] + ["□ 材料"] * 30)),)))
    send(page, "要什么")
    expect(page.locator(".ticks li")).to_have_count(30)
    expect(page.locator(".lead")).to_be_in_viewport()
    expect(page.locator(".said")).to_be_in_viewport()
