"""The catalogue of facts: what a clerk may not write, and one sentence for every error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.errors import DataError
from services.eligibility.facts.files import load_facts
from tests.services.eligibility.world import fact

GROWS = {"every": "month", "assuming": "一直在交"}
COUNTED = {"date": "birth", "unit": "year"}


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        ("int", {}, "数要写范围"),
        ("number", {}, "数要写范围"),
        ("int", {"range": (5, 4)}, "最小的在前"),
        ("enum", {}, "enum 要写选项"),
        ("bool", {"choices": {"a": "甲"}}, "别的类型不要写"),
        ("bool", {"range": (0, 1)}, "只有数"),
        ("date", {"grows": GROWS}, "只有数"),
        ("date", {"counted_from": COUNTED}, "只有数"),
        ("enum", {"choices": {"a": "甲"}, "less_than": ("age",)}, "只有数"),
        ("number", {"range": (0, 9), "grows": GROWS}, "要写成 int"),
        ("number", {"range": (0, 9), "counted_from": COUNTED}, "要写成 int"),
        ("int", {"range": (0, 9), "grows": GROWS, "counted_from": COUNTED}, "只能写一样"),
    ],
)
def test_a_fact_fits_its_type(kind: str, more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        fact("made", kind, **more)


def test_a_range_of_one_number_is_a_range() -> None:
    assert fact("made", "int", range=(4, 4)).range == (4, 4)


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "label": name, "type": "bool", "question": "问", "where": "查", "why": "因为", **more}


def load(folder: Path, data: Any) -> dict[str, Any]:
    path = folder / "facts.yml"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return load_facts(path)


def test_the_order_of_the_file_is_kept(tmp_path: Path) -> None:
    assert list(load(tmp_path, {"facts": [entry("b"), entry("a")]})) == ["b", "a"]


def test_every_error_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    number = {"type": "int", "range": [0, 9]}
    facts = [
        entry("a"),
        entry("a"),
        entry("b", implies=[{"is": True, "fact": "nowhere", "value": 1}]),
        entry("c", **number, counted_from={"date": "no_day", "unit": "year"}),
        entry("d", **number, less_than=["no_one"]),
        entry("e", usual={"same_as": "no_other"}),
    ]
    with pytest.raises(DataError) as error:
        load(tmp_path, {"facts": facts})
    assert [field.message for field in error.value.fields] == [
        "facts.yml · a：写了两遍。",
        "facts.yml · b：提到的 nowhere 不在这个文件里。",
        "facts.yml · c：提到的 no_day 不在这个文件里。",
        "facts.yml · d：提到的 no_one 不在这个文件里。",
        "facts.yml · e：提到的 no_other 不在这个文件里。",
    ]
    assert [field.field for field in error.value.fields] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (["a"], "要写成“名称: 内容”的样子"),
        ({"facts": [entry("a", colour="red")]}, "colour"),
        ({"facts": [{"id": "a"}]}, "怎么问"),
    ],
)
def test_a_wrong_file_is_refused_with_its_field(tmp_path: Path, data: Any, says: str) -> None:
    with pytest.raises(DataError, match=says) as error:
        load(tmp_path, data)
    assert "facts.yml" in error.value.sentence
