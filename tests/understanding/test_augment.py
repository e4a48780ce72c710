"""Noise is repeatable and is what its name says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.augment import KINDS, noisy
from bot.understanding.pinyin import syllables

TEXT = "办居住证要带什么材料"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_repeatable_and_different(kind: str) -> None:
    assert noisy(TEXT, kind, 1) == noisy(TEXT, kind, 1)
    assert noisy(TEXT, kind, 1) != TEXT


def test_homophones_sound_the_same() -> None:
    assert syllables(noisy(TEXT, "homophone", 3)) == syllables(TEXT)


@pytest.mark.parametrize(("kind", "change"), [("dropped", -1), ("doubled", 1)])
def test_lengths(kind: str, change: int) -> None:
    assert len(noisy(TEXT, kind, 5)) == len(TEXT) + change


@given(st.text(max_size=20), st.sampled_from(sorted(KINDS)))
def test_any_text(text: str, kind: str) -> None:
    assert isinstance(noisy(text, kind, 0), str)
