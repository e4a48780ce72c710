"""Stored vectors: computed once, never mixed between encoders, and no trouble when the file is broken."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.understanding.encoder import Vectors
from bot.understanding.encoder.run import OnnxEncoder
from bot.understanding.encoder.vectors import VectorCache

from .sentences import SENTENCES


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self, identity: str = "one") -> None:
        self.identity = identity
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(self.identity), len(text), *[0] * 382] for text in texts], np.float32).reshape(
            len(texts), 384
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "vectors.npz"


def test_only_the_missing_are_computed(path: Path) -> None:
    first, second = Counting(), Counting()
    vectors = VectorCache(path, first).vectors(["甲", "乙乙", "甲", ""])
    assert first.asked == ["甲", "乙乙", ""]
    assert vectors[:, 1].tolist() == [1, 2, 1, 0]
    cache = VectorCache(path, second)
    assert np.array_equal(cache.vectors(["甲", "乙乙", "甲", ""]), vectors)
    assert second.asked == []
    assert cache.vectors(["丙丙丙", "甲"])[:, 1].tolist() == [3, 1]
    assert second.asked == ["丙丙丙"]
    assert VectorCache(path, Counting()).vectors(["丙丙丙", "乙乙"])[:, 1].tolist() == [3, 2]


def test_progress_is_told(path: Path) -> None:
    steps: list[tuple[int, int]] = []
    cache = VectorCache(path, Counting())
    texts = [f"第{n}条" for n in range(150)]
    cache.vectors(texts, lambda done, of: steps.append((done, of)))
    assert steps == [(64, 150), (128, 150), (150, 150)]
    cache.vectors(texts, lambda done, of: steps.append((done, of)))
    assert len(steps) == 3


def test_no_texts_no_vectors(path: Path) -> None:
    assert VectorCache(path, Counting()).vectors([]).shape == (0, 384)
    assert not path.exists()


def test_vectors_of_another_encoder_are_not_used(path: Path) -> None:
    VectorCache(path, Counting("one")).vectors(["甲"])
    other = Counting("another")
    assert VectorCache(path, other).vectors(["甲"])[0, 0] == len("another")
    assert other.asked == ["甲"]
    back = Counting("one")
    VectorCache(path, back).vectors(["甲"])
    assert back.asked == ["甲"]


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped", "other npz", "npy", "pickle", "bad shape"])
def test_a_broken_file_is_computed_anew(path: Path, damage: str) -> None:
    good = VectorCache(path, Counting()).vectors(["甲", "乙乙"])
    content = path.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("hello")
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    elif damage == "other npz":
        np.savez(path, something=np.zeros(3))
    elif damage == "npy":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif damage == "pickle":
        np.savez(path, identity=np.array("one"), keys=np.array([{}]), vectors=np.array([{}]))
    else:
        np.savez(path, identity=np.array("one"), keys=np.zeros((2, 16), np.uint8), vectors=np.zeros((3, 384)))
    encoder = Counting()
    assert np.array_equal(VectorCache(path, encoder).vectors(["甲", "乙乙"]), good)
    assert encoder.asked == ["甲", "乙乙"]
    again = Counting()
    VectorCache(path, again).vectors(["甲"])
    assert again.asked == []


def test_a_file_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = VectorCache(tmp_path / "file" / "vectors.npz", Counting())
    assert cache.vectors(["甲"])[0, 1] == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_nothing_but_the_file_is_left(path: Path) -> None:
    VectorCache(path, Counting()).vectors(["甲"])
    assert [entry.name for entry in path.parent.iterdir()] == ["vectors.npz"]


def test_threads_agree(path: Path) -> None:
    encoder = Counting()
    cache = VectorCache(path, encoder)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: cache.vectors(SENTENCES), range(8)))
    assert all(np.array_equal(results[0], result) for result in results)
    assert len(encoder.asked) == len(set(SENTENCES))


def test_with_the_real_encoder(path: Path, encoder: OnnxEncoder) -> None:
    expected = encoder.encode(SENTENCES[:5])
    assert np.array_equal(VectorCache(path, encoder).vectors(SENTENCES[:5]), expected)
    assert np.array_equal(VectorCache(path, encoder).vectors(SENTENCES[:5]), expected)
