"""Which pieces are kept, and the table of characters the model cannot read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.understanding.encoder.pruning import keep, prune, read_spellings
from bot.understanding.encoder.weights import WeightFile


@pytest.mark.parametrize(
    ("piece_id", "piece", "kept"),
    [
        (0, "<s>", True),
        (250_001, "<mask>", False),
        (200_000, "居住证", True),
        (200_000, "▁2024", True),
        (200_000, "👍", True),
        (200_000, "▁z", True),
        (19_999, "▁hello", True),
        (20_000, "▁hello", False),
        (5_000, "▁für", False),
        (5_000, "の", False),
        (5_000, "привет", False),
    ],
)
def test_keep(piece_id: int, piece: str, kept: bool) -> None:
    assert keep(piece_id, piece) is kept


def test_pruned_vocabulary_keeps_ids_of_specials_and_the_original_unknown_score(weights: WeightFile) -> None:
    rows, vocabulary = prune(weights, {})
    assert rows[:4] == [0, 1, 2, 3]
    assert rows == sorted(rows)
    assert 30_000 < len(rows) < 31_000
    assert vocabulary.unknown_score == pytest.approx(-30.3648, abs=1e-3)


def test_the_lexicon_file_is_right(weights: WeightFile) -> None:
    spellings = read_spellings()
    assert spellings["颛"] == "专"
    prune(weights, spellings)  # raises when a line is not needed or cannot be read


@pytest.mark.parametrize(
    ("spellings", "why"),
    [
        ({"社": "设"}, "「社」不是模型不认识"),
        ({"颛桥": "专桥"}, "单个字"),
        ({"颛": "龑"}, "模型也不认识"),
        ({"颛": ""}, "模型也不认识"),
    ],
)
def test_a_wrong_line_is_named(weights: WeightFile, spellings: dict[str, str], why: str) -> None:
    with pytest.raises(DataError, match=why):
        prune(weights, spellings)


@pytest.mark.parametrize("text", ["- 颛", "颛: [专]", "颛: 1", "a: b: c", "\x00"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"table\.yml"):
        read_spellings(path)


def test_a_missing_table_is_refused_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_spellings(tmp_path / "none.yml")
    (tmp_path / "empty.yml").touch()
    assert read_spellings(tmp_path / "empty.yml") == {}
