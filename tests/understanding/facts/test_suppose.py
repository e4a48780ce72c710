"""What a sentence supposes is not what it states."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.understanding.facts import FactFinder
from bot.understanding.facts.suppose import supposition

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def finder() -> FactFinder:
    return FactFinder()


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("要是合同改签三年呢", "合同改签三年"),
        ("我要是离了婚，还能算不", "我离了婚"),
        ("那我再读个本科的话有多少分", "那我再读个本科"),
        ("厂里给我交满十五年的话行吗", "厂里给我交满十五年"),
        ("如果", None),
        ("要是呢", None),
        ("的话", None),
        ("居住证三年了", None),
    ],
)
def test_the_supposed_part_as_a_statement(text: str, statement: str | None) -> None:
    assert supposition(text) == statement


@pytest.mark.parametrize(
    ("text", "facts", "supposed"),
    [
        ("我社保交了8年,要是合同签三年呢", {"social_insurance_months": 96}, {"labour_contract_months": 36}),
        ("如果我老公是上海人呢", {}, {"spouse_hukou_is_shanghai": True}),
        ("要是明年我把二级拿下来了呢", {}, {"skill_level": 2}),
        ("我老婆是安徽的", {"spouse_hukou_is_shanghai": False}, {}),
        ("考出了三级证", {"skill_level": 3}, {}),
    ],
)
def test_supposed_facts_stand_apart(
    finder: FactFinder, text: str, facts: dict[str, Any], supposed: dict[str, Any]
) -> None:
    heard = finder.find(text, DAY)
    assert (dict(heard.facts), dict(heard.supposed)) == (facts, supposed)


def test_a_supposition_does_not_answer_the_open_question(finder: FactFinder) -> None:
    heard = finder.find("要是五年呢", DAY, "social_insurance_months")
    assert (dict(heard.facts), dict(heard.supposed)) == ({}, {"social_insurance_months": 60})
