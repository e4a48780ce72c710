"""The file of our own layers: what is saved is what is built."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.errors import SetupError
from bot.understanding.encoder.tuned import FILE, Tuned

LARGEST = 40_000_000
"""Bytes the project spends on it."""


def test_the_shipped_file_is_small_and_whole() -> None:
    own = Tuned.load()
    assert FILE.stat().st_size < LARGEST
    assert own.layers == 6
    assert own.centre.shape == (384,)
    assert {name.split(".", 1)[1] for name in own.tensors} >= {"q.w", "fo.b", "oln.w"}
    assert all(np.isfinite(values).all() for values in own.tensors.values())


def test_saving_twice_changes_nothing(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    made = Tuned(
        {"l0.q.w": draw.normal(size=(8, 4)).astype(np.float32), "l0.q.b": np.ones(8, np.float32)},
        draw.normal(size=4).astype(np.float32),
    )
    made.save(tmp_path / "one.npz")
    once = Tuned.load(tmp_path / "one.npz")
    once.save(tmp_path / "two.npz")
    twice = Tuned.load(tmp_path / "two.npz")
    assert np.abs(once.tensors["l0.q.w"] - made.tensors["l0.q.w"]).max() < 0.02
    for name, values in once.tensors.items():
        assert np.allclose(values, twice.tensors[name], atol=1e-6)
    assert np.array_equal(once.centre, made.centre)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"text"])
def test_a_broken_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(SetupError, match="重新下载"):
        Tuned.load(tmp_path / "x.npz")
