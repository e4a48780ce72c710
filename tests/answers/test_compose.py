"""What a person gets to read, for typical and for odd items."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.answers.chat import to_reply
from bot.answers.compose import compose
from bot.messages import ITEM_ACTS, Answer
from tests.answers.inventory import ITEMS, TODAY, item

EMPTY: dict[str, Any] = {"materials": [], "steps": [], "where": None, "time_limit": None, "fee": None, "when": None,
                         "phone": None, "notes": [], "numbers": {}, "valid_for": None}  # fmt: skip


def text(answer: Answer) -> str:
    return to_reply(answer, "web").text


def kinds(answer: Answer) -> list[str]:
    return [block.kind for block in answer.blocks]


def test_materials_of_the_residence_permit() -> None:
    said = text(compose(ITEMS["residence.permit.apply"], "ask_materials", TODAY)).splitlines()
    assert said[0] == "要准备5样"
    assert said[1] == "□ 身份证或户口簿"
    assert said[6] == "依据：《上海市居住证申办实施细则》（沪府规〔2025〕9号），2025年12月1日起施行"
    assert said[7] == "这条还没人核对过，办之前先打12345问清楚"


def test_more_than_five_lines_are_left_for_later() -> None:
    first = compose(ITEMS["housing.public_rental.city"], "ask_materials", TODAY)
    rest = compose(ITEMS["housing.public_rental.city"], "ask_materials", TODAY, rest=True)
    assert "还有4样，回“更多”看全" in text(first)
    assert first.quick_replies[0] == "更多"
    assert len(rest.blocks[1].lines) == 4
    assert rest.blocks[0].lines == ("接着看",)


def test_the_rest_of_steps_keeps_their_numbers() -> None:
    rest = text(compose(ITEMS["labour.wage_arrears"], "ask_procedure", TODAY, rest=True))
    assert "6. " in rest
    assert "7. " in rest


def test_conditions_stay_whole_so_that_or_does_not_become_and() -> None:
    answer = compose(ITEMS["schooling.primary_entry.nonlocal"], "ask_conditions", TODAY)
    assert any("；或者连续3年" in line for line in answer.blocks[1].lines)


def test_conditions_cite_the_documents_they_rest_on() -> None:
    answer = compose(ITEMS["residence.permit.apply"], "ask_conditions", TODAY)
    assert [c.title for c in answer.citations] == ["上海市居住证申办实施细则", "上海市居住证管理办法"]


@pytest.mark.parametrize("item_id", sorted(ITEMS))
def test_eligibility_is_never_decided_here(item_id: str) -> None:
    lead = compose(ITEMS[item_id], "check_eligibility", TODAY).blocks[0].lines[0]
    assert lead == "能不能办，逐条对一对，对得上的打勾"


def test_problem_goes_to_the_phone_first() -> None:
    said = text(compose(ITEMS["labour.wage_arrears"], "report_problem", TODAY)).splitlines()
    assert said[0] == "先打12333，不行再打12345"
    assert "1. 先固定证据、要欠条" in said


def test_problem_with_an_application_does_not_repeat_the_application_steps() -> None:
    said = text(compose(ITEMS["residence.permit.apply"], "report_problem", TODAY))
    assert "先做居住登记" not in said


def test_emergency_numbers_are_not_given_for_questions() -> None:
    answer = compose(ITEMS["health.emergency"], "ask_time", TODAY)
    assert "打120问" not in text(answer)
    assert "先打120" in text(compose(ITEMS["health.emergency"], "report_problem", TODAY))


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_an_item_with_hardly_anything_still_answers(act: str) -> None:
    bare = item(**EMPTY)
    for rest in (False, True):
        answer = compose(bare, act, TODAY, rest=rest)
        assert answer.blocks[0].lines[0]
        assert 2 <= len(answer.quick_replies) <= 3


@pytest.mark.parametrize(
    ("act", "lead"),
    [
        ("ask_cost", "没写要不要钱，打12345问"),
        ("ask_place", "没写在哪办，打12345问"),
        ("ask_procedure", "没写具体步骤，打12345问"),
        ("ask_contact", "没有专门的电话，打12345（市民热线，24小时）"),
    ],
)
def test_an_empty_part_is_said_to_be_empty(act: str, lead: str) -> None:
    assert compose(item(**EMPTY, conditions=[]), act, TODAY).blocks[0].lines[0] == lead


def test_an_empty_part_brings_the_notes_that_mention_it() -> None:
    answer = compose(item(**{**EMPTY, "notes": ["找代办要收费，别找", "证不能借人"]}), "ask_cost", TODAY)
    assert answer.blocks[0].lines[0] == "没写要不要钱，有关的是这些"
    assert answer.blocks[1].lines == ("找代办要收费，别找",)


def test_a_long_field_becomes_short_lines_and_none_is_lost() -> None:
    fee = "；".join(f"第{n}种情形每人每次收费{n}0元，凭票据到窗口结清，过期不候" for n in range(1, 5))
    answer = compose(item(fee=fee), "ask_cost", TODAY)
    said = "".join(line for block in answer.blocks for line in block.lines)
    assert answer.blocks[0].lines[0].startswith("费用：第1种情形")
    assert all(piece in said for piece in fee.split("；"))


def test_low_confidence_is_said() -> None:
    assert "里面的数字拿不太准" in text(compose(item(confidence="low"), "ask_cost", TODAY))
    assert "拿不太准" not in text(compose(item(confidence="high"), "ask_cost", TODAY))


def test_an_ended_document_is_said() -> None:
    sources = [{**ITEMS["residence.permit.apply"]["sources"][0], "effective_to": "2026-08-15"}]
    for day, said in ((TODAY, True), (date(2026, 8, 15), False)):
        answer = text(compose(item(sources=sources), "ask_conditions", day))
        assert ("依据的文件2026年8月15日到期" in answer) is said


@pytest.mark.parametrize(
    ("state", "said"), [("verified", "已核对过"), ("unverified", "还没人核对过"), ("expired", "可能过期了")]
)
def test_the_checking_state_is_said(state: str, said: str) -> None:
    answer = compose(item(verification_state=state), "ask_overview", TODAY)
    assert said in answer.blocks[-1].lines[0]
    assert answer.verification == state


def test_a_rule_of_an_earlier_year_says_its_year() -> None:
    assert "照2025年的规定写的" in text(compose(item(valid_for="2025"), "ask_time", TODAY))
    assert "照2025年" not in text(compose(item(valid_for="2025"), "ask_time", date(2025, 9, 1)))


def test_a_page_that_tells_of_a_rule_is_not_called_its_basis() -> None:
    answer = compose(ITEMS["health.maternal.big_card"], "ask_basis", TODAY)
    assert answer.blocks[0].lines[0].startswith("没查到文件原文")


def test_an_item_without_sources_answers_without_them() -> None:
    for act in ITEM_ACTS:
        answer = compose(item(sources=[]), act, TODAY)
        assert "source" not in kinds(answer)
        assert answer.citations == ()


def test_an_act_that_is_not_about_an_item_is_refused() -> None:
    with pytest.raises(KeyError):
        compose(item(), "greet", TODAY)


def test_a_checked_item_says_whom_to_ring_where_it_helps() -> None:
    checked = text(compose(item(verification_state="verified"), "ask_place", TODAY))
    assert "去之前先打12345问一声" in checked
    assert checked.count("12345") == 1


def test_a_long_amount_stands_below_a_short_lead() -> None:
    answer = compose(ITEMS["medins.resident.shanghai"], "ask_amount", TODAY)
    assert answer.blocks[0].lines == ("数目有几个，看下面",)
    assert "住院每次起付一级50元" in answer.blocks[1].lines[0]
