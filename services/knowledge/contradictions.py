"""In: an item somebody wants to publish, and the others. Out: what stands twice, and numbers that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from services.knowledge.models import Item, Number

ALIKE = 92
"""Names at least so alike (0–100) may be the same item twice."""


@dataclass(frozen=True)
class Clash:
    """Something to look at before publishing; the second person decides."""

    item_id: str
    """The other item."""
    name: str
    """Its name."""
    message: str
    """What to look at, in Chinese."""


def clashes(item: Item, others: Iterable[Item]) -> Iterator[Clash]:
    """What `item` repeats or contradicts, others in their order.

    Args:
        item: the text to be published.
        others: what is published; the item's own older version is left out.
    """
    mine = {item.name, *item.aliases}
    documents = {source.doc_no for source in item.sources if source.doc_no}
    for other in others:
        if other.id == item.id:
            continue
        if fuzz.ratio(item.name, other.name) >= ALIKE:
            yield Clash(other.id, other.name, f"名称和“{other.name}”几乎一样，是不是同一件事写了两遍？")
        for alias in sorted(mine & {other.name, *other.aliases}):
            yield Clash(other.id, other.name, f"“{alias}”也是“{other.name}”的叫法，别人这样问时分不清。")
        shared = documents & {source.doc_no for source in other.sources if source.doc_no}
        yield from _numbers(item, other, bool(shared))


def _numbers(item: Item, other: Item, same_document: bool) -> Iterator[Clash]:
    """The same number with another value: the same name, or the same words under the same document."""
    for key, number in item.numbers.items():
        for theirs, value in other.numbers.items():
            same = key == theirs or (same_document and number.note is not None and _plain(number) == _plain(value))
            if same and number.unit == value.unit and number.value != value.value and _same_years(number, value):
                label = number.note or key
                values = f"这里 {number.value} {number.unit.value}，“{other.name}”写 {value.value} {value.unit.value}"
                yield Clash(other.id, other.name, f"同一个数不一样（{label}）：{values}。")


def _same_years(one: Number, other: Number) -> bool:
    return one.valid_for is None or other.valid_for is None or one.valid_for == other.valid_for


def _plain(number: Number) -> str:
    return re.sub(r"\W", "", number.note or "")
