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


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ({"hukou_province": "安徽省"}, {"hukou_is_shanghai": False}),
        ({"hukou_province": "上海市"}, {}),
        ({"hukou_province": "安徽省", "hukou_is_shanghai": True}, {}),
        ({"is_pregnant": True}, {"sex": "female", "maternity_event": "birth"}),
        ({"is_pregnant": False}, {}),
        ({"leaving_date": "2026-11-23"}, {"has_left_employer": True, "still_employed_there": False}),
        ({"leaving_date": "2026-11-24"}, {}),
        ({"leaving_date": "2026-11"}, {}),
        ({"leaving_date": "2025"}, {"has_left_employer": True, "still_employed_there": False}),
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
        assert rule["value"] in (fact.choices if fact.type == "enum" else (True, False))
