"""In: the whole inventory. Out: what a clerk should look at: errors and reminders. Pure: check.py reads the files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from services.knowledge.item_state import has_ended
from services.knowledge.models import Item, Source

Level = Literal["error", "warning"]

_ID_LIKE = (
    (re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])", re.ASCII), "身份证号"),
    (re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])", re.ASCII), "手机号"),
    (re.compile(r"(?<![0-9A-Za-z])\d{15,19}(?![0-9A-Za-z])", re.ASCII), "卡号"),
)
_PHONE = re.compile(r"(?<![\d.\-])(?:0\d{2,3}-)?(\d{3,12})(?![\d.]|年|元|%|个|天)", re.ASCII)
_SPOKEN_PHONE = re.compile(r"(?:打|拨|拨打|电话|热线)[：: ]?(?:021-)?(\d{3,12})(?![\d年元])", re.ASCII)
_SHANGHAI_PHONE = re.compile(r"[2-6]\d{7}", re.ASCII)


@dataclass(frozen=True)
class Finding:
    """One thing to look at."""

    level: Level
    """error: must be put right · warning: a person should look."""
    message: str
    """Where and what, in plain Chinese."""


def texts_of(item: Item, *, public_only: bool = True) -> Iterator[tuple[str, str]]:
    """(Chinese name of the place, text) of everything people read in an item; rules for programs are left out."""
    fields = Item.__fields__
    for name in ("name", "summary", "audience", "where", "time_limit", "fee", "when", "phone", "valid_for"):
        text = getattr(item, name)
        if text is not None:
            yield fields[name].field_info.title or name, text
    lists = ("aliases", "materials", "steps", "notes") + (() if public_only else ("clerk_notes",))
    for name in lists:
        for number, text in enumerate(getattr(item, name), 1):
            yield f"{fields[name].field_info.title} 第{number}条", text
    for number, condition in enumerate(item.conditions, 1):
        yield f"受理条件 第{number}条", condition.text
    for name, number_ in item.numbers.items():
        yield f"数量标准 {name}", f"{number_.note or ''} {number_.valid_for or ''}"
    for source in item.sources:
        yield f"设定依据 {source.ref}", f"{source.title} {source.note or ''}"


def unchecked_in_public(items: Iterable[Item]) -> Iterator[Finding]:
    """Remarks for clerks that stand where the public reads them."""
    for item in items:
        for place, text in texts_of(item):
            if "需核实" in text or "须核实" in text:
                yield Finding("error", f"{_at(item)} {place}：“需核实”要写进内部备注（clerk_notes），不能对外：{text}")


def personal_numbers(items: Iterable[Item]) -> Iterator[Finding]:
    """Digits that look like somebody's identity card, mobile or bank card."""
    for item in items:
        for place, text in texts_of(item, public_only=False):
            for form, name in _ID_LIKE:
                if form.search(text):
                    yield Finding("error", f"{_at(item)} {place}：里面好像有{name}，请删掉")
                    break


def unknown_item_ids(items: Iterable[Item], mentions: Mapping[str, Iterable[str]]) -> Iterator[Finding]:
    """Ids of items that do not exist.

    Args:
        items: the inventory.
        mentions: other files and the ids they name.
    """
    items = tuple(items)
    known = {item.id for item in items}
    heads = sorted({item_id.split(".")[0] for item_id in known})
    id_in_text = re.compile(rf"(?<![\w.])(?:{'|'.join(heads)})(?:\.[a-z0-9_]+)+", re.ASCII)
    for item in items:
        for place, text in texts_of(item, public_only=False):
            for found in id_in_text.findall(text):
                if found not in known:
                    yield Finding("error", f"{_at(item)} {place}：没有 {found} 这个事项")
    for file, ids in mentions.items():
        for found in sorted(set(ids) - known):
            yield Finding("error", f"{file}：没有 {found} 这个事项")


def shared_aliases(items: Iterable[Item]) -> Iterator[Finding]:
    """Words that lead to more than one item."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        for alias in {alias.lower().replace(" ", "") for alias in (item.name, *item.aliases)}:
            owners[alias].append(item.id)
    for alias, ids in owners.items():
        if len(ids) > 1:
            yield Finding("warning", f"常用叫法“{alias}”同时写在 {'、'.join(ids)}，听的人分不清是哪一个")


def odd_phones(items: Iterable[Item], known: Iterable[str]) -> Iterator[Finding]:
    """Telephone numbers that are neither in places/hotlines.yml nor look like one of Shanghai."""
    numbers = set(known)
    for item in items:
        for place, text in texts_of(item):
            form = _PHONE if text == item.phone else _SPOKEN_PHONE
            for digits in form.findall(text):
                if digits not in numbers and not _SHANGHAI_PHONE.fullmatch(digits):
                    yield Finding("warning", f"{_at(item)} {place}：号码 {digits} 不在 places/hotlines.yml 里，请核对")


def ended_sources(items: Iterable[Item], today: date) -> Iterator[Finding]:
    """Documents that are no longer in force."""
    for item in items:
        for source in item.sources:
            if has_ended(source, today):
                yield Finding(
                    "warning", f"{_at(item)} 设定依据 {source.ref}：“{source.title}”{source.effective_to} 已经到期"
                )


def overlapping_sources(items: Iterable[Item]) -> Iterator[Finding]:
    """The same document twice in an item, for days that overlap."""
    for item in items:
        by_title: defaultdict[tuple[str, str | None], list[Source]] = defaultdict(list)
        for source in item.sources:
            by_title[source.title, source.doc_no].append(source)
        for same in by_title.values():
            same.sort(key=_first_day)
            for earlier, later in pairwise(same):
                if _last_day(earlier) >= _first_day(later):
                    what = f"{earlier.ref} 和 {later.ref} 是同一份文件，有效时间重叠，请合成一条或改日期"
                    yield Finding("warning", f"{_at(item)} 设定依据：{what}")


def _at(item: Item) -> str:
    return f"policy/{item.topic}.yml · {item.id} ·"


def _first_day(source: Source) -> date:
    start = source.effective_from or source.issued
    return start.first_day() if start else date.min


def _last_day(source: Source) -> date:
    return source.effective_to.last_day() if source.effective_to else date.max
