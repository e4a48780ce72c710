"""In: replies of the API, also hostile ones. Out: checks of how an answer looks."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.channels.web.conftest import send
from tests.channels.web.scripted_site import RENTAL, Site, Step, said

pytestmark = pytest.mark.browser
LINES = {
    "打 12345 或 12333": ["12345", "12333"],
    "12320 / 12345；伤重 120": ["12320", "12345", "120"],
    "马上打 110、火警119、急救120": ["110", "119", "120"],
    "120（急）/ 12320": ["120", "12320"],
    "64985020 / 12348（外地手机拨 021-12348）": ["64985020", "12348", "02112348"],
    "12356;962525（上海市心理热线）": ["12356", "962525"],
    "拨12345人工服务，或 13812345678，400-820-8820": ["12345", "13812345678", "4008208820"],
    "积分满120分，每月12333元，交120天": [],
    "年龄30＝120；达到120、又满7年": [],
    "从20250101到20261231，共12345人，身份证310112199001011234": [],
    "沪人社〔12345〕1号，2590元，28.12345%": [],
    "工伤认定60日内；12333（工作日9:00-17:30）": ["12333"],
    "最低工资2740元，12300元封顶": [],
    "电话：12345。": ["12345"],
}
"""Lines of answers and what can be dialled in them."""
EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def ask(page: Page, site: Site, reply: dict[str, Any]) -> None:
    site.plan(Step((reply,)))
    send(page, "问")
    expect(page.locator(".bot .bubble:not(.busy)")).to_have_count(1)


def test_first_line_is_emphasised_and_lists_are_lists(page: Page, site: Site) -> None:
    ask(page, site, RENTAL)
    expect(page.locator(".lead")).to_have_text("要带 3 样东西。")
    assert page.eval_on_selector(".lead", "node => getComputedStyle(node).fontWeight") == "600"
    expect(page.locator(".ticks li")).to_have_text(["身份证", "劳动合同，1年以上", "租房申请表"])
    expect(page.locator(".steps li")).to_have_text(["先打 12345 问", "再去窗口"])
    expect(page.locator(".points li")).to_have_text(["不收费"])


def test_steps_keep_the_numbers_they_were_given(page: Page, site: Site) -> None:
    ask(page, site, said("接着看。\n4. 交表\n5. 等通知\n1.5万元以内"))
    assert page.eval_on_selector_all(".steps li", "all => all.map(li => li.value)") == [4, 5]
    expect(page.locator(".bubble > p").last).to_have_text("1.5万元以内")


def test_sources_are_folded_and_not_said_twice(page: Page, site: Site) -> None:
    ask(page, site, RENTAL)
    assert "依据：" not in (page.locator(".bot .bubble").text_content() or "")
    title = page.locator(".sources li")
    expect(title).to_be_hidden()
    page.click(".sources summary")
    expect(title).to_be_visible()
    expect(title).to_contain_text("《上海市公共租赁住房管理办法》")
    expect(title).to_contain_text("沪府规〔2025〕9号，上海市人民政府，2025年12月1日起施行")
    expect(title.locator("a")).to_have_attribute("rel", "noopener noreferrer")


def test_without_citations_the_source_line_stays(page: Page, site: Site) -> None:
    ask(page, site, said("能办。\n依据：社保局通知"))
    expect(page.locator(".bubble > p").last).to_have_text("依据：社保局通知")


@pytest.mark.parametrize(
    ("state", "label"), [("verified", "已核对"), ("unverified", "未核对"), ("expired", "可能过期")]
)
def test_checking_state_is_visible_and_explains_itself(page: Page, site: Site, state: str, label: str) -> None:
    ask(page, site, said("能办。", verification=state))
    expect(page.locator(".state summary")).to_have_text(label)
    expect(page.locator(".state p")).to_be_hidden()
    page.click(".state summary")
    expect(page.locator(".state p")).to_be_visible()


@pytest.mark.parametrize("state", [None, "constructor", "toString", 3])
def test_unknown_state_shows_no_label(page: Page, site: Site, state: object) -> None:
    ask(page, site, said("能办。", verification=state))
    expect(page.locator(".state")).to_have_count(0)


def test_numbers_to_dial_and_no_others_become_links(page: Page) -> None:
    wrong = {}
    for line, numbers in LINES.items():
        found = page.evaluate(
            """line => {
              const node = Laihutong.prose.write(document.createElement('p'), line);
              return [node.textContent, Array.from(node.querySelectorAll('a')).map(a => a.getAttribute('href'))];
            }""",
            line,
        )
        if found != [line, [f"tel:{number}" for number in numbers]]:
            wrong[line] = found
    assert wrong == {}


def test_an_emergency_number_alone_on_the_first_line_can_be_dialled(page: Page, site: Site) -> None:
    ask(page, site, said("110\n先离开那里。"))
    expect(page.locator(".lead a")).to_have_attribute("href", "tel:110")


def test_markup_from_the_server_stays_text(page: Page, site: Site) -> None:
    source = {
        "title": EVIL,
        "doc_no": EVIL,
        "issuer": EVIL,
        "effective_from": EVIL,
        "url": "javascript:window.hacked=1",
    }
    reply = said(f"{EVIL}\n□ {EVIL}\n1. {EVIL}\n· {EVIL}", quick_replies=[EVIL], citations=[source])
    ask(page, site, reply)
    page.click(".sources summary")
    expect(page.locator(".lead")).to_have_text(EVIL)
    assert page.locator("#log img, #log script, .sources a").count() == 0
    page.click(".reply")
    site.wait_asked(2)
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None


def test_markup_from_the_person_stays_text(page: Page, site: Site) -> None:
    send(page, EVIL)
    expect(page.locator(".bot .lead")).to_have_text("收到：" + EVIL)
    expect(page.locator(".said")).to_have_text(EVIL)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("reply", [{"text": "只有字"}, {"text": "空", "citations": None, "quick_replies": None}])
def test_missing_fields_do_no_harm(page: Page, site: Site, reply: dict[str, Any]) -> None:
    ask(page, site, reply)
    expect(page.locator(".reply, .foot")).to_have_count(0)
