"""A clerk's first minute: sign in, find by initials with the keyboard alone, read, copy, look at another day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from staff.tables import staff_session
from tests.staff.browser.conftest import BOTH, fits, sign_in
from tests.staff.conftest import Desk

pytestmark = pytest.mark.browser


@BOTH
def test_from_the_keyboard_to_an_item(open_as: Callable[..., Page], screen: dict[str, int]) -> None:
    page = open_as("reader", screen)
    page.keyboard.press("Tab")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("gzf")
    expect(page.locator("[data-shown=gzf]")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hit").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("公共租赁")
    expect(page.get_by_text("可以这样说")).to_be_visible()


def test_enter_right_after_typing_opens_what_was_typed(open_as: Callable[..., Page]) -> None:
    page = open_as("reader")
    with page.expect_navigation():
        page.locator("[data-search]").press_sequentially("公租房准入资格")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("市筹公共租赁住房")


@BOTH
def test_escape_empties_and_shows_everything(open_as: Callable[..., Page], screen: dict[str, int]) -> None:
    page = open_as("reader", screen)
    page.locator("[data-search]").fill("积分")
    expect(page.locator("#results")).to_contain_text("找到这些")
    page.keyboard.press("Escape")
    expect(page.locator("#results")).to_contain_text("全部事项")
    expect(page.locator("[data-search]")).to_be_focused()


@BOTH
def test_pages_fit_and_everybody_can_use_them(open_as: Callable[..., Page], url: str, screen: dict[str, int]) -> None:
    page = open_as("admin", screen, bypass_csp=True)  # axe brings its own script
    for path in (
        "",
        "?q=居住证&topic=residence",
        "items/residence.permit.apply",
        "people",
        "audit",
        "password",
        "nowhere",
    ):
        page.goto(f"{url}/staff/{path}")
        fits(page)
    page.context.clear_cookies()
    page.goto(f"{url}/staff/")
    fits(page)


def test_an_answer_is_copied_for_wechat(open_as: Callable[..., Page], url: str) -> None:
    page = open_as("agent", permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{url}/staff/items/residence.permit.apply")
    page.get_by_text("带什么", exact=True).click()
    page.locator("[data-copy=text-ask_materials]").click()
    expect(page.locator("[data-copy=text-ask_materials]")).to_have_text("已复制")
    assert "依据" in page.evaluate("navigator.clipboard.readText()")


def test_typed_text_survives_the_end_of_the_session(open_as: Callable[..., Page], url: str, desk: Desk) -> None:
    page = open_as("admin")
    page.goto(f"{url}/staff/people")
    page.get_by_label("新用户名").fill("写到一半的名字")
    with desk.console.database.transaction() as connection:
        connection.execute(delete(staff_session))
    page.get_by_role("button", name="新建").click()
    expect(page.get_by_text("你写的内容还在")).to_be_visible()
    sign_in(page, "admin")
    expect(page.get_by_role("heading", name="你写的内容还在")).to_be_visible()
    page.get_by_role("button", name="接着提交").click()
    expect(page.get_by_text("写到一半的名字 的第一个密码")).to_be_visible()


def test_without_scripts_it_works_too(open_as: Callable[..., Page], url: str) -> None:
    page = open_as("reader", java_script_enabled=False)
    page.locator("[data-search]").fill("公租房")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.locator(".hit").first).to_be_visible()
