"""In: the training sentences. Out: how well sentences nobody trained on are understood, and likely label errors.

python -m bot.understanding.crossval [--folds 5] [--first N] [--noise]

Judged are only sentences the encoder was not taught (corpus.held_out); those that are nearly the same stay in one
fold. A fold is trained on everything else and runs the whole station, end to end. Written to
var/crossval.json, the calibration curve to var/crossval.svg.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot import clock
from bot.errors import LaihutongError
from bot.messages import Understood
from bot.understanding import noise_report, runtime
from bot.understanding.corpus import DANGER, Example, held_out, read_examples
from bot.understanding.evaluate import as_text, write
from bot.understanding.figures import evaluate, share
from bot.understanding.fusion import Index
from bot.understanding.ngrams import GramIndex
from bot.understanding.normalize import normalize
from bot.understanding.pipeline import Understander
from bot.understanding.training import train

LEARNT = -1
"""Fold of sentences that are only trained on."""
_SEED = 7
_NEARLY_SAME = 0.6
_SURE = 0.8
_BLOCK = 1024


def groups(texts: Sequence[str]) -> Index:
    """A number for each text; texts that share most of their character pairs (directly or through others) share it."""
    rows = GramIndex.fit((list(text) for text in texts), 2).rows([list(text) for text in texts])
    group = np.arange(len(texts))
    for start in range(0, len(texts), _BLOCK):
        near = (rows[start : start + _BLOCK] @ rows.T).tocoo()
        for one, other in zip(near.row[near.data > _NEARLY_SAME], near.col[near.data > _NEARLY_SAME], strict=True):
            first, second = sorted((group[start + one], group[other]))
            if first != second:
                group[group == second] = first
    return group


def folds(examples: Sequence[Example], count: int) -> Index:
    """The fold of each sentence; LEARNT for those the encoder was taught, and for what is nearly the same as these."""
    group = groups([normalize(example.text) for example in examples])
    drawn = np.random.default_rng(_SEED).integers(0, count, len(examples))
    fold: Index = drawn[group]
    taught = {own for example, own in zip(examples, group, strict=True) if not held_out(example.text)}
    fold[[own in taught for own in group]] = LEARNT
    return fold


def learn(seen: Sequence[Example]) -> Understander:
    """A reader that has learnt these sentences and no others; without facts."""
    parts, items = runtime.parts(), runtime.items()

    def encode(texts: Sequence[str]) -> Any:
        return parts.vectors.vectors(texts)

    trained = train(seen, items, encode, parts.encoder.identity, parts.lexicon, parts.cache)
    return Understander(trained.model, items, parts.encode, parts.lexicon, None, parts.cache)


def split(examples: Sequence[Example], fold: Index, number: int) -> tuple[list[Example], list[Example]]:
    """The sentences outside one fold, and those in it."""
    seen = [example for example, own in zip(examples, fold, strict=True) if own != number]
    return seen, [example for example, own in zip(examples, fold, strict=True) if own == number]


def as_line(example: Example) -> dict[str, Any]:
    """A training sentence as a line of a labelled file."""
    outside = example.act == "out_of_scope"
    acts, items = [example.act, *example.also_acts], [example.item_id, *example.also_items]
    return {"text": example.text, "act": acts, "item_id": items, "in_scope": not outside}


def report(examples: Sequence[Example], found: Sequence[Understood]) -> dict[str, Any]:
    """Figures of evaluate, those of danger, and the sentences whose label the model confidently denies."""
    danger = [u.alert is not None for e, u in zip(examples, found, strict=True) if e.act == DANGER]
    calm = [u.alert is not None for e, u in zip(examples, found, strict=True) if e.act != DANGER]
    peaceful = [(e, u) for e, u in zip(examples, found, strict=True) if e.act != DANGER]
    figures = evaluate([as_line(e) for e, _ in peaceful], [u for _, u in peaceful])
    for name, alarms in (("danger_heard", danger), ("false_alarms", calm)):
        figures[name] = share(sum(alarms), len(alarms))
    figures["doubtful_labels"] = [
        {"text": e.text, "label": [e.act, e.item_id], "found": [u.act, u.item_id]}
        for e, u in peaceful
        if (u.act not in (e.act, *e.also_acts) and u.act_confidence > _SURE)
        or (u.item_id not in (e.item_id, *e.also_items) and u.item_score > _SURE)
    ]
    return figures


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.crossval", description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--first", type=int, default=None, help="run only the first N folds")
    parser.add_argument("--noise", action="store_true", help="also read each fold with noise of every kind")
    options = parser.parse_args(arguments)
    try:
        examples = read_examples(runtime.EXAMPLES)
        fold = folds(examples, options.folds)
        unseen: list[Example] = []
        found: list[Understood] = []
        noises: list[dict[str, dict[str, Any]]] = []
        for number in range(options.first or options.folds):
            seen, own = split(examples, fold, number)
            reader = learn(seen)
            unseen, found = unseen + own, found + [reader.understand(e.text, today=clock.today()) for e in own]
            if options.noise:
                noises.append(noise_report.under_noise([as_line(e) for e in own if e.act != DANGER], reader.understand))
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    figures = report(unseen, found)
    print(as_text(figures))
    if noises:
        figures["under_noise"] = noise_report.merged(noises)
        print(noise_report.as_text(figures["under_noise"]))
    write(figures, "crossval")
    print(f"标注存疑 {len(figures['doubtful_labels'])} 句，见 var/crossval.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
