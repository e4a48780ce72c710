"""Noise is repeatable and is what its name says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.augment import KINDS, noisy
from bot.understanding.pinyin import syllables

TEXT = "办居住证要带什么材料，3个人"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_repeatable_and_different(kind: str) -> None:
    assert noisy(TEXT, kind, 1) == noisy(TEXT, kind, 1)
    assert noisy(TEXT, kind, 1) != TEXT


def test_homophones_sound_the_same() -> None:
    assert syllables(noisy(TEXT, "homophone", 3)) == syllables(TEXT)


@pytest.mark.parametrize(("kind", "change"), [("dropped", -1), ("doubled", 1)])
def test_lengths(kind: str, change: int) -> None:
    assert len(noisy(TEXT, kind, 5)) == len(TEXT) + change


def test_stronger_noise_goes_further() -> None:
    assert len(noisy(TEXT, "dropped", 5, strength=3)) == len(TEXT) - 3


@pytest.mark.parametrize(
    ("text", "kind", "noise"),
    [
        ("社保交了18个月", "spoken_numbers", "社保交了十八个月"),
        ("打12345", "spoken_numbers", "打一万二千三百四十五"),
        ("电话13812345678", "spoken_numbers", "电话13812345678"),
        ("自己", "shape", None),
        ("您", "shape", "您"),
    ],
)
def test_numbers_and_shapes(text: str, kind: str, noise: str | None) -> None:
    found = noisy(text, kind, 1)
    assert found == noise if noise else found in ("自已", "自巳")


@given(st.text(max_size=20), st.sampled_from(sorted(KINDS)), st.integers(1, 3))
def test_any_text(text: str, kind: str, strength: int) -> None:
    assert isinstance(noisy(text, kind, 0, strength), str)
