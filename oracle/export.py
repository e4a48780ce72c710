"""In: schemes/. Out: for each scheme a JSON file of its rules and an .npz of random people with our verdicts.

python -m oracle.export FOLDER [--people 100000] [--partial 2000]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.eligibility.batch import people, verdicts
from services.eligibility.facts.models import Fact
from services.eligibility.files import SchemeBook, shipped_book
from services.eligibility.models import Node
from services.eligibility.outcome.counter import Counter
from services.eligibility.rules.compiler import Rule, facts_of
from services.eligibility.scheme import OnDay, Scheme

DAY = date(2026, 11, 23)
MOST_COMPLETIONS = 256
"""A partial person with more completions than this is drawn again."""
_DATES = (date(1950, 1, 1).toordinal(), DAY.toordinal())
Columns = dict[str, npt.NDArray[np.float64]]


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m oracle.export", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--partial", type=int, default=2_000)
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    book = shipped_book()
    for name, scheme in book.schemes.items():
        exported = Export(book, scheme)
        (asked.folder / f"{name}.json").write_text(json.dumps(exported.rules(), ensure_ascii=False), "utf-8")
        np.savez(asked.folder / f"{name}.npz", **exported.people(asked.people), **exported.partial(asked.partial))
    print(f"{len(book.schemes)} 个方案写到 {asked.folder}")
    return 0


class Export:
    """One scheme as data, and people for it.

    Args:
        book: for the catalogue.
        scheme: what to export.
    """

    def __init__(self, book: SchemeBook, scheme: Scheme) -> None:
        self._facts: Mapping[str, Fact] = book.facts
        self._day = max(DAY, scheme.since)
        self._today: OnDay = scheme.on(min(self._day, scheme.stale_since()))
        self._doubts: list[Rule] = []
        self._root = self._tree(self._today.rule)
        self._names = list(dict.fromkeys(self._used(scheme)))
        self._draw = np.random.default_rng(int.from_bytes(scheme.file.id.encode()[:6], "big"))
        self._sums = any(rule.node.score for rule in self._today.rule.conditions())

    def rules(self) -> dict[str, Any]:
        """The scheme's conditions with every bound resolved."""
        counter = self._today.counter
        return {
            "root": self._root,
            "doubts": len(self._doubts),
            "facts": {name: self._facts[name].type for name in self._names},
            "lines": [self._line(counter, place) for place in range(len(counter.lines))] if counter else [],
            "floor": counter.outcome.floor if counter else None,
            "parameters": {name: worth.value for name, worth in self._today.worths.items()},
        }

    def people(self, count: int) -> Columns:
        """Complete random people ("fact:<id>") and our verdicts ("ours")."""
        columns = {name: self._drawn(name, count) for name in self._names}
        found = {f"fact:{name}": column for name, column in columns.items()}
        ours = verdicts(self._today, self._facts, columns, count)
        return {**found, "ours": ours.astype(np.float64)}

    def partial(self, count: int) -> Columns:
        """People of whom up to three facts are unknown: one row for each completion ("part:<id>"), which person a
        row belongs to ("part_of"), and our exact verdict of each person ("part_ours").
        """
        rows: list[list[float]] = []
        owners: list[int] = []
        ours: list[float] = []
        while len(ours) < count and self._names and not self._sums:
            person = {name: float(self._drawn(name, 1)[0]) for name in self._names}
            unknown = self._draw.choice(self._names, min(3, len(self._names)), replace=False)
            cells = [self._marks(name) for name in unknown]
            if np.prod([len(cell) for cell in cells]) > MOST_COMPLETIONS:
                unknown, cells = unknown[:1], cells[:1]
            for completion in product(*cells):
                filled = {**person, **dict(zip(unknown, completion, strict=True))}
                rows.append([filled[name] for name in self._names])
                owners.append(len(ours))
            told = {name: np.array([number]) for name, number in person.items() if name not in unknown}
            ours.append(float(self._today.exact.judge(next(people(self._facts, told, 1)))))
        table = np.array(rows, np.float64).reshape(len(rows), len(self._names))
        columns = {f"part:{name}": table[:, place] for place, name in enumerate(self._names)}
        return {**columns, "part_of": np.array(owners, np.float64), "part_ours": np.array(ours, np.float64)}

    def _used(self, scheme: Scheme) -> Iterator[str]:
        yield from facts_of(scheme.file.needs)
        if any(rule.node.score for rule in self._today.rule.conditions()):
            yield from scheme.order

    def _tree(self, rule: Rule) -> dict[str, Any]:
        node = rule.node
        if rule.parts:
            kind = "not" if node.not_ else "all" if node.all else "any" if node.any else "count"
            exceptions = [{"when": self._tree(when), "then": then} for when, then in rule.exceptions]
            parts = [self._tree(part) for part in rule.parts]
            return {"kind": kind, "count": node.count, "parts": parts, "exceptions": exceptions}
        if rule.doubt:
            self._doubts.append(rule)
            return {"kind": "doubt", "place": len(self._doubts) - 1}
        comparison = str(node.comparison)
        if comparison in ("equals", "one_of"):
            wanted = node.one_of if node.one_of is not None else (node.equals,)
            return {"kind": "in", "fact": node.fact, "values": [self._number(node, one) for one in wanted]}
        return {"kind": comparison, "fact": node.fact, "score": bool(node.score), "bound": rule.edge}

    def _line(self, counter: Counter, place: int) -> dict[str, Any]:
        counted = counter.lines[place]
        line = counted.line
        choices = list(self._facts[line.table].choices) if line.table else []
        return {
            "formula": line.formula,
            "table": line.table,
            "scores": [line.scores[choice] for choice in choices],
            "over": line.over,
            "steps": [list(step) for step in line.steps],
            "group": line.group,
            "when": self._tree(counted.when) if counted.when else None,
        }

    def _number(self, node: Node, value: Any) -> float:
        """A value as the columns hold it."""
        fact = self._facts[str(node.fact)]
        return float(list(fact.choices).index(value)) if fact.choices else float(value)

    def _marks(self, name: str) -> list[float]:
        """Every value at which something may change, and those beside it."""
        fact = self._facts[name]
        if fact.type == "bool":
            return [0.0, 1.0]
        if fact.choices:
            return [float(place) for place in range(len(fact.choices))]
        low, high = fact.range or _DATES
        edges = {c.edge for c in self._today.rule.conditions() if c.node.fact == name and c.edge is not None}
        step = 0.5 if fact.type == "number" else 1.0
        around = {edge + move for edge in edges for move in (-step, 0.0, step)} | {float(low), float(high)}
        return sorted(mark for mark in around if low <= mark <= high)

    def _drawn(self, name: str, count: int) -> npt.NDArray[np.float64]:
        """Half near the bounds, half anywhere."""
        fact, marks = self._facts[name], np.array(self._marks(name))
        near = self._draw.choice(marks, count)
        if fact.type == "bool" or fact.choices:
            return near
        low, high = fact.range or _DATES
        far = self._draw.integers(int(low), int(high) + 1, count).astype(np.float64)
        return np.where(self._draw.random(count) < 0.5, near, far)


if __name__ == "__main__":
    sys.exit(main())
