"""In: texts and the folder that build.py made. Out: their vectors, from the int8 encoder on onnxruntime.

text → normalise → (seen lately? its vector) → piece ids → network → vector of length 1
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import onnxruntime

from bot.cpu import machine_flags, needs_reduced_range
from bot.errors import SetupError
from bot.understanding.encoder import WIDTH, Vectors, manifest
from bot.understanding.encoder.vocabulary import Vocabulary

Vector = npt.NDArray[np.float32]
log = logging.getLogger(__name__)


class OnnxEncoder:
    """The encoder of the product; one object serves all threads.

    Args:
        folder: what `python -m bot.understanding.encoder.build` wrote.
        threads: threads for one text. Two answer a single question faster, one serves many people better.
        cache_size: texts whose vectors are remembered (1.5 KB each, and the text).

    Raises:
        SetupError: the folder is missing, incomplete or from another version of the recipe.
    """

    def __init__(self, folder: Path = manifest.DEFAULT_FOLDER, threads: int = 1, cache_size: int = 20_000) -> None:
        found = manifest.read(folder)
        if found is None or found.source.recipe != manifest.RECIPE or not found.fits(folder):
            raise SetupError(f"{folder} 里没有可用的句向量模型：请先运行 python -m bot.understanding.encoder.build")
        if not found.source.reduced_range and needs_reduced_range(machine_flags()):
            log.warning("encoder built for a processor with VNNI, this one has none: build it again here")
        self.identity = found.identity
        self.vocabulary = Vocabulary.load(folder / manifest.VOCABULARY_FILE)
        self._session = _session(folder / manifest.MODEL_FILE, threads)
        self._cache_size, self._lock = cache_size, Lock()
        self._cache: OrderedDict[str, Vector] = OrderedDict()
        self._network("你好")  # the first run allocates; no person should wait for that

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, float32 [len(texts), 384], length 1; a text with nothing readable gives zeros.

        Each text is run alone: int8 takes one activation scale for a whole batch, so that a neighbour would
        change the vector, and on a CPU a batch is no faster. From 128 pieces on (some 150 characters) a text
        is cut.
        """
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in enumerate(texts):
            normalised = self.vocabulary.normalise(text)
            if normalised:
                vectors[row] = self._vector(normalised)
        return vectors

    def _vector(self, normalised: str) -> Vector:
        with self._lock:
            known = self._cache.get(normalised)
            if known is not None:
                self._cache.move_to_end(normalised)
                return known
        vector = self._network(normalised)  # outside the lock: others go on, and onnxruntime frees the GIL
        with self._lock:
            self._cache[normalised] = vector
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
        return vector

    def _network(self, normalised: str) -> Vector:
        ids = np.array([self.vocabulary.ids(normalised)], np.int64)
        vectors: list[Vector] = self._session.run(["vectors"], {"ids": ids, "mask": np.ones_like(ids)})
        vector: Vector = vectors[0][0]
        return vector


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # Waiting threads sleep instead of spinning: the cores belong to the whole service.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors have no common base below Exception
        raise SetupError(f"句向量模型 {path} 不能读：请重新生成。") from error
