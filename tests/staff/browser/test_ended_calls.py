"""After a call, by keys alone: from its screen to the summary, what was said beside each field, saved, called back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bot.clock import today
from tests.staff.browser.conftest import PHONE, fits
from tests.staff.conftest import Desk
from tests.staff.ended import ended_call

pytestmark = pytest.mark.browser
SMALL = {"width": 1280, "height": 720}


def test_from_hanging_up_to_the_call_back(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    record = ended_call(desk)
    desk.calls.hear("c-1", "caller", "我想问居住证怎么办", 2_000, 1)
    page = open_as("agent", SMALL, bypass_csp=True)
    page.goto(f"{url}/staff/calls/c-1")
    expect(page.locator("#line")).to_have_text("已连上")
    page.keyboard.press("Alt+s")
    expect(page.locator("#told")).to_contain_text("打完了再写")
    desk.calls.tell("c-1", {"type": "end"})
    expect(page.locator("#after")).to_be_visible()
    page.keyboard.press("Alt+s")
    page.wait_for_url(f"{url}/staff/ended/{record.id}")
    fits(page)
    expect(page.locator("[name=demand]")).to_be_focused()
    page.locator("a.at[href='#segment-3']").first.press("Enter")
    assert page.url.endswith("#segment-3")
    expect(page.locator("#segment-3")).to_be_in_viewport()
    page.locator("[name=demand]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("问居住证")
    page.keyboard.press("Alt+s")
    expect(page.get_by_role("status")).to_have_text("存好了。")
    assert desk.console.ended_calls.one(record.id).summary["demand"] == "问居住证"
    page.locator("[name=contact]").fill("13812345678")
    page.locator("[name=call_back_on]").fill(today().isoformat())
    page.get_by_role("button", name="存小结，登记工单").press("Enter")
    expect(page.get_by_role("status")).to_have_text("工单建好了。")
    fits(page)
    page.get_by_role("link", name="打完的电话").click()
    page.get_by_role("link", name=re.compile("该回访的")).click()
    fits(page)
    page.locator("[data-hit]").click()
    page.get_by_role("button", name="满意", exact=True).press("Enter")
    expect(page.get_by_text("agent：满意")).to_be_visible()


def test_on_a_phone_and_with_a_mistake(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    record = ended_call(desk)
    page = open_as("approver", PHONE, bypass_csp=True)
    page.goto(f"{url}/staff/ended/{record.id}")
    fits(page)
    page.locator("[name='fact.social_insurance_months']").fill("很久")
    page.locator("[name=note]").fill("口音重")
    page.get_by_role("button", name="存小结（Alt+S）").click()
    expect(page.get_by_role("alert")).to_contain_text("看不懂")
    expect(page.locator("[name=note]")).to_have_value("口音重")
    fits(page)
