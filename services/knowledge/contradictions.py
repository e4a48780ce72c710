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
    noted = [number for number in item.numbers.values() if number.note is not None]
    for other in others:
        if other.id == item.id:
            continue
        if fuzz.ratio(item.name, other.name, score_cutoff=ALIKE):
            yield Clash(other.id, other.name, f"名称和“{other.name}”几乎一样，是不是同一件事写了两遍？")
        if not mine.isdisjoint((other.name, *other.aliases)):
            for alias in sorted(mine & {other.name, *other.aliases}):
                yield Clash(other.id, other.name, f"“{alias}”也是“{other.name}”的叫法，别人这样问时分不清。")
        related = any(source.doc_no in documents for source in other.sources)
        # "min_age" of a vaccination and of a job are two numbers; of one topic or document they may be the same.
        for key, number in item.numbers.items() if related or other.topic == item.topic else ():
            if key in other.numbers and _differ(number, other.numbers[key]):
                yield _number_clash(number.note or key, number, other, other.numbers[key])
        if noted and related:
            yield from _same_words(noted, item, other)


def _same_words(noted: Iterable[Number], item: Item, other: Item) -> Iterator[Clash]:
    """Numbers of other names that say the same words, from the same document."""
    for number in noted:
        for key, value in other.numbers.items():
            said = item.numbers.get(key) is not number and value.note is not None and _plain(number) == _plain(value)
            if said and _differ(number, value):
                yield _number_clash(str(number.note), number, other, value)


def _number_clash(label: str, number: Number, other: Item, value: Number) -> Clash:
    values = f"这里 {number.value} {number.unit.value}，“{other.name}”写 {value.value} {value.unit.value}"
    return Clash(other.id, other.name, f"同一个数不一样（{label}）：{values}。")


def _differ(one: Number, other: Number) -> bool:
    return one.unit == other.unit and one.value != other.value and _same_years(one, other)


def _same_years(one: Number, other: Number) -> bool:
    return one.valid_for is None or other.valid_for is None or one.valid_for == other.valid_for


def _plain(number: Number) -> str:
    return re.sub(r"\W", "", number.note or "")
