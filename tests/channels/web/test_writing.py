"""In: keys, an input method, long texts. Out: checks that only whole texts are sent and drafts stay."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.channels.web.conftest import send
from tests.channels.web.scripted_site import Site

pytestmark = pytest.mark.browser


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, site: Site) -> None:
    page.click("#text")
    page.keyboard.type("一")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("二")
    assert page.input_value("#text") == "一\n二"
    assert site.asked == []
    page.keyboard.press("Enter")
    site.wait_asked(1)
    assert site.texts == ["一\n二"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(page: Page, site: Site, text: str) -> None:
    page.fill("#text", text)
    page.click(".send")
    page.wait_for_timeout(150)
    assert site.asked == []


def test_enter_that_chooses_a_word_does_not_send(page: Page, site: Site) -> None:
    keyboard = page.context.new_cdp_session(page)
    page.click("#text")
    keyboard.send("Input.imeSetComposition", {"text": "juzhuzheng", "selectionStart": 10, "selectionEnd": 10})
    page.keyboard.press("Enter")
    page.wait_for_timeout(150)
    assert site.asked == []
    page.fill("#text", "")
    keyboard.send("Input.imeSetComposition", {"text": "jzz", "selectionStart": 3, "selectionEnd": 3})
    keyboard.send("Input.insertText", {"text": "居住证"})
    page.keyboard.press("Enter")
    site.wait_asked(1)
    assert site.texts == ["居住证"]


def test_safari_reports_the_choosing_enter_after_the_composition(page: Page, site: Site) -> None:
    page.fill("#text", "ju zhu")
    page.eval_on_selector(
        "#text",
        """node => {
          node.dispatchEvent(new CompositionEvent('compositionstart'));
          node.dispatchEvent(new CompositionEvent('compositionend'));
          node.dispatchEvent(new KeyboardEvent('keydown', {keyCode: 229, key: 'Enter', cancelable: true}));
        }""",
    )
    page.wait_for_timeout(150)
    assert site.asked == []


def test_send_tapped_while_composing_sends_what_is_written(page: Page, site: Site) -> None:
    keyboard = page.context.new_cdp_session(page)
    page.click("#text")
    keyboard.send("Input.imeSetComposition", {"text": "工伤", "selectionStart": 2, "selectionEnd": 2})
    page.click(".send")
    site.wait_asked(1)
    assert site.texts == ["工伤"]


def test_text_area_grows_and_shrinks(page: Page) -> None:
    def height() -> float:
        return float(page.eval_on_selector("#text", "node => node.offsetHeight"))

    low = height()
    page.fill("#text", "一\n二\n三")
    assert height() > low + 40
    page.fill("#text", "行\n" * 40)
    assert height() <= 146
    send(page, "完")
    assert height() == low


def test_counter_from_1800_and_no_more_than_2000(page: Page, site: Site) -> None:
    page.fill("#text", "字" * 1799)
    expect(page.locator("#counter")).to_be_hidden()
    page.fill("#text", "字" * 1800)
    expect(page.locator("#counter")).to_have_text("还能写 200 字")
    page.fill("#text", "字" * 2003)
    expect(page.locator("#counter")).to_have_text("多了 3 字，删掉一些再发")
    page.press("#text", "Enter")
    page.wait_for_timeout(150)
    assert site.asked == []
    assert len(page.input_value("#text")) == 2003
    page.fill("#text", "字" * 2000)
    page.press("#text", "Enter")
    site.wait_asked(1)
    assert len(site.texts[0]) == 2000
