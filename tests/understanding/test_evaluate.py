"""The figures of a labelled file, counted by hand."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.errors import DataError
from bot.messages import ItemScore, Understood
from bot.understanding import calibration, noise_report
from bot.understanding.augment import KINDS
from bot.understanding.evaluate import as_text, read_lines
from bot.understanding.figures import bins, evaluate, wilson


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
    assert report["acts"]["ask_cost"]["right"] == 2
    assert report["topics"]["none"]["share"] == 1.0
    assert "act_and_item" in as_text(report)


def test_a_confidence_is_held_against_what_was_right() -> None:
    (low, high) = bins([(0.31, False), (0.35, True), (1.0, True)])
    assert (low["right"], low["total"], low["sure"]) == (1, 2, 0.33)
    assert (high["share"], high["sure"]) == (1.0, 1.0)
    assert calibration.error([low, high]) == pytest.approx((2 * 0.17 + 0.0) / 3, abs=0.001)


def test_the_picture_is_drawn_with_every_point() -> None:
    drawn = ElementTree.fromstring(calibration.picture(evaluate(LINES, FOUND)["calibration"]))
    circles = [one for one in drawn.iter() if one.tag.endswith("circle")]
    assert len(circles) == 2
    assert ElementTree.fromstring(calibration.picture({"act": []})) is not None
    assert calibration.error([]) == 0.0


def test_noise_of_every_kind_and_strength() -> None:
    lines = [{"text": "办居住证要交3块钱", "act": ["ask_cost"], "item_id": ["x"]}] * 2

    def read(text: str) -> Understood:
        return found("ask_cost" if "居住证" in text else "deny", "x")

    report = noise_report.under_noise(lines, read)
    assert set(report) == {"clean", *KINDS}
    assert report["clean"]["1"]["share"] == 1.0
    assert report["traditional"]["1"]["right"] == 0
    assert report["spoken_numbers"]["3"]["share"] == 1.0
    both = noise_report.merged([report, report])
    assert both["traditional"]["1"]["total"] == 4
    assert "traditional" in noise_report.as_text(both)
    assert noise_report.merged([]) == {}


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
