"""In: training sentences, texts to read. Out: what stock Rasa, trained on exactly these sentences, makes of the texts.

Two models, since a sentence of stock Rasa has one label: in one DIET hears the act (an intent each), in the other the
ResponseSelector picks the item, as Rasa's tutorial for questions and answers has it ("item/residence.permit"). One
selector over all pairs of act and item, 1,500 of them, needs several minutes an epoch and was given up.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.stock_model import stock_environment
from bot.messages import ITEM_ACTS, ItemScore, Understood
from bot.understanding.corpus import Example

NO_ITEM = "none"
"""Response key of a sentence that names no item."""
_READS = """recipe: default.v1
assistant_id: stock-accuracy
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
"""
_DIET = """  - name: DIETClassifier
    epochs: {epochs}
    entity_recognition: false
    constrain_similarities: true
    random_seed: 7
"""
_SELECTOR = """  - name: ResponseSelector
    epochs: {epochs}
    constrain_similarities: true
    random_seed: 7
"""


@dataclass(frozen=True)
class Epochs:
    """How often each of stock Rasa's networks sees every sentence. Rasa's own defaults are 300 each: a night here."""

    diet: int = 8
    """DIETClassifier."""
    selector: int = 20
    """ResponseSelector."""


@dataclass(frozen=True)
class StockReader:
    """A trained model."""

    home: Path
    """Its folder."""
    train_seconds: float
    """How long its training took, on the day it was trained."""

    def read(self, texts: Sequence[str]) -> list[Understood]:
        """What it makes of each text.

        Raises:
            subprocess.CalledProcessError: the reading process failed; its output is on the screen.
        """
        acts, items = (self._heard(self.home / part, texts) for part in ("act", "item"))
        return [as_understood(text, act, item) for text, act, item in zip(texts, acts, items, strict=True)]

    @staticmethod
    def _heard(home: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
        asked, answered = home / "texts.json", home / "heard.json"
        asked.write_text(json.dumps(list(texts), ensure_ascii=False), "utf-8")
        command = [sys.executable, "-m", "benchmarks.stock_reader", str(home / "stock.tar.gz"), str(asked)]
        subprocess.run([*command, str(answered)], env=stock_environment(), stdout=subprocess.DEVNULL, check=True)
        heard: list[dict[str, Any]] = json.loads(answered.read_text("utf-8"))
        return heard


def as_understood(text: str, act: Mapping[str, Any], item: Mapping[str, Any]) -> Understood:
    """Stock's answers in our form: the intent of one model is the act, the ranked keys of the other are the items.

    >>> as_understood("几钱", {"intent": "ask_cost", "confidence": 0.9}, {"keys": ["item/a", "item/none"]}).item_id
    'a'
    """
    named = str(act["intent"] or "out_of_scope")
    ranked = [key.partition("/")[2] for key in item["keys"]]
    first = ranked[0] if ranked and named in ITEM_ACTS else NO_ITEM
    return Understood(
        text=text,
        normalized=text,
        act=named,
        act_confidence=float(act["confidence"]),
        item_id=None if first == NO_ITEM else first,
        alternatives=tuple(ItemScore(other, 0.0) for other in ranked if other not in (first, NO_ITEM)),
        in_scope=named != "out_of_scope",
    )


def train_stock(home: Path, examples: Sequence[Example], epochs: Epochs) -> StockReader:
    """Trains both models on these sentences, or takes those of the last run when nothing has changed.

    Raises:
        subprocess.CalledProcessError: a training failed; train.log beside the model says why.
    """
    acts = [(e.text, e.act) for e in examples]
    items = [(e.text, f"item/{e.item_id or NO_ITEM}") for e in examples]
    seconds = _model(home / "act", acts, _READS + _DIET.format(epochs=epochs.diet))
    seconds += _model(home / "item", items, _READS + _SELECTOR.format(epochs=epochs.selector))
    return StockReader(home, seconds)


def _model(home: Path, labelled: Sequence[tuple[str, str]], config: str) -> float:
    """Makes one model; the seconds its training took, on the day it was trained."""
    rows = [{"text": text, "intent": label} for text, label in labelled]
    keys = sorted({label for _, label in labelled if "/" in label})
    responses = {f"utter_{key}": [{"text": key}] for key in keys}
    inputs = {
        "nlu/sentences.json": json.dumps({"rasa_nlu_data": {"common_examples": rows}}, ensure_ascii=False),
        # The selector needs a response for every key it may choose.
        "nlu/responses.yml": yaml.safe_dump({"version": "3.1", "responses": responses}),
        "config.yml": config,
    }
    key = hashlib.sha256("\0".join(inputs.values()).encode()).hexdigest()
    stamp = home / "stamp.json"
    if stamp.exists() and (known := json.loads(stamp.read_text("utf-8")))["key"] == key:
        return float(known["seconds"])
    for name, text in inputs.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")
    print(f"原版 Rasa 在学 {len(rows)} 句；日志 {home / 'train.log'}", flush=True)
    seconds = _train(home)
    stamp.write_text(json.dumps({"key": key, "seconds": seconds}), "utf-8")
    return seconds


def _train(home: Path) -> float:
    begun = time.monotonic()
    env = stock_environment() | {"RASA_CACHE_DIRECTORY": str(home / "cache"), "RASA_MAX_CACHE_SIZE": "0"}
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--config", str(home / "config.yml")]
    command += ["--nlu", str(home / "nlu"), "--out", str(home), "--fixed-model-name", "stock"]
    with (home / "train.log").open("wb") as log:
        subprocess.run(command, cwd=home, env=env, stdout=log, stderr=log, check=True)
    return time.monotonic() - begun
