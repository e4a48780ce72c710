"""A call on the screen: by keys alone, on two screens, over a broken line; scripts stay text, nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.staff.browser.conftest import PHONE, Served, fits
from tests.staff.conftest import Desk
from tests.staff.scripted_calls import PERMIT, REGISTRATION, RENT, item

pytestmark = pytest.mark.browser
SMALL = {"width": 1280, "height": 720}
BOTH = pytest.mark.parametrize("screen", [PHONE, SMALL], ids=["phone", "desktop"])
CALL = "demo-1"
HEARD = {"fact": "social_insurance_months", "label": "社保月数", "value": 8, "shown": "8个月", "words": "交了八个月",
         "segment_id": 3, "begin_ms": 6000, "end_ms": 6900, "by": "caller"}  # fmt: skip
QUESTION = {"fact": "hukou_is_shanghai", "text": "你是上海户口吗？", "spoken": "你是上海户口吗？", "choices": None}
SCHEME = {"scheme_id": PERMIT, "item_id": PERMIT, "name": "居住证首次申领", "status": "undetermined",
          "missing": ["上海户口"], "next_question": QUESTION}  # fmt: skip
WARNING = {"kind": "minor", "text": "说到十五岁在做工", "segment_id": 1, "item_id": None}


def talk(desk: Desk) -> None:
    """A minute of a call."""
    calls = desk.calls
    calls.hear(CALL, "caller", "喂你好我想问居住证怎么办", 0, 1)
    calls.hear(CALL, "agent", "社保交了多久", 3000, 2)
    calls.hear(CALL, "caller", "交了八个月", 6000, 3)
    calls.help(
        CALL,
        item(PERMIT, "上海市居住证首次申领", "ask_materials", "带身份证原件、劳动合同和租房合同。"),
        item(REGISTRATION, "来沪人员居住登记", "ask_procedure", "先到社区事务受理服务中心登记。", "verified"),
        heard=[HEARD], eligibility=[SCHEME], warnings=[WARNING],
        checklist={"item_id": PERMIT, "text": "要带：\n1. 身份证"},
    )  # fmt: skip


def screen_of(open_as: Callable[..., Page], url: str, role: str = "agent", **options: object) -> Page:
    page = open_as(role, **{"screen": SMALL, **options})
    page.goto(f"{url}/staff/calls/{CALL}")
    expect(page.locator("#line")).to_have_text("已连上")
    return page


@BOTH
def test_a_call_from_the_list_to_its_end(
    open_as: Callable[..., Page], url: str, desk: Desk, screen: dict[str, int]
) -> None:
    page = open_as("agent", screen, bypass_csp=True)
    page.get_by_role("link", name="来电", exact=True).click()
    expect(page.get_by_text("现在没有电话")).to_be_visible()
    fits(page)
    desk.calls.hear(CALL, "caller", "喂", 0, 1)
    page.locator("[data-hit]").click(timeout=10_000)
    expect(page.locator("#line")).to_have_text("已连上")
    expect(page.get_by_text("还没听出是哪件事")).to_be_visible()
    fits(page)
    desk.calls.hear(CALL, "caller", "居住", 900)
    expect(page.locator(".turn.partial")).to_contain_text("居住")
    desk.calls.hear(CALL, "caller", "居住证怎么", 900)
    expect(page.locator(".turn.partial")).to_have_count(1)
    talk(desk)
    expect(page.locator(".turn.partial")).to_have_count(0)
    expect(page.locator(".turn .words")).to_have_text(["喂你好我想问居住证怎么办", "社保交了多久", "交了八个月"])
    expect(page.locator(".top-card .line-to-say")).to_contain_text("带身份证原件")
    expect(page.locator(".warning")).to_contain_text("十五岁")
    expect(page.locator(".ask")).to_have_text("问：你是上海户口吗？")
    if screen is SMALL:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the page itself does not scroll"
    fits(page)
    page.get_by_role("button", name="多少钱", exact=True).click()
    expect(page.locator(".top-card .line-to-say")).not_to_contain_text("带身份证原件")
    page.get_by_role("button", name="结束通话").click()
    page.get_by_role("button", name="结束通话").click()
    expect(page.locator("#clock")).to_have_text("通话结束了")
    fits(page)


def test_by_keys_alone(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    talk(desk)
    page = screen_of(open_as, url, permissions=["clipboard-read", "clipboard-write"], bypass_csp=True)
    call, box = desk.calls.call(CALL), page.locator("#search")
    expect(page.locator(".top-card")).to_be_visible()
    expect(box).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    fits(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+1")
    expect(page.locator(".top-card [data-said]")).to_contain_text("已说过 · agent")
    page.keyboard.press("Alt+7")
    page.keyboard.press("Alt+c")
    expect(page.locator("#told")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "要带：\n1. 身份证"
    page.locator(".turn").first.click()
    page.keyboard.type("gzf")
    expect(box).to_have_value("gzf")
    page.keyboard.press("Enter")
    expect(page.locator(f".top-card[data-item='{RENT}']")).to_be_visible()
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    page.wait_for_timeout(500)
    page.keyboard.press("Alt+x")
    expect(page.locator("#hint")).to_contain_text("不对")
    page.keyboard.type("居住登记")
    expect(page.locator("#found b").first).to_contain_text("居住登记")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_contain_text("直接打字")
    page.keyboard.press("Alt+g")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    sent = [message for _, message in call.acts]
    assert sent[0] == {"type": "said", "item_id": PERMIT}
    assert sent[1] == {"type": "fact", "fact": "hukou_is_shanghai", "value": False}
    assert sent[2] == {"type": "pin", "item_id": RENT, "on": True}
    assert (sent[3]["type"], sent[3]["item_id"]) == ("wrong", RENT)
    assert sent[3]["meant"]
    assert sent[-1] == {"type": "fact", "fact": "social_insurance_months", "value": 10}


def test_two_screens_see_each_others_marks(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    talk(desk)
    mine, theirs = screen_of(open_as, url), screen_of(open_as, url, "editor")
    expect(theirs.locator("#watchers")).to_have_text("2 个屏幕在看")
    theirs.locator(f"[data-said='{REGISTRATION}']").click()
    expect(mine.locator(f"[data-said='{REGISTRATION}']")).to_contain_text("editor")
    mine.get_by_role("button", name="钉住").nth(1).click()
    expect(theirs.locator(f".top-card[data-item='{REGISTRATION}']")).to_be_visible()


def test_the_line_breaks_and_comes_back(open_as: Callable[..., Page], url: str, desk: Desk, served: Served) -> None:
    talk(desk)
    page = screen_of(open_as, url)
    expect(page.locator(".top-card")).to_be_visible()
    page.keyboard.type("写到一半")
    served.stop()
    expect(page.locator("#line")).to_contain_text("断开了")
    page.locator(f"[data-said='{PERMIT}']").click()
    expect(page.locator("#line")).to_contain_text("1 件等着补发")
    desk.calls.hear(CALL, "caller", "断线时说的话", 9000, 4)
    served.start()
    expect(page.locator("#line")).to_have_text("已连上", timeout=15_000)
    expect(page.locator(".turn .words").last).to_have_text("断线时说的话")
    expect(page.locator("#search")).to_have_value("写到一半")
    expect(page.locator(f"[data-said='{PERMIT}']")).to_contain_text("已说过")
    assert [message["type"] for _, message in desk.calls.call(CALL).acts] == ["said"], "sent once"


def test_scripts_stay_text(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    bad = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"
    heard = {**HEARD, "label": bad, "shown": bad, "words": bad, "segment_id": 1}
    asked = {**SCHEME, "name": bad, "next_question": {**QUESTION, "text": bad, "spoken": bad}}
    page = screen_of(open_as, url)
    desk.calls.hear(CALL, "caller", bad, 0, 1)
    desk.calls.help(CALL, item(PERMIT, bad, "ask_overview", bad), heard=[heard], eligibility=[asked],
                    warnings=[{**WARNING, "text": bad}], checklist={"item_id": PERMIT, "text": bad})  # fmt: skip
    expect(page.locator(".turn .words")).to_have_text(bad)
    expect(page.locator(".top-card .line-to-say")).to_have_text(bad)
    expect(page.locator("#checklist pre")).to_have_text(bad)
    page.locator("#search").fill(bad)
    page.wait_for_timeout(400)
    assert page.locator("main img, main script").count() == 0
    assert page.title() != "ran"


def test_scrolling_up_is_not_undone_by_new_words(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    for number in range(1, 40):
        desk.calls.hear(CALL, "caller", f"第{number}句", number * 1000, number)
    page = screen_of(open_as, url)
    expect(page.get_by_text("第39句")).to_be_in_viewport()
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    expect(page.locator("#latest")).to_be_visible()
    desk.calls.hear(CALL, "caller", "最新的一句", 50_000, 40)
    expect(page.get_by_text("最新的一句")).not_to_be_in_viewport()
    page.keyboard.press("Alt+0")
    expect(page.get_by_text("最新的一句")).to_be_in_viewport()
    desk.calls.help(CALL, item(PERMIT, "居住证", "ask_overview", "好"), heard=[HEARD])
    page.locator(".fact .link").click()
    expect(page.locator("#segment-3")).to_be_in_viewport()
    desk.calls.hear(CALL, "caller", "早就说过的话", 2500, 41)
    expect(page.locator("#turns > li").nth(2)).to_contain_text("早就说过的话")


def test_a_warning_does_not_stop_the_words_and_goes_by_key(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    for number in range(1, 40):
        desk.calls.hear(CALL, "caller", f"第{number}句", number * 1000, number)
    page = screen_of(open_as, url)
    many = [{**WARNING, "text": f"提醒{number}"} for number in range(3)]
    desk.calls.help(CALL, item(PERMIT, "居住证", "ask_overview", "带身份证原件。" * 12), warnings=many)
    expect(page.locator(".warning")).to_have_count(3)
    expect(page.locator(".top-card [data-said]")).to_be_in_viewport()
    desk.calls.hear(CALL, "caller", "最新的一句", 50_000, 40)
    expect(page.get_by_text("最新的一句")).to_be_in_viewport()
    expect(page.locator("#latest")).to_be_hidden()
    page.keyboard.press("Alt+w")
    expect(page.locator(".warning b")).to_have_text(["⚠ 注意：提醒1", "⚠ 注意：提醒2"])
    expect(page.locator("#search")).to_be_focused()


def test_a_question_is_answered_in_its_own_words(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    page = screen_of(open_as, url)
    question = {**QUESTION, "taps": ["有", "没有", "不清楚"]}
    desk.calls.help(
        CALL, item(PERMIT, "居住证", "ask_overview", "好"), eligibility=[{**SCHEME, "next_question": question}]
    )
    expect(page.locator(".scheme button")).to_have_text(["有", "没有"])
    page.keyboard.press("Alt+6")
    page.wait_for_timeout(200)
    assert desk.calls.call(CALL).acts[-1][1] == {"type": "fact", "fact": "hukou_is_shanghai", "value": True}


def test_who_is_signed_out_is_told_and_goes_on_after_signing_in(
    open_as: Callable[..., Page], url: str, desk: Desk, served: Served
) -> None:
    page = screen_of(open_as, url)
    page.keyboard.type("还在")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    served.stop()
    served.start()
    expect(page.locator("#line")).to_contain_text("登录过期了", timeout=15_000)
    page.context.add_cookies(cookies)  # signed in again in another window
    expect(page.locator("#line")).to_have_text("已连上", timeout=15_000)
    expect(page.locator("#search")).to_have_value("还在")
