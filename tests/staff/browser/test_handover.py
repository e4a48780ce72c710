"""An agent sees somebody come, takes over, answers with one key; what comes in meanwhile disturbs nothing typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bot.clock import now
from tests.staff.browser.conftest import BOTH, fits
from tests.staff.conftest import Desk

pytestmark = pytest.mark.browser


@BOTH
def test_from_waiting_to_an_answer(open_as: Callable[..., Page], url: str, desk: Desk, screen: dict[str, int]) -> None:
    agent, editor = (open_as(role, screen, bypass_csp=True) for role in ("agent", "editor"))
    agent.get_by_role("link", name="接待", exact=True).click()
    expect(agent.get_by_text("没有人在等")).to_be_visible()
    fits(agent)
    store = desk.knowledge.cases
    promised, _ = store.open("wx:1", "wechat", "call_back", [("person", "在吗")], now())
    case, _ = store.open("c1", "web", "asked", [("person", "居住证首次申领要带什么"), ("person", "人工")])
    expect(agent.locator("[data-hit]").first).to_contain_text(f"{promised.id} 号", timeout=8_000)
    fits(agent)
    editor.goto(f"{url}/staff/handover/{case.id}")
    agent.locator(f"#case-{case.id}").click()
    fits(agent)
    agent.get_by_role("button", name="我来接").click()
    expect(agent.get_by_text("这一位归你了")).to_be_visible()
    editor.get_by_role("button", name="我来接").click()
    expect(editor.get_by_text("agent 已经接了这一位")).to_be_visible()
    fits(editor)

    box = agent.locator("#reply")
    box.fill("你好，")
    store.add(case.id, "person", "要照片吗")
    expect(agent.get_by_text("要照片吗").first).to_be_visible(timeout=8_000)
    expect(box).to_have_value("你好，")
    suggested = agent.locator("#suggested").text_content()
    agent.keyboard.press("F2")
    expect(box).to_have_value(f"你好，\n{suggested}")
    fits(agent)
    box.press("Control+Enter")
    expect(agent.get_by_text("发出去了")).to_be_visible()
    assert [line.who for line in store.history(case.id)].count("staff") == 1
    agent.get_by_label("转给").select_option("editor")
    agent.get_by_role("button", name="转", exact=True).click()
    expect(agent.get_by_text("转好了")).to_be_visible()
    agent.goto(f"{url}/staff/handover/undelivered")
    fits(agent)


def test_a_session_that_ends_takes_no_typed_words(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    case, _ = desk.knowledge.cases.open("c1", "web", "asked", [("person", "人工")])
    desk.knowledge.cases.claim(case.id, "agent")
    page = open_as("agent")
    page.goto(f"{url}/staff/handover/{case.id}")
    page.locator("#reply").fill("请带上租房合同")
    page.context.clear_cookies()
    expect(page.get_by_text("离开太久，这里不再更新")).to_be_visible(timeout=8_000)
    expect(page.locator("#reply")).to_have_value("请带上租房合同")
