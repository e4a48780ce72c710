"""In: what Linux says about the processor. Out: whether int8 weights must be limited to 7 bits on it.

Without VNNI, x86 multiplies bytes with VPMADDUBSW, whose 16-bit sums overflow for 8-bit weights; see
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html ("When and why do I need to try
U8U8", "reduce_range").
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

_EXACT = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimd"})
"""Flags of processors that add the products in 32 bits; asimd is any 64-bit ARM."""


def needs_reduced_range(flags: AbstractSet[str]) -> bool:
    """Whether this processor needs 7-bit weights; an unknown one does, to be safe.

    >>> needs_reduced_range({"avx2", "avx512f"}), needs_reduced_range({"avx2", "avx512_vnni"})
    (True, False)
    """
    return _EXACT.isdisjoint(flags)
