"""In: what training found. Out: the same on disk and back: one folder with model.npz and model.json, no pickle."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.errors import SetupError
from bot.understanding.features import Features
from bot.understanding.fusion import Index
from bot.understanding.ngrams import Floats, GramIndex

FORMAT = 1
"""Raise it when older files can no longer be read."""
FILES = _ARRAYS, _NOTES = "model.npz", "model.json"
Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Model:
    """Everything learnt from the training sentences."""

    encoder: str
    """Identity of the encoder whose vectors are inside; another encoder's do not fit."""
    items: tuple[str, ...]
    """Ids of the items with training sentences; the column after them is "no item"."""
    heads: tuple[str, ...]
    """Acts and alerts, as columns after the items."""
    words: dict[str, int]
    """How often people used each word."""
    foreign_scope: tuple[float, float, float]
    """Of the scope decision: weights of the act's log-odds and of the best item, and the offset."""
    danger_threshold: float
    """Summed score of the alerts from which on one is raised."""
    scale: float
    """Factor that makes act scores honest probabilities."""
    mean: Floats
    """Mean training vector [384]."""
    spelling: GramIndex
    """Character n-grams."""
    sound: GramIndex
    """Syllable n-grams."""
    exemplars: Features
    """The training sentences."""
    owners: Index
    """Item column of each training sentence."""
    coefficients: Floats
    """Kernel model [sentences, items + 1 + heads]."""
    offsets: Floats
    """Offset of each head that makes probabilities honest."""
    act_table: Floats
    """P(item | head) [heads, items + 1]."""
    fusion: Floats
    """Weight of each kind of evidence."""

    def save(self, folder: Path) -> None:
        """Writes both files beside their final names and renames them; a reader never sees half a model."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: Arrays = {}
        notes: dict[str, Any] = {"format": FORMAT}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                arrays[entry.name] = value
            elif isinstance(value, GramIndex):
                arrays |= {f"{entry.name}.{name}": part for name, part in value.arrays().items()}
            elif isinstance(value, Features):
                arrays |= _feature_arrays(value, entry.name)
            else:
                notes[entry.name] = value
        with _replacing(folder / _ARRAYS) as path, path.open("wb") as file:
            np.savez(file, **arrays)
        with _replacing(folder / _NOTES) as path:
            path.write_text(json.dumps(notes, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Model:
        """The model in `folder`.

        Raises:
            SetupError: there is none, it is broken, or it is of another version.
        """
        try:
            notes = json.loads((folder / _NOTES).read_text("utf-8"))
            with np.load(folder / _ARRAYS, allow_pickle=False) as file:
                arrays: Arrays = {name: file[name] for name in file.files}
            if notes.pop("format") != FORMAT:
                raise ValueError("another format")
            # Whether names and types fit is checked by what is in the files, not by what mypy can see.
            values: dict[str, Any] = {name: value for name, value in arrays.items() if "." not in name}
            values |= {name: tuple(value) if isinstance(value, list) else value for name, value in notes.items()}
            values["spelling"] = GramIndex.from_arrays(_part(arrays, "spelling"))
            values["sound"] = GramIndex.from_arrays(_part(arrays, "sound"))
            values["exemplars"] = _features(_part(arrays, "exemplars"))
            return cls(**values)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise SetupError(f"{folder} 里没有能用的理解模型：请先运行 make train。") from error


class _replacing:
    """A path beside `path` that takes its place when all went well."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Path:
        handle, draft = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        os.close(handle)
        self._draft = Path(draft)
        self._draft.chmod(0o644)
        return self._draft

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            os.replace(self._draft, self._path)
        else:
            self._draft.unlink(missing_ok=True)


def _part(arrays: Arrays, name: str) -> Arrays:
    return {key[len(name) + 1 :]: value for key, value in arrays.items() if key.startswith(name + ".")}


def _feature_arrays(features: Features, name: str) -> Arrays:
    arrays: Arrays = {f"{name}.meaning": features.meaning}
    for kind, matrix in (("spelling", features.spelling), ("sound", features.sound)):
        for part in ("data", "indices", "indptr", "shape"):
            arrays[f"{name}.{kind}.{part}"] = np.asarray(getattr(matrix, part))
    return arrays


def _features(arrays: Arrays) -> Features:
    return Features(
        arrays["meaning"].astype(np.float32), _sparse(_part(arrays, "spelling")), _sparse(_part(arrays, "sound"))
    )


def _sparse(arrays: Arrays) -> csr_matrix:
    shape = tuple(int(size) for size in arrays["shape"])
    return csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)


def content_digest(folder: Path) -> str:
    """Changes with what a model folder holds.

    Raises:
        SetupError: no model in `folder`.
    """
    try:
        return hashlib.sha256(
            b"".join(hashlib.sha256((folder / name).read_bytes()).digest() for name in FILES)
        ).hexdigest()
    except OSError as error:
        raise SetupError("没有训练好的理解模型：请先运行 make train。") from error
