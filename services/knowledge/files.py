"""In: the folder policy/. Out: every item, or one DataError with all that is wrong; and items back to YAML."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import DataError, FieldError
from services.knowledge.complaints import complaints
from services.knowledge.models import TOPICS, Item
from services.knowledge.yaml_text import dump_yaml, label_of, read_yaml

NOT_TOPICS = frozenset({"gaps.yml"})
"""Files of policy/ that hold no items."""


def load_items(folder: Path) -> tuple[Item, ...]:
    """Every item of a policy folder, in the order of topics and files.

    Args:
        folder: holds one <topic>.yml per topic, each a list of items.

    Raises:
        DataError: with one sentence for every error of every file.
    """
    items: list[Item] = []
    wrong: list[FieldError] = []
    for path in _topic_files(folder, wrong):
        try:
            entries = read_yaml(path)
        except DataError as error:
            wrong.extend(error.fields)
            continue
        found, bad = _items_of(entries, path)
        items.extend(found)
        wrong.extend(bad)
    wrong.extend(_doubles(items))
    raise_if(wrong)
    return tuple(items)


def load_item_file(path: Path) -> tuple[Item, ...]:
    """The items of one file, whatever its name.

    Raises:
        DataError: with one sentence for every error.
    """
    items, wrong = _items_of(read_yaml(path), path)
    wrong.extend(_doubles(items))
    raise_if(wrong)
    return tuple(items)


def parse_item(data: object, where: str) -> Item:
    """One item from plain data, as an editor sends it.

    Args:
        data: the fields.
        where: what to call it in complaints.

    Raises:
        DataError: `fields` holds one FieldError per wrong field, with its dotted path.
    """
    if not isinstance(data, dict):
        raise DataError(f"{where}：要写成“名称: 内容”的样子。")
    try:
        return Item(**{str(key): value for key, value in data.items()})
    except ValidationError as error:
        wrong = complaints(error, Item, data, where)
        raise DataError("\n".join(one.message for one in wrong), tuple(wrong)) from error


def plain(item: Item) -> dict[str, Any]:
    """An item as a file holds it: plain data, fields in order, nothing for what is empty."""
    data = json.loads(item.json(exclude_none=True))
    return {key: value for key, value in data.items() if value not in ([], {})}


def dump_items(items: Iterable[Item]) -> str:
    """YAML of items; load_item_file reads the same items back."""
    return dump_yaml(plain(item) for item in items)


def raise_if(wrong: Iterable[FieldError]) -> None:
    """Raises one DataError for all errors, nothing when there is none."""
    fields = tuple(wrong)
    if fields:
        raise DataError("\n".join(one.message for one in fields), fields)


def _topic_files(folder: Path, wrong: list[FieldError]) -> list[Path]:
    """The topic files, noting those that are missing or have a name nobody knows."""
    present = {path.name: path for path in sorted(folder.glob("*.y*ml"))}
    expected = [f"{topic}.yml" for topic in TOPICS]
    for name in expected:
        if name not in present:
            wrong.append(FieldError(name, f"{folder.name}/{name}：缺这个文件。每个主题要有一个文件。"))
    for name in present:
        if name not in expected and name not in NOT_TOPICS:
            wrong.append(FieldError(name, f"{folder.name}/{name}：没有这个主题，文件名只能是 {'、'.join(expected)}。"))
    return [present[name] for name in expected if name in present]


def _items_of(entries: Any, path: Path) -> tuple[list[Item], list[FieldError]]:
    """Items of one file's data, and what is wrong with the others."""
    label = label_of(path)
    if not isinstance(entries, list):
        return [], [FieldError(label, f"{label}：要一个事项一个事项地写，每个前面加“- ”。")]
    items: list[Item] = []
    wrong: list[FieldError] = []
    for number, entry in enumerate(entries, 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        where = f"{label} · {name if isinstance(name, str) else f'第{number}个事项'}"
        try:
            item = parse_item(entry, where)
        except DataError as error:
            wrong.extend(error.fields or (FieldError(label, error.sentence),))
            continue
        items.append(item)
        if path.stem in TOPICS and item.topic != path.stem:
            wrong.append(
                FieldError("topic", f"{where} · 主题分类：写的是 {item.topic}，应该是 {path.stem}，和文件名一样。")
            )
    return items, wrong


def _doubles(items: Iterable[Item]) -> list[FieldError]:
    """One error for each id used twice."""
    seen: dict[str, Item] = {}
    wrong = []
    for item in items:
        if item.id in seen:
            first = f"policy/{seen[item.id].topic}.yml“{seen[item.id].name}”"
            wrong.append(
                FieldError(
                    "id",
                    f"policy/{item.topic}.yml · {item.id} · 事项编码：和 {first}的编码一样，每个事项要有自己的编码。",
                )
            )
        seen.setdefault(item.id, item)
    return wrong
