"""Which fact an agent asks for, in own words; and what is no question about one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.channels.hotline.assist.asked import asked_fact
from bot.understanding.facts.finder import FactFinder

FINDER = FactFinder()


def read(text: str) -> Mapping[str, Any]:
    return FINDER.find(text, date(2026, 11, 24)).facts


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("那您现在社保交了多长时间了", "social_insurance_months"),
        ("请问您社保交了几个月", "social_insurance_months"),
        ("好的我帮您看一下,居住证您有没有", "has_residence_permit"),
        ("您孩子几岁了", "child_age"),
        ("您租房有没有备案", "lease_filed"),
        ("工资拖欠了几个月", "wage_arrears_months"),
        ("您有上海户口吗?", "hukou_is_shanghai"),
        ("您是哪里人", "hukou_province"),
        ("您今年多大了", "applicant_age"),
        ("您带身份证来就行", None),
        ("社保要交满六个月才可以", None),
        ("您好,有什么可以帮您", None),
        ("您稍等一下好吗", None),
        ("", None),
    ],
)
def test_the_fact_that_is_asked_for(sentence: str, fact: str | None) -> None:
    assert asked_fact(sentence, {}, read) == fact


def test_a_question_of_the_screen_is_known_by_its_wording() -> None:
    offered = {"left_phone": "你在窗口留过联系电话没有？", "applicant_age": "你今年多少周岁？"}
    assert asked_fact("您在窗口留过联系电话没有", offered, read) == "left_phone"


def test_of_several_facts_the_one_on_the_screen_counts() -> None:
    offered = {"has_residence_permit": "你有没有居住证？"}
    assert asked_fact("您有居住证吗", offered, read) == "has_residence_permit"
