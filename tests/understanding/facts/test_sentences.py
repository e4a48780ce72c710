"""In: sentences.yml. Out: every sentence gives exactly its facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.understanding.facts import FactFinder
from bot.understanding.normalize import normalize, parted

TODAY = date(2026, 11, 23)
SENTENCES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def finder() -> FactFinder:
    return FactFinder()


def _plain(value: Any) -> Any:
    """YAML reads full dates as dates; facts hold text."""
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: f"{case['text']}|{case.get('asked', '')}")
def test_exactly_the_facts_that_are_said(finder: FactFinder, case: Mapping[str, Any]) -> None:
    heard = dict(finder.find(normalize(case["text"]), TODAY, case.get("asked")).facts)
    for name in case.get("also", ()):  # said between the lines: may be heard, need not
        heard.pop(name, None)
    assert heard == {name: _plain(value) for name, value in case["facts"].items()}


def test_enough_sentences_and_enough_that_say_nothing() -> None:
    assert len(SENTENCES) >= 250
    assert sum(not case["facts"] for case in SENTENCES) >= 80
    assert len({(case["text"], case.get("asked")) for case in SENTENCES}) == len(SENTENCES)


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        (
            "我居住证两年半 社保交了14个月 公租房能申请不",
            {"residence_permit_months": 30, "social_insurance_months": 14},
        ),
        ("我是送外卖的 租在七宝两年了", {"occupation": "delivery_rider", "subdistrict": "七宝镇"}),
        ("社保 交了 八个月", {"social_insurance_months": 8}),
    ],
)
def test_a_space_for_a_comma_parts_two_facts(finder: FactFinder, said: str, facts: Mapping[str, Any]) -> None:
    heard = dict(finder.find(normalize(said), TODAY).facts)
    clauses = parted(said)
    more = dict(finder.find(normalize(clauses), TODAY).facts) if clauses else {}
    assert facts.items() <= {**more, **heard}.items()
