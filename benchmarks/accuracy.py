"""In: the training sentences and, when given, a labelled file. Out: how well 来沪通, stock Rasa and two simple readers
understand sentences none of them has seen: on the screen and in var/bench/accuracy.json.

python -m benchmarks.accuracy [FILE.jsonl] [--learn N] [--diet-epochs N] [--selector-epochs N]

Everybody learns the same sentences in the same run: all that our encoder was taught, and a quarter of those it was
not, or N drawn from these. Judged are the other three quarters, whole phrasings that nobody has seen, and the labelled
file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy_floors import nearest_name, original_encoder, regression
from benchmarks.accuracy_stock import Epochs, train_stock
from benchmarks.machine import this_machine
from bot import clock
from bot.messages import Understood
from bot.settings import settings
from bot.understanding import runtime
from bot.understanding.corpus import DANGER, Example, read_examples
from bot.understanding.crossval import LEARNT, as_line, folds, learn
from bot.understanding.evaluate import read_lines
from bot.understanding.figures import Line, evaluate

_QUARTERS = 4
_SEED = 11
_SHOWN = {
    "act": "意图",
    "item_meant_first": "事项排第一",
    "item_meant_among_three": "事项在前三",
    "act_and_item": "意图和事项都对",
    "noisy": "带噪声的都对",
    "out_of_scope_recall": "范围外认出",
    "in_scope_refused": "范围内错拒",
}
_ITEMS_ONLY = ("item_meant_first", "item_meant_among_three")


def sides(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """What everybody learns, and what everybody is judged on (dangers are judged elsewhere)."""
    fold = folds(examples, _QUARTERS)
    learnt = [e for e, own in zip(examples, fold, strict=True) if own in (LEARNT, 0)]
    return learnt, [e for e, own in zip(examples, fold, strict=True) if own > 0 and e.act != DANGER]


def drawn(learnt: Sequence[Example], count: int | None) -> list[Example]:
    """So many of the sentences, by lot and always the same: DIET takes hours over all of them on a small machine.

    One of every act and item is always among them.
    """
    order = [learnt[i] for i in np.random.default_rng(_SEED).permutation(len(learnt))]
    first = {(e.act, e.item_id): e for e in reversed(order)}
    return sorted(order, key=lambda e: first[e.act, e.item_id] is not e)[:count]


def compare(learnt: Sequence[Example], texts: Sequence[str], epochs: Epochs, home: Path) -> dict[str, list[Understood]]:
    """What every reader makes of the texts.

    Raises:
        subprocess.CalledProcessError: stock Rasa could not be trained.
    """
    stock = train_stock(home / "accuracy", learnt, epochs)
    items, encoder = runtime.items(), original_encoder(home / "original")
    ours = learn(learnt)
    return {
        "来沪通": [ours.understand(text, today=clock.today()) for text in texts],
        f"原版 Rasa（DIET {epochs.diet} 轮，ResponseSelector {epochs.selector} 轮）": stock.read(texts),
        "逻辑回归（名称、别名、条文）": regression(encoder, items, texts),
        "最近的别名": nearest_name(encoder, items, texts),
    }


def table(title: str, figures: Mapping[str, Mapping[str, Any]]) -> str:
    """A Markdown table: a row a reader, a column a figure, each with its 95 % interval."""
    columns = {name: label for name, label in _SHOWN.items() if any(own[name]["total"] for own in figures.values())}
    out = [f"### {title}", "", "| | " + " | ".join(columns.values()) + " |", "|---|" + "---|" * len(columns)]
    for reader, own in figures.items():
        hears_acts = own["act"]["right"] > 0
        cells = [_cell(own[name]) if hears_acts or name in _ITEMS_ONLY else "—" for name in columns]
        out.append(f"| {reader} | " + " | ".join(cells) + " |")
    return "\n".join([*out, ""])


def _cell(one: Mapping[str, Any]) -> str:
    return f"{one['share']:.3f} ({one['low']:.3f}–{one['high']:.3f})"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=None)
    parser.add_argument("--learn", type=int, default=None, help="learn only so many sentences; all of them by default")
    parser.add_argument("--diet-epochs", type=int, default=Epochs.diet)
    parser.add_argument("--selector-epochs", type=int, default=Epochs.selector)
    asked = parser.parse_args(arguments)
    home = settings().var_dir / "bench"
    learnt, judged = sides(read_examples(runtime.EXAMPLES))
    learnt = drawn(learnt, asked.learn)
    sets: dict[str, list[Line]] = {f"没见过的说法 {len(judged)} 句": [as_line(e) for e in judged]}
    if asked.file:
        lines = read_lines(asked.file)
        sets[f"标注文件 {len(lines)} 句"] = [*lines]
    texts = [line["text"] for lines in sets.values() for line in lines]
    found = compare(learnt, texts, Epochs(asked.diet_epochs, asked.selector_epochs), home)
    report: dict[str, Any] = {"machine": this_machine(), "learnt": len(learnt)}
    print(f"都学了 {len(learnt)} 句")
    start = 0
    for title, lines in sets.items():
        part = slice(start, start := start + len(lines))
        report[title] = {reader: evaluate(lines, own[part]) for reader, own in found.items()}
        print(table(title, report[title]))
    (home / "accuracy.json").write_text(json.dumps(report, ensure_ascii=False, indent=1, default=str), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
