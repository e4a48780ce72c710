"""An import approved in one go, and signing in at the organisation's provider, in a real browser, phone and desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from services.knowledge.files import dump_items
from staff.oidc import Provider
from tests.staff.browser.conftest import BOTH, fits
from tests.staff.conftest import Desk
from tests.staff.openid_provider import openid_provider
from tests.staff.test_oidc import connect

pytestmark = pytest.mark.browser


@BOTH
def test_a_whole_import(open_as: Callable[..., Page], url: str, desk: Desk, screen: dict[str, int]) -> None:
    some = desk.console.serving.snapshot().items[:3]
    text = dump_items([item.copy(update={"fee": "3元"}) for item in some])
    editor = open_as("editor", screen, bypass_csp=True)
    editor.goto(f"{url}/staff/files")
    editor.get_by_label("YAML 文件").set_input_files(
        {"name": "a.yml", "mimeType": "text/yaml", "buffer": text.encode()}
    )
    editor.get_by_role("button", name="先看会改什么").click()
    editor.get_by_role("button", name="交审核").click()
    editor.get_by_role("link", name="去看").click()
    address = editor.url
    fits(editor)
    approver = open_as("approver", screen, bypass_csp=True)
    approver.goto(address)
    expect(approver.locator("ins", has_text="3元").first).to_be_visible()
    fits(approver)
    approver.get_by_role("button", name="都看过了，3 个一起发布").press("Enter")
    expect(approver.get_by_role("status")).to_contain_text("已发布")
    fits(approver)


@BOTH
def test_there_and_back(browser: Browser, url: str, desk: Desk, screen: dict[str, int]) -> None:
    with openid_provider() as provider:
        connect(desk, provider)
        assert isinstance(desk.console.oidc, Provider)
        desk.console.linked.add("xiaowang", "editor", by="admin")
        context = browser.new_context(viewport=screen, locale="zh-CN", bypass_csp=True)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{url}/staff/checks")
        fits(page)
        page.get_by_role("link", name="用单位账号登录").press("Enter")
        page.get_by_role("link", name="go").click()
        expect(page.get_by_role("heading", name="要核对的事项")).to_be_visible()
        assert page.url == f"{url}/staff/checks"
        context.close()
