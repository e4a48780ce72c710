"""In: plain data, right and wrong. Out: checked items, or errors in the words of a clerk."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.errors import DataError
from services.knowledge.files import parse_item
from services.knowledge.models import Item
from services.knowledge.text_types import PartialDate
from tests.services.knowledge.inventory_samples import item_data

ANY_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


def complaint(**changes: Any) -> str:
    """What the clerk reads when an item is changed so."""
    with pytest.raises(DataError) as caught:
        parse_item(item_data(**changes), "policy/housing.yml · housing.test_room")
    return caught.value.sentence


def test_a_right_item_is_taken_and_cannot_be_changed() -> None:
    item = Item(**item_data())
    assert item.numbers["permit_min_months"].value == 24
    with pytest.raises(TypeError):
        item.name = "别的"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"summary": None}, ["没有写一句话说明（summary）", "最多 60 个字"]),
        ({"summary": "长" * 61}, ["一句话说明", "61 个字", "最多 60"]),
        ({"matrials": ["身份证"]}, ["没有“matrials”这一项", "materials（申请材料）"]),
        ({"region": "shangai"}, ["行使层级", "“shangai”不行", "national、shanghai、minhang"]),
        ({"materials": ["身份证", " "]}, ["申请材料 第2条", "是空的"]),
        ({"materials": ["身份证\n原件"]}, ["申请材料 第1条", "换行"]),
        ({"materials": "身份证"}, ["申请材料", "要一条一条地写"]),
        ({"phone": 12345}, ["咨询方式", "加引号", "'12345'"]),
        ({"aliases": ["测试房", "测试房"]}, ["常用叫法", "“测试房”写了两遍"]),
        ({"sources": []}, ["设定依据", "至少写一条"]),
        ({"id": "Housing"}, ["事项编码", "housing.public_rental.city"]),
        ({"conditions": [{"text": "满 2 年", "rule": "x"}]}, ["受理条件 第1条", "没有写来源（source_ref）", "例如 s1"]),
        (
            {"conditions": [{"text": "满 2 年", "rule": "x", "source_ref": "s9"}]},
            ["设定依据", "受理条件第1条写的来源 s9 在这里没有"],
        ),
        ({"numbers": {"a": {"value": 2, "unit": "个月月"}}}, ["数量标准 a 单位", "“个月月”", "最接近的是", "个月"]),
        ({"numbers": {"a": {"value": "很多", "unit": "个月"}}}, ["数量标准 a 数值", "不是日期"]),
        ({"numbers": {"a": {"value": "2026-06", "unit": "个月"}}}, ["数量标准 a", "单位要写“日期”"]),
        ({"numbers": {"a": {"value": 5, "unit": "日期"}}}, ["数量标准 a", "数值要写日期"]),
        ({"numbers": {"a": {"value": True, "unit": "个"}}}, ["数量标准 a 数值", "要写一个数"]),
        ({"numbers": {"a": {"value": float("nan"), "unit": "个"}}}, ["数量标准 a 数值", "要写一个数"]),
        ({"numbers": {"两": {"value": 5, "unit": "个"}}}, ["数量标准", "permit_min_months"]),
        ({"sources": [{"ref": "s1", "title": "办法", "effective_from": "2025-02-30"}]}, ["实施日期", "不是日期"]),
        (
            {"sources": [{"ref": "s1", "title": "办法", "effective_from": "2025", "effective_to": "2024-12-31"}]},
            ["设定依据 第1条", "早于实施日期"],
        ),
        ({"sources": [{"ref": "s1", "title": "办法", "url": "www.sh.gov.cn"}]}, ["网址", "https://"]),
        ({"sources": [{"ref": "s1", "title": "a"}, {"ref": "s1", "title": "b"}]}, ["依据编号“s1”写了两遍"]),
        ({"verification": {"state": "verified"}}, ["核对情况", "核对人（by）"]),
        (
            {"verification": {"state": "verified", "by": "王", "on": "2026", "source": "官网"}},
            ["核对情况", "写到哪一天"],
        ),
        ({"verification": "unverified"}, ["核对情况", "名称: 内容"]),
    ],
)
def test_each_mistake_is_explained(changes: dict[str, Any], parts: list[str]) -> None:
    sentence = complaint(**changes)
    assert sentence.startswith("policy/housing.yml · housing.test_room")
    for part in parts:
        assert part in sentence


def test_all_mistakes_of_an_item_are_told_at_once() -> None:
    with pytest.raises(DataError) as caught:
        parse_item(item_data(summary=None, region="x", phone=1), "这里")
    assert {one.field for one in caught.value.fields} == {"summary", "region", "phone"}


def test_something_that_is_no_item_is_refused() -> None:
    with pytest.raises(DataError, match="名称: 内容"):
        parse_item(["a"], "这里")


@settings(deadline=None)
@given(ANY_DATA)
def test_no_data_breaks_the_reader(value: Any) -> None:
    for data in (value, item_data(conditions=value), item_data(numbers=value), item_data(verification=value)):
        with suppress(DataError):
            parse_item(data, "这里")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-10", date(2024, 2, 10), date(2024, 2, 10)),
    ],
)
def test_a_date_covers_the_days_it_can_mean(text: str, first: date, last: date) -> None:
    assert (PartialDate(text).first_day(), PartialDate(text).last_day()) == (first, last)


@pytest.mark.parametrize(
    "wrong", ["24", "2024-2", "2024-13", "2024-02-30", "去年", "", None, True, 20240101, "０２０２４"]
)
def test_what_is_no_date_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="不是日期"):
        PartialDate.check(wrong)


def test_a_bare_year_may_come_as_a_number() -> None:
    assert PartialDate.check(2024) == "2024"


def test_unknown_fields_are_errors_for_programs_too() -> None:
    with pytest.raises(ValidationError):
        Item(**item_data(extra_field="x"))
