"""In: config.yml, domain.yml, data/, lexicon/, policy/. Out: a model under var/models, new only when they changed.

python -m bot.dialogue.training          train when missing or stale
python -m bot.dialogue.training --force  train in any case
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.dialogue.light_rasa import without_tensorflow
from bot.errors import SetupError
from bot.settings import ROOT, settings

INPUTS = ("config.yml", "domain.yml", "data", "lexicon", "policy", "bot/understanding")
"""What a model depends on. A policy change does not need training, but its words help new models."""
_SUFFIXES = frozenset({".yml", ".py"})


def fingerprint(root: Path = ROOT) -> str:
    """Sixteen hexadecimal digits that change with any input."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def model_path(root: Path = ROOT) -> Path:
    """Where the model of the present inputs is, or will be."""
    return settings().var_dir / "models" / f"{fingerprint(root)}.tar.gz"


def train(force: bool = False) -> Path:
    """Trains unless the model is there.

    Raises:
        SetupError: the training data are wrong; Rasa's own words are above it on the screen.
    """
    path = model_path()
    if path.exists() and not force:
        return path
    begun = time.perf_counter()
    print("训练模型（几分钟，只在第一次或内容改动后）…", flush=True)
    without_tensorflow()
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as draft:
        # Into a draft folder first: a model that exists is a whole one.
        _train_into(draft, path.name)
        os.replace(Path(draft) / path.name, path)
    _forget_older(path)
    print(f"模型已训练好，用了 {time.perf_counter() - begun:.0f} 秒。", flush=True)
    return path


def _train_into(folder: str, name: str) -> None:
    import rasa.model_training

    result = rasa.model_training.train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / "data")],
        output=folder,
        fixed_model_name=name.removesuffix(".tar.gz"),
        force_training=True,
    )
    if result.code != 0 or not (Path(folder) / name).exists():
        raise SetupError("模型没有训练成，原因写在上面几行。改好后再运行 make train。")


def _forget_older(newest: Path, keep: int = 2) -> None:
    """Two models are kept: the newest, and the one a running server may still read."""
    models = sorted(newest.parent.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[keep:]:
        path.unlink()


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        place = root / name
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (path for path in found if path.suffix in _SUFFIXES and path.is_file())
