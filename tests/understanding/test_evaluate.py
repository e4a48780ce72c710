"""The figures of a labelled file, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.messages import ItemScore, Understood
from bot.understanding.evaluate import as_text, evaluate, read_lines, wilson


def found(act: str, item: str | None, *others: str, inside: bool = True, **facts: object) -> Understood:
    alternatives = tuple(ItemScore(other, 0.1) for other in others)
    return Understood("", "", act, 0.9, item, 0.9, alternatives, facts, in_scope=inside)


LINES = [
    {"text": "a", "act": ["ask_cost"], "item_id": ["x"], "in_scope": True, "noise": "clean", "facts": {"age": 8}},
    {"text": "b", "act": ["ask_cost", "ask_time"], "item_id": ["x", "y"], "in_scope": True, "noise": "typo"},
    {"text": "c", "act": ["out_of_scope"], "item_id": [None], "in_scope": False, "noise": "clean"},
]
FOUND = [
    found("ask_cost", "z", "x", age=8, months=3),
    found("ask_time", "y"),
    found("out_of_scope", None, inside=False),
]


def test_figures() -> None:
    report = evaluate(LINES, FOUND)
    assert report["act"]["right"] == 3
    assert (report["item"]["right"], report["item"]["total"]) == (2, 3)
    assert report["item_meant_first"]["share"] == 0.5
    assert report["item_meant_among_three"]["share"] == 1.0
    assert report["act_and_item"]["right"] == 2
    assert report["out_of_scope_recall"]["share"] == 1.0
    assert report["in_scope_refused"]["right"] == 0
    assert report["fact_precision"]["share"] == 0.5
    assert report["fact_recall"]["share"] == 1.0
    assert report["noise"]["typo"]["share"] == 1.0
    assert report["confusions"] == [{"kind": "item", "meant": "x", "found": "z", "times": 1}]
    assert "act_and_item" in as_text(report)


def test_nothing_to_score() -> None:
    assert evaluate([], [])["act"]["total"] == 0
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("line", ["{", '{"text": "a"}', '{"text": "", "act": [], "item_id": []}', "[1]"])
def test_broken_files(tmp_path: Path, line: str) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(line, "utf-8")
    with pytest.raises(DataError, match="broken"):
        read_lines(file)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_lines(tmp_path / "none.jsonl")
