"""In: the data folders of a project. Out: all that a clerk should look at, printed; exit code 1 if something is wrong.

python -m services.knowledge.check        (make check-data)
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TypeVar

from bot.clock import today
from bot.errors import DataError
from bot.settings import ROOT
from services.knowledge import findings, reference_files
from services.knowledge.files import load_items
from services.knowledge.findings import Finding
from services.knowledge.reference_models import Hotline, OpeningHours, VenueKind

Record = TypeVar("Record")

_NAMED_ITEM = re.compile(r"""\bitem(?:_id)?["']?:\s*["']?([a-z0-9_]+(?:\.[a-z0-9_]+)+)""", re.ASCII)
_NAMING_FOLDERS = ("data", "schemes", "places")
"""Folders whose files may name items, as "item: …" or "item_id: …"."""


@dataclass(frozen=True)
class Report:
    """The outcome of a check."""

    items: int
    """How many items were read."""
    found: tuple[Finding, ...]
    """Everything found, errors first."""

    @property
    def errors(self) -> int:
        """How many findings must be put right."""
        return sum(one.level == "error" for one in self.found)

    def text(self) -> str:
        """The report as a clerk reads it."""
        signs = {"error": "错误", "warning": "提醒"}
        lines = [f"{signs[one.level]}  {one.message}" for one in self.found]
        reminders = len(self.found) - self.errors
        return "\n".join([*lines, f"查了 {self.items} 个事项：错误 {self.errors} 条，提醒 {reminders} 条。"])


def check(root: Path, day: date) -> Report:
    """Checks all data under a project folder.

    Args:
        root: the folder that holds policy/ and places/.
        day: the day for which "has ended" is judged.
    """
    found: list[Finding] = []
    policy, places = root / "policy", root / "places"
    items = _load(found, load_items, policy)
    hotlines = _load(found, reference_files.load_hotlines, places)
    kinds = _load(found, reference_files.load_venue_kinds, places)
    hours = _load(found, reference_files.load_opening_hours, places)
    _load(found, reference_files.load_subdistricts, places)
    _load(found, reference_files.load_gaps, policy)
    _load(found, reference_files.load_points_examples, policy)
    _load(found, lambda folder: (reference_files.load_immunisation(folder),), policy)
    _load(found, lambda folder: (reference_files.load_points_table(folder),), policy)
    found += chain(
        _venue_links(kinds, hours, hotlines),
        findings.unchecked_in_public(items),
        findings.personal_numbers(items),
        findings.unknown_item_ids(items, item_mentions(root) if items else {}),
        findings.overlapping_sources(items),
        findings.odd_phones(items, [hotline.number for hotline in hotlines]),
        findings.ended_sources(items, day),
        findings.shared_aliases(items),
    )
    return Report(len(items), tuple(sorted(found, key=lambda one: one.level != "error")))


def item_mentions(root: Path) -> dict[str, list[str]]:
    """Which items other data files name, by file."""
    paths = chain.from_iterable(sorted((root / folder).rglob("*.yml")) for folder in _NAMING_FOLDERS)
    named = {str(path.relative_to(root)): _NAMED_ITEM.findall(path.read_text("utf-8", "replace")) for path in paths}
    return {file: ids for file, ids in named.items() if ids}


def _load(found: list[Finding], load: Callable[[Path], tuple[Record, ...]], folder: Path) -> tuple[Record, ...]:
    """What a loader gives; nothing, and its complaints in `found`, when the files are wrong."""
    try:
        return load(folder)
    except DataError as error:
        found.extend(Finding("error", one.message) for one in error.fields)
        return ()


def _venue_links(
    kinds: Iterable[VenueKind], hours: Iterable[OpeningHours], hotlines: Iterable[Hotline]
) -> Iterable[Finding]:
    """Kinds and numbers that one file of places/ uses and the other does not have."""
    kinds = tuple(kinds)
    known, numbers = {kind.kind for kind in kinds}, {hotline.number for hotline in hotlines}
    for entry in hours:
        for kind in entry.kinds:
            if kind not in known:
                yield Finding(
                    "error", f"places/opening_hours_patterns.yml · {entry.where}：venue_kinds.yml 里没有 {kind}"
                )
    for venue in kinds:
        if venue.phone and venue.phone not in numbers:
            yield Finding("warning", f"places/venue_kinds.yml · {venue.name}：电话 {venue.phone} 不在 hotlines.yml 里")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the check from the command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.knowledge.check", description="检查事项和地点数据。")
    parser.add_argument("--root", type=Path, default=ROOT, help="项目文件夹")
    parser.add_argument("--day", type=date.fromisoformat, default=None, help="按哪一天判断到期，默认今天")
    options = parser.parse_args(arguments)
    report = check(options.root, options.day or today())
    print(report.text())
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
