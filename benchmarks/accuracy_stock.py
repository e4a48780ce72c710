"""In: training sentences, texts to read. Out: what stock Rasa, trained on exactly these sentences, makes of the texts.

Act and item as Rasa's own tutorial for questions and answers would have them: the intent is a retrieval intent
("ask_cost/residence.permit"), DIET hears the act, the ResponseSelector picks the pair of act and item.
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
"""Response key of a sentence about some item that names none."""
_CONFIG = """recipe: default.v1
assistant_id: stock-accuracy
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    entity_recognition: false
    constrain_similarities: true
    random_seed: 7
  - name: ResponseSelector
    epochs: {epochs}
    constrain_similarities: true
    random_seed: 7
"""


@dataclass(frozen=True)
class StockReader:
    """A trained model."""

    home: Path
    """Its folder."""
    epochs: int
    """Of DIET and of the ResponseSelector, each."""
    train_seconds: float
    """How long its training took, on the day it was trained."""

    def read(self, texts: Sequence[str]) -> list[Understood]:
        """What it makes of each text.

        Raises:
            subprocess.CalledProcessError: the reading process failed; its output is on the screen.
        """
        asked, answered = self.home / "texts.json", self.home / "heard.json"
        asked.write_text(json.dumps(list(texts), ensure_ascii=False), "utf-8")
        files = [str(self.home / "stock.tar.gz"), str(asked), str(answered)]
        command = [sys.executable, "-m", "benchmarks.stock_reader", *files]
        subprocess.run(command, env=stock_environment(), stdout=subprocess.DEVNULL, check=True)
        heard = json.loads(answered.read_text("utf-8"))
        return [as_understood(text, one) for text, one in zip(texts, heard, strict=True)]


def as_understood(text: str, heard: Mapping[str, Any]) -> Understood:
    """Stock's answer in our form: the intent is the act; the items come from the ranked response keys.

    >>> as_understood("几钱", {"intent": "ask_cost", "confidence": 0.9, "keys": ["ask_cost/a", "ask_cost/b"]}).item_id
    'a'
    """
    act = str(heard["intent"] or "out_of_scope")
    ranked = list(dict.fromkeys(key.partition("/")[2] for key in heard["keys"]))
    first = ranked[0] if ranked and act in ITEM_ACTS else NO_ITEM
    items = [item for item in ranked if item != NO_ITEM]
    return Understood(
        text=text,
        normalized=text,
        act=act,
        act_confidence=float(heard["confidence"]),
        item_id=None if first == NO_ITEM else first,
        alternatives=tuple(ItemScore(item, 0.0) for item in items if item != first),
        in_scope=act != "out_of_scope",
    )


def intent_of(example: Example) -> str:
    """The sentence's label for stock Rasa.

    >>> intent_of(Example("几钱", "ask_cost", "residence.permit")), intent_of(Example("嗨", "greet"))
    ('ask_cost/residence.permit', 'greet')
    """
    return f"{example.act}/{example.item_id or NO_ITEM}" if example.act in ITEM_ACTS else example.act


def train_stock(home: Path, examples: Sequence[Example], epochs: int) -> StockReader:
    """Trains on these sentences, or takes the model of the last run when nothing has changed.

    Raises:
        subprocess.CalledProcessError: the training failed; train.log in `home` says why.
    """
    home.mkdir(parents=True, exist_ok=True)
    rows = [{"text": e.text, "intent": intent_of(e)} for e in examples]
    keys = sorted({row["intent"] for row in rows if "/" in row["intent"]})
    inputs = {
        "nlu/sentences.json": json.dumps({"rasa_nlu_data": {"common_examples": rows}}, ensure_ascii=False),
        # The selector needs a response for every key it may choose.
        "nlu/responses.yml": yaml.safe_dump(
            {"version": "3.1", "responses": {f"utter_{key}": [{"text": key}] for key in keys}}
        ),
        "config.yml": _CONFIG.format(epochs=epochs),
    }
    key = hashlib.sha256("\0".join(inputs.values()).encode()).hexdigest()
    stamp = home / "stamp.json"
    if stamp.exists() and (known := json.loads(stamp.read_text("utf-8")))["key"] == key:
        return StockReader(home, epochs, known["seconds"])
    for name, text in inputs.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text, "utf-8")
    print(f"原版 Rasa 在学 {len(rows)} 句，{epochs} 轮；日志 {home / 'train.log'}", flush=True)
    seconds = _train(home)
    stamp.write_text(json.dumps({"key": key, "seconds": seconds}), "utf-8")
    return StockReader(home, epochs, seconds)


def _train(home: Path) -> float:
    begun = time.monotonic()
    env = stock_environment() | {"RASA_CACHE_DIRECTORY": str(home / "cache"), "RASA_MAX_CACHE_SIZE": "0"}
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--config", str(home / "config.yml")]
    command += ["--nlu", str(home / "nlu"), "--out", str(home), "--fixed-model-name", "stock"]
    with (home / "train.log").open("wb") as log:
        subprocess.run(command, cwd=home, env=env, stdout=log, stderr=log, check=True)
    return time.monotonic() - begun
