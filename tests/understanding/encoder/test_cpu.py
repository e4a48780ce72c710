"""The choice of 7 or 8 bits by the processor's flags."""

from __future__ import annotations

import pytest

from bot.understanding.encoder.cpu import needs_reduced_range


@pytest.mark.parametrize(
    ("flags", "needed"),
    [
        ({"sse4_2"}, True),
        ({"avx2"}, True),
        ({"avx2", "avx512f", "avx512bw"}, True),
        ({"avx2", "avx_vnni"}, False),
        ({"avx2", "avx512f", "avx512_vnni"}, False),
        ({"fp", "asimd"}, False),
        (set(), True),
    ],
)
def test_reduced_range(flags: set[str], needed: bool) -> None:
    assert needs_reduced_range(flags) is needed
