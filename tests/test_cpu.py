"""What the processor can do decides the kernels of the numeric libraries and the bits of the encoder's weights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cpu import choose_kernels, machine_flags, needs_reduced_range, parse_flags
from bot.settings import ROOT

SKYLAKE = {"avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"}
ODD = "import numpy as np; from scipy.linalg import lapack; lapack.spotri(np.eye(1001, dtype=np.float32, order='F'))"


@pytest.mark.parametrize(
    ("flags", "kernels"), [(SKYLAKE, "SkylakeX"), ({"avx2", "fma"}, "Haswell"), ({"sse2"}, None), (set(), None)]
)
def test_the_best_the_processor_can_run(flags: set[str], kernels: str | None) -> None:
    chosen: dict[str, str] = {}
    choose_kernels(flags, chosen)
    assert chosen.get("OPENBLAS_CORETYPE") == kernels


def test_what_somebody_named_stays() -> None:
    chosen = {"OPENBLAS_CORETYPE": "Zen"}
    choose_kernels(SKYLAKE, chosen)
    assert chosen == {"OPENBLAS_CORETYPE": "Zen"}


def test_a_matrix_with_an_odd_number_of_rows_is_solved_in_one_thread() -> None:
    bare = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    done = subprocess.run(
        [sys.executable, "-c", f"import bot; {ODD}"], cwd=ROOT, env={**bare, "OMP_NUM_THREADS": "1"}, check=False
    )
    assert done.returncode == 0


def test_flags_of_both_families() -> None:
    assert "avx2" in parse_flags("processor\t: 0\nflags\t\t: fpu avx2\n\nprocessor\t: 1\n")
    assert "asimd" in parse_flags("processor\t: 0\nFeatures\t: fp asimd crc32\n")
    assert parse_flags("") == frozenset()


def test_a_machine_without_the_file_has_no_flags(tmp_path: Path) -> None:
    assert machine_flags(tmp_path / "none") == frozenset()


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
