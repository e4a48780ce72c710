"""In: labelled sentences. Out: how many of the facts heard are right, how many of those said are heard, and every miss.

python -m bot.understanding.facts.measure FILE.yml … [--quiet]

The format is that of tests/understanding/facts/sentences.yml: text, facts, asked (the fact just asked for), also (said
between the lines: may be heard, need not). Heard as the product hears: the sentence whole, and parted at its spaces.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.understanding.facts.finder import FactFinder
from bot.understanding.figures import fact_figures
from bot.understanding.normalize import normalize, parted

TODAY = date(2026, 11, 23)
"""The day the labels count from."""

Facts = dict[str, Any]


def read_cases(files: Sequence[Path]) -> list[dict[str, Any]]:
    """The labelled sentences of the files; dates as text, as facts hold them."""
    cases = [case for file in files for case in yaml.safe_load(file.read_text("utf-8"))]
    for case in cases:
        case["facts"] = {k: v.isoformat() if isinstance(v, date) else v for k, v in case["facts"].items()}
    return cases


def hear(finder: FactFinder, case: Mapping[str, Any]) -> Facts:
    """What is heard in a case, without what may be heard and need not."""
    text = case["text"]
    clauses = parted(text)
    more = finder.find(normalize(clauses), TODAY).facts if clauses else {}
    heard = {**more, **finder.find(normalize(text), TODAY, case.get("asked")).facts}
    return {name: value for name, value in heard.items() if name not in case.get("also", ())}


def measure(cases: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """The figures of bot/understanding/figures.py, and a line for every sentence not heard exactly."""
    finder = FactFinder()
    pairs = [(case["facts"], hear(finder, case)) for case in cases]
    wrong = [_difference(case, *pair) for case, pair in zip(cases, pairs, strict=True) if pair[0] != pair[1]]
    return fact_figures(pairs), wrong


def _difference(case: Mapping[str, Any], said: Facts, heard: Facts) -> str:
    missed = {k: v for k, v in said.items() if heard.get(k) != v}
    false = {k: v for k, v in heard.items() if said.get(k) != v}
    asked = f" [{case['asked']}]" if "asked" in case else ""
    return f"{case['text']}{asked}\n    said {missed}\n    heard {false}"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.facts.measure", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--quiet", action="store_true", help="figures only")
    options = parser.parse_args(arguments)
    try:
        cases = read_cases(options.files)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        print(f"读不懂这个文件：{error}", file=sys.stderr)
        return 1
    figures, wrong = measure(cases)
    for line in [] if options.quiet else wrong:
        print(line)
    for name, figure in figures.items():
        print(f"{name:<16}{figure['share']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]", end="  ")
        print(f"{figure['right']}/{figure['total']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
