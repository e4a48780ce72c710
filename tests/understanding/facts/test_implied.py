"""What follows from a fact told in passing; and that the file speaks of facts that exist."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from bot.settings import ROOT
from bot.understanding.facts.catalogue import by_name
from bot.understanding.facts.implied import FILE, implied
from services.eligibility.facts.files import load_facts

DAY = date(2026, 11, 23)
LEFT = {"has_left_employer": True, "still_employed_there": False}


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ({"hukou_province": "安徽省"}, {"hukou_is_shanghai": False}),
        ({"hukou_province": "上海市"}, {}),
        ({"hukou_province": "安徽省", "hukou_is_shanghai": True}, {}),
        ({"is_pregnant": True}, {"sex": "female", "maternity_event": "birth"}),
        ({"is_pregnant": False}, {}),
        ({"leaving_date": "2026-11-23"}, {**LEFT, "housing_fund_sealed_months": {"min": 0, "max": 0}}),
        ({"leaving_date": "2026-05-24"}, {**LEFT, "housing_fund_sealed_months": {"min": 0, "max": 5}}),
        ({"leaving_date": "2026-05-23"}, {**LEFT, "housing_fund_sealed_months": {"min": 0, "max": 6}}),
        ({"leaving_date": "2026-10"}, {**LEFT, "housing_fund_sealed_months": {"min": 0, "max": 1}}),
        ({"leaving_date": "2026-10", "housing_fund_sealed_months": 3}, LEFT),
        ({"child_has_residence_permit": True}, {"child_has_residence_document": True}),
        ({"child_has_residence_permit": False}, {}),
        ({"leaving_date": "2026-11-24"}, {}),
        ({"leaving_date": "2026-11"}, {}),
        ({"leaving_date": "2025"}, {**LEFT, "housing_fund_sealed_months": {"min": 0, "max": 22}}),
        ({"leaving_date": "unknown"}, {}),
    ],
)
def test_what_follows(told: dict[str, Any], follows: dict[str, Any]) -> None:
    assert implied(told, DAY) == follows


def test_both_sides_exist_and_values_fit() -> None:
    asked, heard = load_facts(ROOT / "schemes" / "facts.yml"), by_name()
    for rule in yaml.safe_load(FILE.read_text("utf-8")):
        fact = asked[rule["fact"]]
        assert rule["heard"] in heard
        if "at_most" in rule:
            assert (fact.type, fact.unit, heard[rule["heard"]].type) == ("int", "个月", "date")
            continue
        assert rule["value"] in (fact.choices if fact.type == "enum" else (True, False))
