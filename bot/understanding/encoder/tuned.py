"""In: the encoder's own layers, as tuning left them. Out: a file of eight-bit weights in the project; and back.

Every linear map is stored as the int8 product will use it: one scale for each output channel. Building the network
from the file therefore changes no weight.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.errors import SetupError
from bot.understanding.encoder.weights import Floats

FILE = Path(__file__).with_name("tuned.npz")
"""What `python -m bot.understanding.tuning` wrote."""
_MAP = ".w"
_CENTRE = "centre"


@dataclass(frozen=True)
class Tuned:
    """The layers of the encoder, and the point its vectors are measured from."""

    tensors: Mapping[str, Floats]
    """"l0.q.w" [out, in] and so on, named as in weights.py; layers are numbered anew from 0."""
    centre: Floats
    """Mean vector of the training sentences before it is brought to length 1, float32 [384]."""

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return len({name.split(".")[0] for name in self.tensors})

    def save(self, path: Path = FILE) -> None:
        """Writes the file: linear maps as int8 with a scale for each output, the rest as float32."""
        arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {_CENTRE: self.centre}
        for name, values in self.tensors.items():
            if _is_map(name, values):
                scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12) / 127
                arrays[f"{name}.int8"] = np.rint(values / scale).astype(np.int8)
                arrays[f"{name}.scale"] = scale.astype(np.float32)
            else:
                arrays[name] = values.astype(np.float32)
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path = FILE) -> Tuned:
        """Reads what `save` wrote.

        Raises:
            SetupError: it cannot be read.
        """
        tensors: dict[str, Floats] = {}
        try:
            with np.load(path, allow_pickle=False) as file:
                for name in file.files:
                    if name.endswith(".int8"):
                        whole = name.removesuffix(".int8")
                        tensors[whole] = file[name].astype(np.float32) * file[f"{whole}.scale"]
                    elif not name.endswith(".scale") and name != _CENTRE:
                        tensors[name] = file[name]
                return cls(tensors, file[_CENTRE])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise SetupError(f"句向量模型文件 {path.name} 不能读：请重新下载本项目。") from error


def _is_map(name: str, values: Floats) -> bool:
    return name.endswith(_MAP) and values.ndim == 2
