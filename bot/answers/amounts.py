"""In: the numbers of an item and a day. Out: amounts as people say them ("第1到12个月：每月2340元"), with their period.

Only numbers that have a name people know (amount_names.yml) are said; the others are left to the item's sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.answers.phrases import phrase
from bot.answers.text import say_date
from bot.errors import DataError


@dataclass(frozen=True)
class NumberName:
    """What one number of an item is called."""

    key: str
    """Its key in the item's `numbers`."""
    label: str
    """What people call it."""
    since: str
    """First month in force, YYYY-MM; empty when always."""
    until: str
    """Last month in force, YYYY-MM; empty when open."""

    def in_force(self, as_of: date) -> bool:
        """Whether it counts on that day."""
        return (not self.since or self.since <= f"{as_of:%Y-%m}") and not self.ended(as_of)

    def ended(self, as_of: date) -> bool:
        """Whether its last month is over."""
        return bool(self.until) and self.until < f"{as_of:%Y-%m}"


NAMES = Path(__file__).with_name("amount_names.yml")
"""The table of names."""


def load_names(path: Path = NAMES) -> dict[str, tuple[NumberName, ...]]:
    """Reads the table of names: item id → its numbers' names, in the order to say them.

    Raises:
        DataError: an entry without key or label.
    """
    table: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {item_id: tuple(_name(path.name, item_id, entry) for entry in rows) for item_id, rows in table.items()}


def _name(file: str, item_id: str, entry: Mapping[str, Any]) -> NumberName:
    if not entry.get("key") or not entry.get("label"):
        raise DataError(f"{file} · {item_id}：每一条都要有 key 和 label，现在是 {dict(entry)}。")
    return NumberName(entry["key"], str(entry["label"]), str(entry.get("from") or ""), str(entry.get("to") or ""))


_names = load_names()


def named_amounts(item: Mapping[str, Any], as_of: date) -> list[str]:
    """The item's named amounts on a day: those in force, else the last known ones, marked as ended.

    Args:
        item: the item.
        as_of: the day asked for.
    """
    known = [name for name in _names.get(item["id"], ()) if name.key in item["numbers"]]
    current = {name.label for name in known if name.in_force(as_of)}
    last = {name.label: name.until for name in sorted(known, key=lambda n: n.until) if name.ended(as_of)}
    return [
        _line(name, item["numbers"][name.key], as_of)
        for name in known
        if name.in_force(as_of) or (name.label not in current and last.get(name.label, "-") == name.until)
    ]


def ended_only(item: Mapping[str, Any], as_of: date) -> bool:
    """Whether a named amount is past and no newer one is known."""
    known = [name for name in _names.get(item["id"], ()) if name.key in item["numbers"]]
    current = {name.label for name in known if name.in_force(as_of)}
    return any(name.ended(as_of) and name.label not in current for name in known)


def _line(name: NumberName, number: Mapping[str, Any], as_of: date) -> str:
    said = {"label": name.label, "amount": say_amount(number["value"], number["unit"])}
    remark = "，".join(filter(None, [_period(name, as_of), number.get("note")]))
    return phrase("amount.remarked", **said, remark=remark) if remark else phrase("amount.line", **said)


def _period(name: NumberName, as_of: date) -> str:
    since, until = say_date(name.since), say_date(name.until)
    if name.ended(as_of):
        return phrase("amount.ended", until=until)
    if until:
        return phrase("amount.period", since=since, until=until)
    return phrase("amount.since", since=since) if since else ""


def say_amount(value: float, unit: str) -> str:
    """A value with its unit, in the order people say it.

    >>> say_amount(2340, "元/月"), say_amount(4000, "元/户·月"), say_amount(746.0, "元/月")
    ('每月2340元', '每户每月4000元', '每月746元')
    >>> say_amount(4000000, "元"), say_amount(-150, "分/次"), say_amount(80, "%")
    ('400万元', '每次扣150分', '80%')
    """
    base, *per = re.split(r"[/·]", unit)
    return "".join(f"每{word}" for word in per) + f"{'扣' if value < 0 else ''}{_digits(value)}{base}"


def _digits(value: float) -> str:
    size = abs(value)
    return f"{size / 10_000:g}万" if size >= 100_000 and size % 10_000 == 0 else f"{round(size, 4):.10g}"
