"""In: facts as heard. Out: what they say about facts that rules ask for (implied.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("implied.yml")


def implied(facts: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """What is not told but follows from what is.

    >>> implied({"hukou_province": "河南"}, date(2026, 11, 23))
    {'hukou_is_shanghai': False}
    >>> implied({"leaving_date": "2026-10"}, date(2026, 11, 23))
    {'has_left_employer': True, 'still_employed_there': False, 'housing_fund_sealed_months': {'min': 0, 'max': 1}}
    """
    found = {
        rule["fact"]: _value(rule, facts, as_of) for rule in _rules() if _holds(rule, facts.get(rule["heard"]), as_of)
    }
    return {name: value for name, value in found.items() if facts.get(name) is None}


def _value(rule: Mapping[str, Any], facts: Mapping[str, Any], as_of: date) -> Any:
    if "at_most" not in rule:
        return rule["value"]
    year, month, day = (int(part) for part in f"{facts[rule['heard']]}-01-01".split("-")[:3])
    months = (as_of.year - year) * 12 + as_of.month - month - (as_of.day < day)
    return {"min": 0, "max": max(0, months)}


def _holds(rule: Mapping[str, Any], told: Any, as_of: date) -> bool:
    if told is None:
        return False
    if "not" in rule:
        return isinstance(told, str) and not told.startswith(rule["not"])
    if "past" in rule:
        # A month or a year has come for certain once it is over.
        today = as_of.isoformat()
        return isinstance(told, str) and (told < today[: len(told)] or told == today)
    return bool(told == rule["is"])


@lru_cache(maxsize=1)
def _rules() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return rules
