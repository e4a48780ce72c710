"""The choice of 7 or 8 bits by the processor's flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.encoder.cpu import machine_flags, needs_reduced_range, parse_flags


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


def test_flags_of_both_families() -> None:
    assert "avx2" in parse_flags("processor\t: 0\nflags\t\t: fpu avx2\n\nprocessor\t: 1\n")
    assert "asimd" in parse_flags("processor\t: 0\nFeatures\t: fp asimd crc32\n")
    assert parse_flags("") == frozenset()


def test_a_machine_without_the_file_has_no_flags(tmp_path: Path) -> None:
    assert machine_flags(tmp_path / "none") == frozenset()
