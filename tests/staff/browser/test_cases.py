"""An agent registers a case during a call, answers it, and finds it again; pages fit and are accessible."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from bot.clock import now
from services.questions.models import Asked
from tests.staff.browser.conftest import BOTH, fits
from tests.staff.conftest import Desk

pytestmark = pytest.mark.browser


@BOTH
def test_from_a_call_to_an_answer(open_as: Callable[..., Page], url: str, screen: dict[str, int]) -> None:
    page = open_as("agent", screen, bypass_csp=True)
    page.goto(f"{url}/staff/items/residence.permit.apply")
    page.get_by_role("link", name="登记工单").click()
    fits(page)
    page.get_by_label("要办什么").fill("材料交了三周没消息")
    page.get_by_label("联系电话").fill("13812345678")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("工单建好了")).to_be_visible()
    fits(page)
    page.get_by_label("状态").select_option(label="已反馈")
    page.get_by_label("做了什么").fill("请来窗口补一张照片")
    page.get_by_label("来访人能看到").check()
    page.get_by_role("button", name="存", exact=True).click()
    expect(page.locator("ol", has_text="请来窗口补一张照片")).to_be_visible()
    page.goto(f"{url}/staff/cases?state=answered")
    expect(page.get_by_text("材料交了三周没消息")).to_be_visible()
    fits(page)


@BOTH
def test_what_was_asked_in_vain_and_what_was_told(
    open_as: Callable[..., Page], url: str, desk: Desk, screen: dict[str, int]
) -> None:
    vain = Asked(
        now(),
        desk.knowledge.conversation_hash("c1"),
        "web",
        "绿本本咋整<b>",
        "ask_procedure",
        "",
        0.0,
        True,
        "没听懂",
        "",
        0,
    )
    told = replace(vain, text="居住证怎么办", told="先登记", told_item="residence.permit.apply", told_version=1)
    desk.console.questions.add([vain, told])
    page = open_as("approver", screen, bypass_csp=True)
    page.goto(f"{url}/staff/questions")
    expect(page.get_by_role("heading", name="1 次：绿本本咋整<b>")).to_be_visible()
    page.get_by_text("加成别的事项的叫法").press("Enter")
    fits(page)
    page.locator("details li a").first.click()
    expect(page.locator("[name=aliases]")).to_have_value(re.compile("\n绿本本咋整<b>$"))
    fits(page)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("存好了。")).to_be_visible()
    page.goto(f"{url}/staff/questions/told?conversation=c1")
    expect(page.get_by_role("link", name="《上海市居住证》首次申领 第 1 版")).to_be_visible()
    fits(page)
