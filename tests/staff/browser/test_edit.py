"""A text from one person's form to another's approval and onto the page; every page fits and is accessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.staff.browser.conftest import BOTH, fits

pytestmark = pytest.mark.browser
PERMIT = "items/residence.permit.apply"


@BOTH
def test_written_by_one_approved_by_another(open_as: Callable[..., Page], url: str, screen: dict[str, int]) -> None:
    editor, approver = (open_as(role, screen, bypass_csp=True) for role in ("editor", "approver"))
    editor.goto(f"{url}/staff/{PERMIT}")
    editor.get_by_role("link", name="改", exact=True).click()
    fits(editor)
    editor.locator("[name=fee]").fill("工本费二十元")
    editor.locator("[name=summary]").fill("太" * 61)
    editor.get_by_role("button", name="交审核").click()
    expect(editor.locator("[name=summary][aria-invalid=true]")).to_have_value("太" * 61)
    fits(editor)
    editor.locator("[name=summary]").fill("居住登记满半年就能申领。")
    editor.get_by_role("button", name="换成 YAML").click()
    expect(editor.locator("[name=yaml]")).to_contain_text("fee: 工本费二十元")
    fits(editor)
    editor.get_by_role("button", name="交审核").click()
    expect(editor.get_by_text("自己写的要别人来审")).to_be_visible()

    approver.goto(f"{url}/staff/drafts")
    fits(approver)
    approver.get_by_role("link", name="《上海市居住证》首次申领").click()
    expect(approver.locator("ins", has_text="工本费二十元")).to_be_visible()
    expect(approver.get_by_text("句的回答会变")).to_be_visible(timeout=30_000)
    fits(approver)
    approver.get_by_role("button", name="同意，发布").click()
    expect(approver.get_by_text("第 2 版").first).to_be_visible()
    expect(approver.get_by_text("工本费二十元").first).to_be_visible()
    fits(approver)


@BOTH
def test_files_page_fits(open_as: Callable[..., Page], url: str, screen: dict[str, int]) -> None:
    page = open_as("editor", screen, bypass_csp=True)
    page.goto(f"{url}/staff/files")
    fits(page)
    page.locator("[name=file]").set_input_files({"name": "a.yml", "mimeType": "text/plain", "buffer": b"- {id: x}"})
    page.get_by_role("button", name="先看会改什么").click()
    expect(page.get_by_text("什么都没改")).to_be_visible()
    fits(page)


@BOTH
def test_checking_and_trying_out(open_as: Callable[..., Page], url: str, screen: dict[str, int]) -> None:
    page = open_as("approver", screen, bypass_csp=True)
    page.goto(f"{url}/staff/checks?why=low")
    page.locator("summary").first.click()
    fits(page)
    page.locator("details[open]").get_by_label("对着哪个官方页面或文件").fill("官网")
    page.locator("details[open]").get_by_role("button", name="核对过，没有错").click()
    expect(page.get_by_text("核对过：官网")).to_be_visible()
    page.goto(f"{url}/staff/try?q=居住证要带什么")
    expect(page.get_by_role("heading", name="电话里念")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="加成例句，等人审").click()
    expect(page.get_by_text("例句记下了")).to_be_visible()
    fits(page)
