"""In: the files of export.py. Out: how often OpenFisca disagrees with our verdicts; exit code 1 if ever.

Runs in an environment of its own and imports nothing of ours: each condition is an OpenFisca variable, groups are
variables over them, and people are OpenFisca persons.

python openfisca_side.py FOLDER [--time]
"""

from __future__ import annotations

import ast
import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

MONTH = "2026-11"
MOST_DOUBTS = 6
"""With more unsure conditions than this not all their combinations are tried, only the two extremes."""
Formula = Callable[[Any, Any], Any]
COMPARE: dict[str, Callable[[Any, float], Any]] = {
    "at_least": np.greater_equal, "on_or_after": np.greater_equal, "within": np.greater_equal, "over": np.greater,
    "at_most": np.less_equal, "on_or_before": np.less_equal, "past": np.less_equal, "under": np.less,
}  # fmt: skip


class Translated:
    """A scheme as an OpenFisca system."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self.rules = rules
        self.person = build_entity(key="person", plural="persons", label="a person", is_person=True)
        self.system = TaxBenefitSystem([self.person])
        self._numbers = itertools.count()
        for name in rules["facts"]:
            self._add(f"fact_{name}", float)
        for place in range(rules["doubts"]):
            self._add(f"doubt_{place}", bool)
        lines = [self._line(line) for line in rules["lines"]]
        self.total = self._variable(float, self._total(lines))
        self.verdict = self._tree(rules["root"])

    def judge(self, facts: dict[str, Any], doubts: tuple[bool, ...], count: int) -> Any:
        """The verdict of every person, bool [count]."""
        builder = SimulationBuilder()
        builder.create_entities(self.system)
        builder.declare_person_entity("person", list(range(count)))
        simulation = builder.build(self.system)
        for name, column in facts.items():
            simulation.set_input(f"fact_{name}", MONTH, column)
        for place, doubt in enumerate(doubts):
            simulation.set_input(f"doubt_{place}", MONTH, np.full(count, doubt))
        return simulation.calculate(self.verdict, MONTH)

    def _add(self, name: str, kind: type, formula: Formula | None = None) -> None:
        body: dict[str, Any] = {
            "value_type": kind, "entity": self.person, "definition_period": DateUnit.MONTH, "label": name,
        }  # fmt: skip
        if formula is not None:
            body["formula"] = formula
        self.system.add_variable(type(name, (Variable,), body))

    def _variable(self, kind: type, formula: Formula) -> str:
        name = f"rule_{next(self._numbers)}"
        self._add(name, kind, lambda person, period: formula(person, period))
        return name

    def _tree(self, node: dict[str, Any]) -> str:
        kind = node["kind"]
        if kind == "doubt":
            return f"doubt_{node['place']}"
        if kind == "in":
            fact, values = f"fact_{node['fact']}", node["values"]
            return self._variable(bool, lambda person, period: np.isin(person(fact, period), values))
        if kind in COMPARE:
            looked_at = self.total if node["score"] else f"fact_{node['fact']}"
            compare, bound = COMPARE[kind], node["bound"]
            return self._variable(bool, lambda person, period: compare(person(looked_at, period), bound))
        parts = [self._tree(part) for part in node["parts"]]
        name = self._variable(bool, _group(kind, parts, node["count"]))
        for exception in node["exceptions"]:
            name = self._variable(bool, _exception(name, self._tree(exception["when"]), exception["then"]))
        return name

    def _line(self, line: dict[str, Any]) -> tuple[str, str | None]:
        amount = self._amount(line)
        if line["when"] is None:
            return self._variable(float, amount), line["group"]
        when = self._tree(line["when"])
        return self._variable(float, lambda p, t: np.where(p(when, t), amount(p, t), 0.0)), line["group"]

    def _amount(self, line: dict[str, Any]) -> Formula:
        if line["formula"]:
            tree = ast.parse(line["formula"], mode="eval").body
            return lambda person, period: self._arithmetic(tree, person, period)
        if line["table"]:
            fact, scores = f"fact_{line['table']}", np.array(line["scores"], float)
            return lambda person, period: scores[person(fact, period).astype(int)]
        fact, steps = f"fact_{line['over']}", line["steps"]

        def climbed(person: Any, period: Any) -> Any:
            number = person(fact, period)
            conditions = [number >= start for start, _ in reversed(steps)]
            return np.select(conditions, [amount for _, amount in reversed(steps)], 0.0)

        return climbed

    def _arithmetic(self, node: ast.expr, person: Any, period: Any) -> Any:
        if isinstance(node, ast.Constant):
            return float(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            if node.id in self.rules["parameters"]:
                return self.rules["parameters"][node.id]
            return person(f"fact_{node.id}", period).astype(float)
        if isinstance(node, ast.UnaryOp):
            return -self._arithmetic(node.operand, person, period)
        if isinstance(node, ast.BinOp):
            a, b = (self._arithmetic(side, person, period) for side in (node.left, node.right))
            signs = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide}
            return signs[type(node.op)](a, b)  # type: ignore[index]
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        values = [self._arithmetic(argument, person, period) for argument in node.args]
        if node.func.id in ("floor", "ceil"):
            return getattr(np, node.func.id)(np.round(values[0], 9))
        pick = np.minimum if node.func.id == "min" else np.maximum
        found = values[0]
        for value in values[1:]:
            found = pick(found, value)
        return found

    def _total(self, lines: list[tuple[str, str | None]]) -> Formula:
        floor = self.rules["floor"]

        def summed(person: Any, period: Any) -> Any:
            alone = [person(name, period).astype(float) for name, group in lines if group is None]
            groups: dict[str, list[Any]] = {}
            for name, group in lines:
                if group is not None:
                    groups.setdefault(group, []).append(person(name, period).astype(float))
            whole = (
                sum(alone) + sum(np.max(np.stack(parts), axis=0) for parts in groups.values()) + np.zeros(person.count)
            )
            return np.maximum(whole, floor) if floor is not None else whole

        return summed


def _group(kind: str, parts: list[str], count: int | None) -> Formula:
    def formula(person: Any, period: Any) -> Any:
        values = np.stack([person(part, period) for part in parts])
        if kind == "not":
            return ~values[0]
        wanted = {"all": len(parts), "any": 1}.get(kind, count)
        return values.sum(axis=0) >= wanted

    return formula


def _exception(rule: str, when: str, then: int) -> Formula:
    return lambda person, period: np.where(person(when, period), then > 0, person(rule, period))


def disagreements(folder: Path, name: str) -> tuple[int, int, int]:
    """People compared, people judged differently, and partial people judged differently."""
    scheme = Translated(json.loads((folder / f"{name}.json").read_text("utf-8")))
    data = np.load(folder / f"{name}.npz")
    ours, facts = data["ours"], {key[5:]: data[key] for key in data.files if key.startswith("fact:")}
    wrong = int((_decided(scheme, facts, len(ours)) != ours).sum())
    owners, partly = data["part_of"].astype(int), data["part_ours"]
    if not len(partly):
        return len(ours), wrong, 0
    rows = {key[5:]: data[key] for key in data.files if key.startswith("part:")}
    each = _decided(scheme, rows, len(owners))
    low, high = np.full(len(partly), 2.0), np.full(len(partly), -2.0)
    np.minimum.at(low, owners, each)
    np.maximum.at(high, owners, each)
    return len(ours), wrong, int((np.where(low == high, low, 0.0) != partly).sum())


def _decided(scheme: Translated, facts: dict[str, Any], count: int) -> Any:
    """1, -1, or 0 where the verdict hangs on an unsure condition."""
    number = scheme.rules["doubts"]
    tried = list(itertools.product((False, True), repeat=number)) if number <= MOST_DOUBTS else []
    tried = tried or [(False,) * number, (True,) * number]
    verdicts = np.stack([np.where(scheme.judge(facts, doubts, count), 1.0, -1.0) for doubts in tried])
    return np.where(verdicts.min(axis=0) == verdicts.max(axis=0), verdicts[0], 0.0)


def speed(folder: Path) -> str:
    """Verdicts a second of the scheme in the folder, one person and all at once; the fastest of seven rounds."""
    scheme = Translated(json.loads((folder / "scheme.json").read_text("utf-8")))
    data = np.load(folder / "scheme.npz")
    facts = {key[5:]: data[key] for key in data.files if key.startswith("fact:")}
    first = {name: column[:1] for name, column in facts.items()}
    doubts = (False,) * scheme.rules["doubts"]
    whole = len(data["ours"])
    alone = min(_seconds(scheme, first, doubts, 1) for _ in range(7))
    together = min(_seconds(scheme, facts, doubts, whole) for _ in range(7))
    return f"OpenFisca：单人 {1 / alone:,.0f} 次/秒；成批 {whole / together:,.0f} 次/秒"


def _seconds(scheme: Translated, facts: dict[str, Any], doubts: tuple[bool, ...], count: int) -> float:
    begun = time.perf_counter()
    scheme.judge(facts, doubts, count)
    return time.perf_counter() - begun


def main(folder: Path) -> int:
    """Every scheme; returns the exit status."""
    people = wrong = partly = 0
    for path in sorted(folder.glob("*.json")):
        counted, different, partial = disagreements(folder, path.stem)
        people, wrong, partly = people + counted, wrong + different, partly + partial
        if different or partial:
            print(f"{path.stem}: {different} people, {partial} partial people judged differently")
    print(f"{people} people: {wrong} judged differently; partial people: {partly} judged differently")
    return 1 if wrong or partly or not people else 0


if __name__ == "__main__":
    if "--time" in sys.argv:
        print(speed(Path(sys.argv[1])))
    else:
        sys.exit(main(Path(sys.argv[1])))
