"""The charts fit a phone and a desk, everybody can read them, and filters change them."""

from __future__ import annotations

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
def test_what_people_need(open_as: Callable[..., Page], url: str, desk: Desk, screen: dict[str, int]) -> None:
    row = Asked(now(), "c", "web", "x", "ask_procedure", "residence.permit.apply", 0.9, True, "先登记",
                "residence.permit.apply", 1, "莘庄镇", "residence")  # fmt: skip
    vain = replace(row, told_item="", item_id="", topic="housing", channel="wechat", area="")
    desk.console.questions.add([*[row] * 30, *[vain] * 9])
    page = open_as("editor", screen, bypass_csp=True)
    page.goto(f"{url}/staff/figures")
    expect(page.get_by_role("row", name="莘庄镇 30")).to_be_visible()
    fits(page)
    page.get_by_text("看表").click()
    fits(page)
    page.get_by_label("渠道").select_option(label="微信")
    page.get_by_role("button", name="看", exact=True).click()
    expect(page.get_by_role("row", name="莘庄镇 30")).to_have_count(0)
    expect(page.get_by_role("row", name="租房住房 9 9（100%）")).to_be_visible()
    page.goto(f"{url}/staff/checks")
    fits(page)
