"""Points, money, months: sums of ranges that are true whatever the missing answers are."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from services.eligibility.assess import assess
from services.eligibility.outcome.doses import doses
from services.eligibility.outcome.formula import formula, names_in
from services.knowledge.reference_files import load_immunisation
from tests.services.eligibility.world import DAY, FACTS, leaf, scheme

LINES = [
    {"id": "age", "text": "年龄", "cite": "s1", "formula": "min(30, 5 + 2 * max(0, 56 - age))"},
    {
        "id": "school",
        "text": "学历",
        "cite": "s1",
        "group": "g",
        "table": "degree",
        "scores": {"none": 0, "college": 50, "master": 100},
    },
    {
        "id": "permit",
        "text": "居住证",
        "cite": "s1",
        "group": "g",
        "over": "permit_months",
        "steps": [[12, 5], [24, 60]],
    },
    {"id": "years", "text": "年限", "cite": "s1", "formula": "3 * floor(insured_months / 12)"},
    {"id": "fine", "text": "扣分", "cite": "s1", "formula": "-50", "when": leaf("fined", "local", **{"is": True})},
]
OUTCOME: dict[str, Any] = {
    "kind": "points", "unit": "分", "threshold": "standard", "floor": 0, "lines": LINES,
    "ways": [{"text": "读个大专", "sets": {"degree": "college"}, "cite": "s1"}, {"text": "读硕士", "sets": {"degree": "master"}, "cite": "s1"}],  # noqa: E501
}  # fmt: skip
STANDARD = {"standard": {"unit": "分", "values": [{"from": "2020-01-01", "value": 120, "cite": "s1"}]}}
NEEDS = {"id": "enough", "text": "满 {standard} 分", "cite": "s1", "score": True, "at_least": "standard"}
COMPLETE = {"age": 35, "degree": "none", "permit_months": 24, "insured_months": 47, "local": False}


def points(**facts: Any) -> dict[str, Any]:
    return assess(scheme(NEEDS, outcome=OUTCOME, parameters=STANDARD), facts, DAY)


def test_a_complete_person_has_one_number() -> None:
    found = points(**COMPLETE)
    assert found["outcome"]["points"] == 30 + 60 + 9
    assert found["outcome"]["gap"] == [21, 21]
    assert {line["id"]: line["value"] for line in found["outcome"]["breakdown"]}["years"] == 9
    assert found["status"] == "ineligible"
    assert found["next_question"] is None


def test_of_one_group_only_the_largest_counts_and_fines_are_taken_off() -> None:
    assert points(**{**COMPLETE, "degree": "master"})["outcome"]["points"] == 30 + 100 + 9
    assert points(**{**COMPLETE, "local": True})["outcome"]["points"] == 30 + 60 + 9 - 50
    assert (
        points(**{**COMPLETE, "age": 57, "permit_months": 0, "insured_months": 0, "local": True})["outcome"]["points"]
        == 0
    )


def test_what_is_missing_is_a_range_and_the_verdict_waits() -> None:
    found = points(age=35, insured_months=47, local=False)
    assert found["outcome"]["points"] is None
    assert found["outcome"]["range"] == [39, 139]
    assert found["status"] == "undetermined"
    assert found["next_question"]["fact"] in ("degree", "permit_months")


def test_it_is_settled_as_soon_as_no_answer_can_matter() -> None:
    found = points(age=57, insured_months=0, local=False)
    assert found["outcome"]["range"] == [5, 105]
    assert found["status"] == "ineligible"


def test_ways_say_what_they_add_and_whether_it_is_enough() -> None:
    ways = points(**COMPLETE)["outcome"]["ways"]
    assert [(way["text"], way["adds"], way["reaches"]) for way in ways] == [("读硕士", 40, True)]


def test_a_way_to_a_full_score_is_not_offered_to_who_has_it() -> None:
    assert points(**{**COMPLETE, "degree": "master"})["outcome"]["ways"] == []


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(sorted(COMPLETE))), st.integers(18, 60), st.integers(0, 400), st.booleans())
def test_the_range_always_holds_the_true_sum(missing: set[str], age: int, months: int, fined: bool) -> None:
    facts = {**COMPLETE, "age": age, "insured_months": months, "local": fined}
    total = points(**facts)["outcome"]["points"]
    low, high = points(**{n: v for n, v in facts.items() if n not in missing})["outcome"]["range"]
    assert low <= total <= high


def test_deadlines_count_from_the_day_it_happened() -> None:
    deadline = {"id": "claim", "text": "申请", "from": "injury", "add": 1, "unit": "year", "cite": "s1"}
    made = scheme(leaf("a", "local", **{"is": True}), outcome={"kind": "deadline", "deadlines": [deadline]})
    one = assess(made, {"local": True, "injury": "2026-02-28"}, DAY)["outcome"]["deadlines"][0]
    assert (one["date"], one["days_left"], one["exact"]) == ("2027-02-28", 97, True)
    rough = assess(made, {"local": True, "injury": "2026-02"}, DAY)["outcome"]["deadlines"][0]
    assert (rough["date"], rough["exact"]) == ("2027-02-01", False)
    assert assess(made, {"local": True}, DAY)["next_question"]["fact"] == "injury"


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "import os", "__import__('os')", "age.real", "age if 1 else 2", "[1]", "'a'", "True", "age ** 9",
     "unknown_fact", "max(1)", "floor(1, 2)", "local", "min(a=1, b=2)", "(" * 500 + "1" + ")" * 500],
)  # fmt: skip
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="算式"):
        formula(text, FACTS, {})


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("insured_months - 3", {"insured_months": (5.0, 9.0)}, (2.0, 6.0)),
        ("3 - insured_months", {"insured_months": (5.0, 9.0)}, (-6.0, -2.0)),
        ("-area * 2", {"area": (1.0, 2.0)}, (-4.0, -2.0)),
        ("12 / area", {"area": (2.0, 4.0)}, (3.0, 6.0)),
        ("1 / area", {"area": (0.0, 4.0)}, (float("-inf"), float("inf"))),
        ("ceil(area / 12)", {"area": (12.0, 13.0)}, (1.0, 2.0)),
        ("floor(0.1 * 30)", {}, (3.0, 3.0)),
    ],
)
def test_formulas_count_with_ranges(text: str, values: dict[str, Any], result: tuple[float, float]) -> None:
    assert formula(text, FACTS, {})(values) == result


def test_the_names_a_formula_needs() -> None:
    assert names_in("min(30, age * rate)") == {"age", "rate"}


def test_doses_of_the_schedule_by_age() -> None:
    schedule = load_immunisation(ROOT / "policy")
    found = doses(schedule, (8, 8), None, DAY)
    due = {(one["vaccine"], one["dose"]) for one in found["due"]}
    assert ("卡介苗", 1) in due
    assert found["next_at"] == min(
        row.age_months for row in schedule.rows if row.group != "old_schedule" and row.age_months > 8
    )
    assert all(one["age_months"] <= 8 for one in found["due"])
    assert doses(schedule, None, None, DAY) == {"due": [], "next": [], "next_at": None}
    girls = {one["vaccine"] for one in doses(schedule, (200, 200), "female", DAY)["due"]}
    boys = {one["vaccine"] for one in doses(schedule, (200, 200), "male", DAY)["due"]}
    assert boys < girls


def test_a_parameter_without_a_value_leaves_its_line_open() -> None:
    ended = {"rate": {"unit": "元", "values": [{"from": "2020-01-01", "to": "2025-12-31", "value": 5, "cite": "s1"}]}}
    line = {"id": "pay", "text": "钱", "cite": "s1", "formula": "area * rate"}
    made = scheme(leaf("a", "local", **{"is": True}), outcome={"kind": "amount", "lines": [line]}, parameters=ended)
    found = assess(made, {"local": True, "area": 3}, DAY)["outcome"]
    assert (found["amount"], found["range"], found["breakdown"][0]["sure"]) == (None, [None, None], False)


def test_only_doses_of_the_day_and_for_that_child() -> None:
    schedule = load_immunisation(ROOT / "policy")

    def due(day: date, sex: str | None = None) -> set[tuple[str, int]]:
        return {(one["vaccine"], one["dose"]) for one in doses(schedule, (200, 200), sex, day)["due"]}

    assert ("双价HPV疫苗", 1) in due(date(2025, 11, 10))
    assert ("双价HPV疫苗", 1) not in due(date(2025, 11, 9)), "not yet given then"
    assert ("双价HPV疫苗", 1) in due(DAY, "female")
    assert ("双价HPV疫苗", 1) not in due(DAY, "male")
    assert not any("旧程序" in vaccine for vaccine, _ in due(date(2020, 1, 1)))
    ended = schedule.copy(
        update={"rows": tuple(row.copy(update={"effective_to": "2026"}) for row in schedule.rows[:1])}
    )
    ended = type(schedule)(**json.loads(ended.json()))
    assert doses(ended, (200, 200), None, date(2026, 12, 31))["due"]
    assert not doses(ended, (200, 200), None, date(2027, 1, 1))["due"]


def test_each_dose_says_what_it_is_for() -> None:
    schedule = load_immunisation(ROOT / "policy")
    first = doses(schedule, (0, 0), None, DAY)["due"][0]
    row = schedule.rows[0]
    assert first == {
        "vaccine": row.vaccine,
        "dose": row.dose,
        "age_months": row.age_months,
        "group": row.group,
        "disease": row.disease,
        "note": row.note,
        "basis": row.basis,
        "sure": True,
    }
    unsure = [one["vaccine"] for one in doses(schedule, (200, 200), None, DAY)["due"] if not one["sure"]]
    assert unsure == ["麻腮风疫苗"]
    grown = doses(schedule, (600, 600), None, DAY)
    assert (grown["next"], grown["next_at"]) == ([], None)


def test_what_was_not_told_is_counted_as_is_usual() -> None:
    line = {"id": "years", "text": "年限", "cite": "s1", "formula": "floor(other_months / 12)"}
    fine = {"id": "fine", "text": "扣分", "cite": "s1", "formula": "0 - insured_months"}
    made = scheme(NEEDS, outcome={**OUTCOME, "lines": [line, fine], "floor": None, "ways": []}, parameters=STANDARD)
    so_far = assess(made, {"insured_months": 24}, DAY)["outcome"]["so_far"]
    assert so_far == {
        "total": -22,
        "gap": 142,
        "lines": [{"text": "年限", "value": 2}, {"text": "扣分", "value": -24}],
        "pending": [],
    }
    assert assess(made, {}, DAY)["outcome"]["so_far"] is None, "the same as what nobody told"
    assert assess(made, {"insured_months": 24, "other_months": 12}, DAY)["outcome"]["so_far"] is None


def test_a_rough_age_has_only_the_doses_that_are_certain() -> None:
    schedule = load_immunisation(ROOT / "policy")
    rough, young = doses(schedule, (5, 9), None, DAY), doses(schedule, (5, 5), None, DAY)
    assert rough == young
    ages = sorted({row.age_months for row in schedule.rows if row.group != "old_schedule" and row.age_months > 5})
    assert young["next_at"] == ages[0]
    assert {one["age_months"] for one in young["next"]} == {ages[0]}
    assert {one["age_months"] for one in doses(schedule, (6, 6), None, DAY)["due"]} >= {0, 6}


@pytest.mark.parametrize(
    ("below", "result"),
    [
        ((0.0, 2.0), (float("-inf"), float("inf"))),
        ((-1.0, 0.0), (float("-inf"), float("inf"))),
        ((0.5, 2.0), (6.0, 24.0)),
        ((-2.0, -0.5), (-24.0, -6.0)),
    ],
)
def test_dividing_by_what_may_be_nothing_says_nothing(below: tuple[float, float], result: tuple[float, float]) -> None:
    assert formula("12 / (0 - area)", FACTS, {})({"area": (-below[1], -below[0])}) == result


def test_a_deadline_needs_its_condition_and_its_length() -> None:
    when = leaf("fired", "local", **{"is": True})
    ended = {"long": {"unit": "天", "values": [{"from": "2020-01-01", "to": "2025-12-31", "value": 5, "cite": "s1"}]}}
    plain = {"id": "d", "text": "到期", "from": "injury", "add": 10, "unit": "day", "cite": "s1", "when": when}
    made = scheme(
        leaf("a", "area", under=9),
        parameters=ended,
        outcome={"kind": "deadline", "deadlines": [plain, {**plain, "id": "e", "add": "long", "when": None}]},
    )

    def found(day: date = DAY, **facts: Any) -> list[tuple[str, str, int, bool]]:
        entries = assess(made, {"area": 3, **facts}, day)["outcome"]["deadlines"]
        return [(one["id"], one["date"], one["days_left"], one["sure"]) for one in entries]

    assert found(local=True, injury="2026-11-20") == [("d", "2026-11-30", 7, True)]
    assert found(injury="2026-11-20") == [("d", "2026-11-30", 7, True)], "it may apply"
    assert found(local=False, injury="2026-11-20") == []
    assert found(local=True) == []
    before = date(2025, 12, 31)
    assert found(before, local=False, injury="2025-12-30") == [("e", "2026-01-04", 4, True)]


def test_lines_of_a_group_count_as_the_largest_and_a_floor_lifts_both_ends() -> None:
    def line(name: str, formula_text: str, group: str | None = None) -> dict[str, Any]:
        return {"id": name, "text": name, "cite": "s1", "formula": formula_text, "group": group}

    lines = [line("a", "area", "g"), line("b", "insured_months", "g"), line("c", "2"), line("d", "3", "h")]
    made = scheme(
        NEEDS, outcome={"kind": "points", "lines": lines, "floor": 20, "threshold": "standard"}, parameters=STANDARD
    )

    def total(**facts: Any) -> list[float]:
        found = assess(made, facts, DAY)["outcome"]["range"]
        return list(found)

    assert total(area=30, insured_months={"min": 25, "max": 40}) == [35, 45]
    assert total(area=1, insured_months=2) == [20, 20]
    assert total(area={"min": 0, "max": 50}, insured_months=2) == [20, 55]
    gap = assess(made, {"area": {"min": 0, "max": 50}, "insured_months": 2}, DAY)["outcome"]["gap"]
    assert gap == [65, 100]
    assert assess(made, {"area": 200, "insured_months": 2}, DAY)["outcome"]["gap"] == [0, 0]


@pytest.mark.parametrize(
    ("told", "value"),
    [(0, [0, 0]), (11, [0, 0]), (12, [5, 5]), (23, [5, 5]), (24, [60, 60]), (600, [60, 60]), (None, [0, 60])],
)
def test_steps_begin_at_their_numbers(told: int | None, value: list[int]) -> None:
    step = {"id": "s", "text": "档", "cite": "s1", "over": "permit_months", "steps": [[12, 5], [24, 60]]}
    made = scheme(leaf("a", "local", **{"is": True}), outcome={"kind": "points", "lines": [step]})
    facts = {} if told is None else {"permit_months": told}
    assert assess(made, facts, DAY)["outcome"]["range"] == value
    rough = {"permit_months": {"min": 12, "max": 23}}
    assert assess(made, rough, DAY)["outcome"]["range"] == [5, 5]
    assert assess(made, {"permit_months": {"min": 11, "max": 24}}, DAY)["outcome"]["range"] == [0, 60]


def test_a_line_of_low_confidence_says_so() -> None:
    rate = {"rate": {"unit": "元", "values": [{"from": "2020-01-01", "value": 5, "cite": "s1", "confidence": "low"}]}}
    lines = [
        {"id": "a", "text": "按 {rate} 算", "cite": "s1", "formula": "rate"},
        {"id": "b", "text": "二", "cite": "s1", "formula": "1", "confidence": "low"},
        {"id": "c", "text": "三", "cite": "s1", "formula": "1 + 1"},
    ]
    made = scheme(leaf("x", "local", **{"is": True}), outcome={"kind": "amount", "lines": lines}, parameters=rate)
    found = assess(made, {"local": True}, DAY)["outcome"]["breakdown"]
    assert [(line["text"], line["value"], line["sure"]) for line in found] == [
        ("按 5 算", 5, False),
        ("二", 1, False),
        ("三", 2, True),
    ]
