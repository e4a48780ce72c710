"""In: texts that stay the same from start to start (aliases). Out: their vectors, from a file or new."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from bot.understanding.encoder import SentenceEncoder, Vectors

Progress = Callable[[int, int], None]
"""Called with (texts done, texts to do) while missing vectors are computed."""
Known = dict[bytes, npt.NDArray[np.float32]]
CHUNK = 64
"""Texts between two calls of the progress callback."""
_BROKEN = (OSError, ValueError, TypeError, AttributeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
"""What numpy raises for a damaged .npz; AttributeError and TypeError when it is a plain array."""
log = logging.getLogger(__name__)


class VectorCache:
    """Vectors on disk, kept by text and by encoder; one object serves all threads.

    The file is a convenience: missing, broken or made by another encoder, it is computed anew.

    Args:
        path: the .npz file, usually under var/.
        encoder: computes what is missing.
    """

    def __init__(self, path: Path, encoder: SentenceEncoder) -> None:
        self._path, self._encoder, self._lock = path, encoder, Lock()
        self._served: Known = {}

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of `texts`, float32 [len(texts), 384]; computes and saves those not known yet.

        Args:
            progress: called with (done, to do) after every 64 computed texts; never when all are known.
        """
        if not texts:
            return self._encoder.encode(())
        keys = [_key(text) for text in texts]
        with self._lock:
            if any(key not in self._served for key in keys):
                # The file also holds the training sentences: tens of megabytes that a server asks for only once.
                known = self._load()
                missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
                if missing:
                    self._compute(missing, known, progress)
                    self._save(known)
                self._served.update((key, known[key].copy()) for key in keys)
            return np.stack([self._served[key] for key in keys])

    def _compute(self, missing: dict[bytes, str], known: Known, progress: Progress | None) -> None:
        pairs = list(missing.items())
        for start in range(0, len(pairs), CHUNK):
            part = pairs[start : start + CHUNK]
            vectors = self._encoder.encode([text for _, text in part])
            known.update(zip((key for key, _ in part), vectors, strict=True))
            if progress:
                progress(start + len(part), len(pairs))

    def _load(self) -> Known:
        try:
            with np.load(self._path, allow_pickle=False) as file:
                if str(file["identity"]) != self._encoder.identity:
                    log.info("vectors in %s are of another encoder: computing them anew", self._path)
                    return {}
                keys, vectors = file["keys"], file["vectors"]
            if keys.shape != (len(vectors), 16) or keys.dtype != np.uint8:
                raise ValueError("keys do not fit")
            if vectors.ndim != 2 or vectors.dtype != np.float32 or not np.isfinite(vectors).all():
                raise ValueError("vectors do not fit")
        except FileNotFoundError:
            return {}
        except _BROKEN as error:
            log.warning("vectors in %s cannot be read (%s): computing them anew", self._path, error)
            return {}
        return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}

    def _save(self, known: Known) -> None:
        """Writes beside the file and renames. A full disk costs time at the next start, not an answer now."""
        draft = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    identity=np.array(self._encoder.identity),
                    keys=np.frombuffer(b"".join(known), np.uint8).reshape(-1, 16),
                    vectors=np.stack(list(known.values())),
                )
            os.replace(draft, self._path)
        except OSError as error:
            log.warning("vectors cannot be saved to %s: %s", self._path, error)
            if draft:
                Path(draft).unlink(missing_ok=True)


def _key(text: str) -> bytes:
    """16 bytes that stand for the text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
