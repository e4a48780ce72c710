"""What Whisper base heard of a made voice (heard.jsonl: benchmarks/speech.py of said.jsonl), against what was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.clock import today
from bot.dialogue.training import model_path
from bot.understanding import runtime

pytestmark = pytest.mark.engine
ROWS = [json.loads(line) for line in (Path(__file__).with_name("heard.jsonl")).read_text("utf-8").splitlines()]


def share(column: str) -> float:
    """Right items, of all."""
    ear = runtime.load_from_model_archive(model_path())
    heard = ear.understand_many([row[column] for row in ROWS], "hotline", today())
    return sum(one.item_id == row["item_id"] for one, row in zip(heard, ROWS, strict=True)) / len(ROWS)


def test_a_recognisers_errors_cost_few_items() -> None:
    said = share("text")
    assert said >= 0.9
    assert share("wide") >= said - 0.05
    assert share("telephone") >= said - 0.10


def test_who_types_means_what_they_write() -> None:
    ear = runtime.load_from_model_archive(model_path())
    typed, spoken = (ear.understand("家班费应该怎么算", channel, today()) for channel in ("web", "hotline"))
    assert (typed.normalized, spoken.normalized) == ("家班费应该怎么算", "加班费应该怎么算")
    assert spoken.item_id == "labour.overtime_pay"
