"""Cases: what a scheme gets wrong about a person, what nobody tried, and files that are no cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DataError
from services.eligibility.cases import Case, faults, load_cases, untried
from tests.services.eligibility.world import leaf, scheme

NEEDS = {"all": [leaf("long", "insured_months", at_least=12), leaf("here", "local", **{"is": True})]}
LINES = [{"id": "l", "text": "钱", "cite": "s1", "formula": "area * 2"}]
DEADLINES = [{"id": "claim", "text": "申请", "from": "injury", "add": 1, "unit": "year", "cite": "s1"}]
MADE = scheme(NEEDS, outcome={"kind": "amount", "lines": LINES, "deadlines": DEADLINES})


def case(status: str = "eligible", **more: Any) -> Case:
    data = {"name": "某人", "on": "2026-11-23", "facts": {"insured_months": 12, "local": True}, "status": status}
    return Case(**{**data, **more})


SHORT = {"insured_months": 8, "local": True, "area": 3, "injury": "2026-03-01"}


def test_a_right_case_has_no_fault() -> None:
    assert faults(MADE, case()) == []
    right = {"because": ["long"], "from": "2027-03-23", "total": 6, "deadlines": {"claim": "2027-03-01"}}
    assert faults(MADE, case("ineligible", facts=SHORT, **right)) == []
    assert faults(MADE, case("undetermined", facts={"local": True}, ask="insured_months", total=[0, 1000])) == []


@pytest.mark.parametrize(
    ("status", "more", "says"),
    [
        ("eligible", {}, "某人：结论是 ineligible，应该是 eligible（{'long': 'unmet', 'here': 'met'}）"),
        ("ineligible", {"because": ["here"]}, "某人：决定结论的是 ['long']，应该是 ['here']"),
        ("ineligible", {"ask": "area"}, "某人：接着问的是 None，应该是 area"),
        ("ineligible", {"from": "2027-03-22"}, "某人：从 2027-03-23 起行，应该是 2027-03-22"),
        ("ineligible", {"needs_check": "stale"}, "某人：要核实的原因是 None，应该是 stale"),
        ("ineligible", {"total": 7}, "某人：合计是 [6, 6]，应该是 [7.0, 7.0]"),
        ("ineligible", {"total": [6, 7]}, "某人：合计是 [6, 6]，应该是 [6.0, 7.0]"),
        ("ineligible", {"deadlines": {"claim": "2027-03-02"}}, "某人：期限 claim 是 2027-03-01，应该是 2027-03-02"),
        ("ineligible", {"deadlines": {"other": "2027-03-02"}}, "某人：期限 other 是 None，应该是 2027-03-02"),
    ],
)
def test_each_difference_is_a_sentence(status: str, more: dict[str, Any], says: str) -> None:
    assert faults(MADE, case(status, facts=SHORT, **more)) == [says]


def test_facts_that_contradict_are_a_fault_of_the_case() -> None:
    (fault,) = faults(MADE, case(facts={"insured_months": -1}))
    assert fault == "某人：insured_months：要在 0 到 600 之间。"


def test_what_no_case_tried() -> None:
    assert untried(MADE, [case()]) == [
        "没有结论是 ineligible 的例子",
        "没有结论是 undetermined 的例子",
        "条件 long 没有一个例子是 unmet",
        "条件 here 没有一个例子是 unmet",
    ]
    broken = case(facts={"insured_months": -1})
    tried = [case(), case("ineligible", facts={"insured_months": 0, "local": False}), case("undetermined", facts={})]
    assert untried(MADE, [*tried, broken]) == []
    assert untried(MADE, tried[1:]) == [
        "没有结论是 eligible 的例子",
        "条件 long 没有一个例子是 met",
        "条件 here 没有一个例子是 met",
    ]


@pytest.mark.parametrize(
    "unsure",
    [
        leaf("unsure", "area", under=9, confidence="low"),
        {"id": "unsure", "text": "看名额", "cite": "s1", "judged_by": "学校"},
    ],
)
def test_behind_an_unsure_number_or_a_persons_decision_clear_answers_may_be_out_of_reach(
    unsure: dict[str, Any],
) -> None:
    made = scheme({"all": [leaf("here", "local", **{"is": True}), unsure]})
    yes, no = case("undetermined", facts={"local": True}), case("ineligible", facts={"local": False})
    assert untried(made, [yes, no]) == []
    assert untried(made, [no]) == ["没有结论是 undetermined 的例子", "条件 here 没有一个例子是 met"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "要一个一个地写"),
        ({"name": "某人"}, "要一个一个地写"),
        (["某人"], "schemes/made.up/cases.yml · 第1个：要写成“名称: 内容”的样子"),
        ([{"name": "某人"}], "schemes/made.up/cases.yml · 第1个"),
        (
            [
                {"name": "某人", "on": "2026", "status": "eligible"},
                {"name": "某人", "on": "soon", "status": "eligible"},
            ],
            "第2个 · 哪天",
        ),
    ],
)
def test_a_file_that_is_no_cases(tmp_path: Path, data: Any, says: str) -> None:
    path = tmp_path / "made.up" / "cases.yml"
    path.parent.mkdir()
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    with pytest.raises(DataError, match=says):
        load_cases(path)


def test_a_right_file(tmp_path: Path) -> None:
    path = tmp_path / "cases.yml"
    path.write_text(json.dumps([{"name": "某人", "on": "2026", "status": "eligible"}], ensure_ascii=False), "utf-8")
    assert load_cases(path) == (Case(name="某人", on="2026", status="eligible"),)
