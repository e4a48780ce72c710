"""Schemes a clerk got wrong: each error has its field and its sentence, and nothing else is complained about."""

from __future__ import annotations

from typing import Any

import pytest

from services.eligibility.lint import lint
from services.eligibility.models import SchemeFile
from tests.services.eligibility.world import FACTS, leaf, written
from tests.services.knowledge.made import make_item

ITEM = make_item("made.up", topic="housing", numbers={"months": {"value": 12, "unit": "个月"}})
LOCAL = leaf("a", "local", **{"is": True})
DATED = {"from": "2020-01-01", "value": 12, "cite": "s1"}
BIRTHDAY = {"id": "d", "text": "到期", "from": "injury", "add": 1, "unit": "year", "cite": "s1"}


def found(needs: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """Field and sentence of every complaint."""
    file = SchemeFile(**written(needs, **more))
    return [(error.field, error.message) for error in lint(file, FACTS, ITEM, "made.up")]


def months(*values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"long": {"unit": "个月", "values": list(values or [DATED]), **more}}


LONG = leaf("a", "insured_months", at_least="long")


def test_a_right_scheme_has_no_complaint() -> None:
    assert found(LONG, parameters=months(number="months"), ask=["insured_months"]) == []
    assert found(leaf("a", "birth", on_or_after="2020-01")) == []


def test_folder_and_item_come_first() -> None:
    file = SchemeFile(**written(LONG))
    assert [(e.field, e.message) for e in lint(file, FACTS, ITEM, "other")] == [
        ("id", "方案编号：写的是 made.up，要和文件夹同名。")
    ]
    assert [(e.field, e.message) for e in lint(file, FACTS, None, "made.up")] == [
        ("item", "事项：政策库里没有 made.up。")
    ]


@pytest.mark.parametrize(
    ("needs", "more", "complaint"),
    [
        ({"all": [LOCAL, LOCAL]}, {}, ("a", "编号 a 写了 2 遍，每条要有自己的编号。")),
        ({**LOCAL, "text": "满 {gone} 个月"}, {}, ("a", "a：内容里的 {gone} 不是参数。")),
        ({**LOCAL, "remedy": "再等 {gone} 个月"}, {}, ("a", "a：内容里的 {gone} 不是参数。")),
        ({"text": "看 {gone}", "all": [LOCAL]}, {}, ("一组条件", "一组条件：内容里的 {gone} 不是参数。")),
        ({**LOCAL, "cite": "s9"}, {}, ("a", "a：来源 s9 不在事项 made.up 的依据里。")),
        (
            {"id": "a", "text": "t", "cite": "s1", "score": True, "at_least": 1},
            {},
            ("a", "a：看总分（score）要有 outcome。"),
        ),
        (leaf("a", "shoe_size", at_least=1), {}, ("a", "a：facts.yml 里没有 shoe_size。")),
        (leaf("a", "local", **{"is": "yes"}), {}, ("a", "a：local 不能等于“yes”。")),
        (leaf("a", "degree", **{"is": "phd"}), {}, ("a", "a：degree 不能等于“phd”。")),
        (leaf("a", "degree", one_of=["college", "phd"]), {}, ("a", "a：degree 不能等于“phd”。")),
        (leaf("a", "birth", **{"is": "2020-01-01"}), {}, ("a", "a：birth 不能等于“2020-01-01”。")),
        (leaf("a", "local", at_least=1), {}, ("a", "a：local 是 bool，不能这样比（at_least）。")),
        (leaf("a", "birth", under=1), {}, ("a", "a：birth 是 date，不能这样比（under）。")),
        (leaf("a", "area", on_or_after="2020-01-01"), {}, ("a", "a：area 是 number，不能这样比（on_or_after）。")),
        (leaf("a", "area", within=1, unit="day"), {}, ("a", "a：area 是 number，不能这样比（within）。")),
        (leaf("a", "area", under="gone"), {}, ("a", "a：没有参数 gone。")),
        (LOCAL, {"ask": ["shoe_size"]}, ("ask", "先问哪个：facts.yml 里没有 shoe_size。")),
        (
            LOCAL,
            {"decided_later": [{"text": "看名额", "by": "学校", "cite": "s9"}]},
            ("decided_later", "“看名额”：来源 s9 不在事项 made.up 的依据里。"),
        ),
        (
            {"all": [LOCAL], "except": [{"when": leaf("b", "shoe_size", at_least=1), "then": "met"}]},
            {},
            ("b", "b：facts.yml 里没有 shoe_size。"),
        ),
    ],
)
def test_conditions(needs: dict[str, Any], more: dict[str, Any], complaint: tuple[str, str]) -> None:
    assert set(found(needs, **more)) == {complaint}


def test_a_number_may_be_asked_for_exactly() -> None:
    assert found(leaf("a", "insured_months", **{"is": 3})) == []
    assert found(leaf("a", "degree", one_of=["none", "master"])) == []


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({**months(), "Big": {"unit": "元", "values": [DATED]}}, "参数 Big：名称要用小写英文、数字和下划线。"),
        ({**months(), "idle": {"unit": "元", "values": [DATED]}}, "参数 idle：没有地方用它。"),
        (months({**DATED, "cite": "s9"}), "参数 long：来源 s9 不在事项 made.up 的依据里。"),
        (months(number="gone"), "参数 long：事项 made.up 没有叫 gone 的数。"),
        (months({**DATED, "value": 13}, number="months"), "参数 long：这里是 13，事项里的 months 是 12。"),
        (months({**DATED, "from": "2020-01-02"}), "参数 long：从 2020-01-01 起没有值。"),
        (
            months({**DATED, "to": "2021-12-31"}, {**DATED, "from": "2022-01-02"}),
            "参数 long：从 2022-01-01 起没有值。",
        ),
        (
            months({**DATED, "to": "2022-01-01"}, {**DATED, "from": "2022-01-01"}),
            "参数 long：到 2022-01-01 的值和从 2022-01-01 起的值重叠。",
        ),
    ],
)
def test_parameters(parameters: dict[str, Any], complaint: str) -> None:
    assert complaint in [message for _, message in found(LONG, parameters=parameters)]


def test_values_that_follow_without_a_day_between_are_complete() -> None:
    values = ({**DATED, "to": "2021-12-31"}, {**DATED, "from": "2022-01-01"})
    assert found(LONG, parameters=months(*values)) == []


def test_only_the_last_value_must_be_the_items() -> None:
    assert found(LONG, parameters=months({**DATED, "value": 6}, {**DATED, "from": "2026-07-01"}, number="months")) == []


def test_an_end_written_on_purpose_and_an_end_of_the_scheme_are_no_gaps() -> None:
    assert found(LONG, parameters=months({**DATED, "to": "2025-12-31"})) == []
    ends = {"from": "2020-01-01", "to": "2021-12-31"}
    values = ({**DATED, "to": "2021-12-31"}, {**DATED, "from": "2099-01-01"})
    assert found(LONG, parameters=months(*values), in_force=ends) == []
    assert found(LONG, parameters=months(*values)) == [("long", "参数 long：从 2022-01-01 起没有值。")]


def outcome(kind: str = "amount", **more: Any) -> dict[str, Any]:
    return {"outcome": {"kind": kind, **more}}


def line(**more: Any) -> dict[str, Any]:
    return outcome(lines=[{"id": "l", "text": "一行", "cite": "s1", **more}])


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (outcome(threshold="gone"), ("outcome", "够格线 gone 不是参数。")),
        (line(formula="1", cite="s9"), ("outcome", "“一行”：来源 s9 不在事项 made.up 的依据里。")),
        (line(formula="1 +"), ("l", "l：“1 +”不是算式。")),
        (line(formula="gone"), ("l", "l：算式里的“gone”不是参数，也不是一个数的事实。")),
        (line(table="gone", scores={"a": 1}), ("l", "l：表里的每一项要和 gone 的选项一一对应。")),
        (line(table="degree", scores={"none": 1}), ("l", "l：表里的每一项要和 degree 的选项一一对应。")),
        (line(over="gone", steps=[[1, 2]]), ("l", "l：gone 不是一个数的事实。")),
        (line(over="local", steps=[[1, 2]]), ("l", "l：local 不是一个数的事实。")),
        (line(over="area", steps=[[2, 1], [1, 2]]), ("l", "l：分档要从小到大写。")),
        (
            line(formula="1", when=leaf("w", "shoe_size", at_least=1)),
            ("w", "w：facts.yml 里没有 shoe_size。"),
        ),
        (
            outcome("deadline", deadlines=[{**BIRTHDAY, "from": "gone"}]),
            ("d", "d：gone 不是日期事实。"),
        ),
        (outcome("deadline", deadlines=[{**BIRTHDAY, "from": "area"}]), ("d", "d：area 不是日期事实。")),
        (outcome("deadline", deadlines=[{**BIRTHDAY, "add": "gone"}]), ("d", "d：没有参数 gone。")),
        (
            outcome("deadline", deadlines=[{**BIRTHDAY, "cite": "s9"}]),
            ("outcome", "“到期”：来源 s9 不在事项 made.up 的依据里。"),
        ),
        (
            outcome("deadline", deadlines=[{**BIRTHDAY, "when": leaf("w", "shoe_size", at_least=1)}]),
            ("w", "w：facts.yml 里没有 shoe_size。"),
        ),
        (
            outcome(ways=[{"text": "读书", "sets": {"degree": "phd"}, "cite": "s1"}]),
            ("outcome", "“读书”：degree 不能是 phd。"),
        ),
        (
            outcome(ways=[{"text": "读书", "sets": {"gone": 1}, "cite": "s1"}]),
            ("outcome", "“读书”：gone 不能是 1。"),
        ),
        (
            outcome(ways=[{"text": "读书", "sets": {"degree": "master"}, "cite": "s9"}]),
            ("outcome", "“读书”：来源 s9 不在事项 made.up 的依据里。"),
        ),
        (
            outcome(lines=[{"id": "a", "text": "一行", "cite": "s1", "formula": "1"}]),
            ("a", "编号 a 写了 2 遍，每条要有自己的编号。"),
        ),
        (
            outcome("deadline", deadlines=[{**BIRTHDAY, "id": "a"}]),
            ("a", "编号 a 写了 2 遍，每条要有自己的编号。"),
        ),
    ],
)
def test_outcomes(more: dict[str, Any], complaint: tuple[str, str]) -> None:
    assert found(LOCAL, **more) == [complaint]


def test_a_parameter_is_used_wherever_it_is_named() -> None:
    used = {
        **months(),
        **{name: {"unit": "元", "values": [DATED]} for name in ("rate", "shown", "enough", "days", "told", "limit")},
    }
    lines = [{"id": "l", "text": "每月 {shown} 元", "cite": "s1", "formula": "area * rate"}]
    deadlines = [{**BIRTHDAY, "add": "days"}]
    more = {"outcome": {"kind": "points", "threshold": "enough", "lines": lines, "deadlines": deadlines}}
    needs = {"all": [{**LONG, "remedy": "等 {told} 月"}, leaf("b", "area", under="limit")]}
    assert found(needs, parameters=used, **more) == []
