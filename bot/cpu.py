"""In: what Linux says about the processor. Out: its flags, and what the numeric libraries make of them.

The OpenBLAS inside the numpy and scipy that Rasa allows (0.3.20, 0.3.18) knows no processor made after 2021. It then
takes kernels of 2004: three times slower, and in one thread they crash on matrices with an odd number of rows. It
reads OPENBLAS_CORETYPE when it is loaded, so this must run before numpy is imported (bot/__init__.py).

Without VNNI, x86 multiplies bytes with VPMADDUBSW, whose 16-bit sums overflow for 8-bit weights; see
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html ("When and why do I need to try
U8U8", "reduce_range").
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from collections.abc import Set as AbstractSet
from pathlib import Path

_KERNELS = (
    ("SkylakeX", frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})),
    ("Haswell", frozenset({"avx2", "fma"})),
)
"""Names of kernels with the instructions they need, best first."""
_EXACT = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimd"})
"""Flags of processors that add products of bytes in 32 bits; asimd is any 64-bit ARM."""


def choose_kernels(flags: AbstractSet[str], environment: MutableMapping[str, str]) -> None:
    """Names the best kernels this processor can run, unless somebody has named others.

    >>> chosen: dict[str, str] = {}
    >>> choose_kernels({"avx2", "fma", "sse4_2"}, chosen)
    >>> chosen
    {'OPENBLAS_CORETYPE': 'Haswell'}
    """
    for name, needed in _KERNELS:
        if needed <= flags:
            environment.setdefault("OPENBLAS_CORETYPE", name)
            return


def needs_reduced_range(flags: AbstractSet[str]) -> bool:
    """Whether int8 weights must be limited to 7 bits on this processor; on an unknown one they are, to be safe.

    >>> needs_reduced_range({"avx2", "avx512f"}), needs_reduced_range({"avx2", "avx512_vnni"})
    (True, False)
    """
    return _EXACT.isdisjoint(flags)


def parse_flags(cpuinfo: str) -> frozenset[str]:
    """Flags of the first processor in the text of /proc/cpuinfo (x86 writes `flags`, ARM `Features`).

    >>> sorted(parse_flags("model : 1\\nflags\\t\\t: fpu avx2\\n"))
    ['avx2', 'fpu']
    """
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(value.split())
    return frozenset()


def machine_flags(source: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Flags of this machine; empty where there is no such file."""
    try:
        return parse_flags(source.read_text())
    except OSError:
        return frozenset()


choose_kernels(machine_flags(), os.environ)
