"""In: the stock assistant's files and our sentences. Out: its trained model, made again when one of them changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stock_corpus import read_names, sample, training_file
from bot.understanding.corpus import read_examples

ROOT = Path(__file__).resolve().parent.parent
STOCK = Path(__file__).resolve().parent / "stock_rasa"
TRAINED_FROM = ("config.yml", "domain.yml", "data/rules.yml", "data/stories.yml")


@dataclass(frozen=True)
class StockModel:
    """A trained stock model."""

    file: Path
    """What `rasa run --model` takes."""
    sentences: int
    """Sentences it was trained on."""
    train_seconds: float
    """How long its training took, on the day it was trained."""


def stock_environment() -> dict[str, str]:
    """The environment stock Rasa runs in: as it comes, without the settings that our server profits from."""
    env = {name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "PYTHONPATH")}
    # Without a network the usage reports would only add waiting; the last two keep the log readable.
    return env | {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def stock_model(home: Path, keep: bool = False) -> StockModel:
    """Trains the stock assistant, or takes the model of the last run.

    Args:
        home: folder for the training file, the model and the log.
        keep: take the last model even when the sentences have changed since.

    Raises:
        subprocess.CalledProcessError: the training failed; the log says why.
    """
    home.mkdir(parents=True, exist_ok=True)
    model, stamp = home / "stock.tar.gz", home / "stock.stamp"
    chosen = sample(read_examples(ROOT / "data" / "nlu"))
    text = training_file(chosen, read_names(ROOT / "policy"))
    inputs = [text.encode(), *((STOCK / name).read_bytes() for name in TRAINED_FROM)]
    key = hashlib.sha256(b"\0".join(inputs)).hexdigest()
    known = stamp.read_text("utf-8").split() if model.exists() and stamp.exists() else []
    if known and (keep or known[0] == key):
        return StockModel(model, int(known[1]), float(known[2]))
    (home / "nlu.yml").write_text(text, "utf-8")
    print(f"Training the stock assistant on {len(chosen)} sentences; log: {home / 'train.log'}", flush=True)
    seconds = _train(home)
    stamp.write_text(f"{key} {len(chosen)} {seconds:.0f}\n", "utf-8")
    return StockModel(model, len(chosen), seconds)


def _train(home: Path) -> float:
    """Seconds that `rasa train` took."""
    begun = time.monotonic()
    # Rasa's cache of half-done trainings would make the next duration meaningless.
    env = stock_environment() | {"RASA_CACHE_DIRECTORY": str(home / "cache"), "RASA_MAX_CACHE_SIZE": "0"}
    command = [sys.executable, "-m", "rasa", "train", "--config", str(STOCK / "config.yml")]
    command += ["--domain", str(STOCK / "domain.yml"), "--data", str(STOCK / "data"), str(home / "nlu.yml")]
    command += ["--out", str(home), "--fixed-model-name", "stock", "--augmentation", "0"]
    with (home / "train.log").open("wb") as log:
        subprocess.run(command, cwd=home, env=env, stdout=log, stderr=log, check=True)
    shutil.rmtree(home / "cache", ignore_errors=True)
    return time.monotonic() - begun
