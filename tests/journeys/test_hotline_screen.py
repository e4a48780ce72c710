"""A whole server, a call by WebSocket, an agent's Chromium: from the first words to the saved summary, by keys."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
import websockets
from playwright.async_api import Page, async_playwright, expect

from tests.channels.hotline.test_api import address, fetched, segment
from tests.channels.web.conftest import FLAGS
from tests.journeys.conftest import running
from tests.staff.people import PASSWORD

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CALL = "1732407600.42"


async def sign_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/staff/")
    await page.get_by_label("用户名").fill("admin")
    await page.get_by_label("密码").fill(PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_an_agent_works_through_a_call(tmp_path: Path) -> None:
    with running(tmp_path, STAFF_ADMIN_PASSWORD=PASSWORD) as server:
        await asyncio.to_thread(server.wait, "/readyz", 120)
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            context = await chromium.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN")
            context.set_default_timeout(20_000)
            page = await context.new_page()
            await sign_in(page, server.url)
            await page.goto(f"{server.url}/staff/calls/{CALL}")
            async with websockets.connect(address(server, CALL, "transcript")) as inlet:
                await inlet.send(segment("喂我想问居住证积分要带什么材料"))
                await inlet.send(segment("我电话是13812345678，社保交了八个月", 4_000))
                await expect(page.locator(".top-card h2")).to_have_text("居住证积分申请（首次）", timeout=20_000)
                await expect(page.locator(".fact")).to_contain_text("8个月")
                await page.keyboard.press("Alt+1")
                await expect(page.locator(".top-card [data-said]")).to_contain_text("已说过 · admin")
                await inlet.send('{"type": "end"}')
                await expect(page.locator("#after")).to_be_visible(timeout=20_000)
            await page.keyboard.press("Alt+s")
            await expect(page.get_by_label("再加一个")).to_be_visible(timeout=20_000)
            await expect(page.locator("#turns")).to_contain_text("〔手机号〕")
            await page.locator("[name=note]").fill("口音重")
            await page.keyboard.press("Alt+s")
            await expect(page.get_by_role("status")).to_have_text("存好了。", timeout=20_000)
            await chromium.close()
        kept = (await fetched(server, f"{CALL}/summary")).json()
    assert (kept["note"], kept["saved_by"], kept["item_ids"]) == ("口音重", "admin", ["points.apply"])
    assert [(one["item_id"], one["by"], one["version"]) for one in kept["answers_given"]] == [
        ("points.apply", "admin", 1)
    ]
    assert [one["id"] for one in kept["case_draft"]["contact"]["segments"]] == [1]
