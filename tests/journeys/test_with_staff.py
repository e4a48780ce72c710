"""One conversation in Chromium: the machine, a person of staff at the console, the machine again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.channels.web.conftest import FLAGS, PHONE, send
from tests.journeys.conftest import running

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PASSWORD = "first-password-of-tests"
SOON_MS = 20_000


def test_a_person_asks_for_somebody_and_gets_them(tmp_path: Path) -> None:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "this test needs Chromium: apt-get install -y chromium fonts-noto-cjk"
    with running(tmp_path, STAFF_ADMIN_PASSWORD=PASSWORD) as server, sync_playwright() as playwright:
        server.wait("/readyz", 180)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        person = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
        staff = browser.new_context(locale="zh-CN").new_page()
        for page in (person, staff):
            page.set_default_timeout(SOON_MS)
        person.goto(server.url)
        _asks_for_somebody(person)
        _claims(staff, server.url)
        _talk(person, staff)
        _ends(person, staff)
        browser.close()


def _asks_for_somebody(person: Page) -> None:
    send(person, "办居住证要带什么")
    expect(person.locator(".bot:not(.busy)")).to_have_count(1, timeout=SOON_MS)
    person.click("#human")
    expect(person.locator(".bot:not(.busy)").last).to_contain_text("工作人员", timeout=SOON_MS)


def _claims(staff: Page, url: str) -> None:
    staff.goto(f"{url}/staff/")
    staff.get_by_label("用户名").fill("admin")
    staff.get_by_label("密码").fill(PASSWORD)
    with staff.expect_navigation():
        staff.keyboard.press("Enter")
    staff.goto(f"{url}/staff/handover")
    staff.locator("[data-hit]").first.click()
    staff.get_by_role("button", name="我来接").click()


def _talk(person: Page, staff: Page) -> None:
    expect(person.locator("#by")).to_have_text("人工在回你", timeout=SOON_MS)
    expect(person.locator(".notice").last).to_contain_text("工作人员来了")
    staff.fill("#reply", "带上租房合同")
    staff.locator("#reply").press("Control+Enter")
    expect(person.locator(".staff .said")).to_have_text("带上租房合同", timeout=SOON_MS)
    person.reload()
    send(person, "没有合同怎么办，我电话13812345678")
    expect(staff.get_by_text("没有合同怎么办，我电话〔手机号〕").first).to_be_visible(timeout=SOON_MS)
    expect(person.locator(".bot:not(.busy)").last).to_contain_text("已转给工作人员")
    staff.fill("#reply", "找房东开居住证明")
    staff.locator("#reply").press("Control+Enter")
    expect(person.locator(".staff .said").last).to_have_text("找房东开居住证明", timeout=SOON_MS)


def _ends(person: Page, staff: Page) -> None:
    staff.get_by_role("button", name="接待完了").click()
    expect(person.locator(".notice").last).to_contain_text("工作人员办完了", timeout=SOON_MS)
    expect(person.locator("#by")).to_have_text("自动回复")
    send(person, "办居住登记要带什么")
    expect(person.locator(".bot:not(.busy)").last).to_contain_text("身份证", timeout=SOON_MS)
