"""In: YAML text of items, and the items in force. Out: what is new, changed, the same; or every error at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.clock import now
from bot.errors import DataError, FieldError
from services.knowledge.files import parse_item, raise_if
from services.knowledge.models import Item
from services.knowledge.yaml_text import parse_yaml

MOST_ITEMS = 2_000
_BATCH = re.compile(r"从文件导入 (\d{4}-\d{4}-[0-9a-f]{8})")


@dataclass(frozen=True)
class Incoming:
    """What a file would do."""

    new: tuple[Item, ...]
    """Ids nobody has yet."""
    changed: tuple[Item, ...]
    """Texts that differ from those in force."""
    same: int
    """How many say what is already in force."""


def read_items(text: str) -> list[Item]:
    """The items of a file.

    Raises:
        DataError: with a sentence for every wrong row and field; then nothing is taken.
    """
    data = parse_yaml(text, "文件")
    if not isinstance(data, list):
        raise_if([FieldError("", "文件：要一个事项一个事项地写，每个前面加“- ”。")])
    if len(data) > MOST_ITEMS:
        raise_if([FieldError("", f"文件：一次最多 {MOST_ITEMS} 个事项，请分几次导入。")])
    items: list[Item] = []
    wrong: list[FieldError] = []
    for number, entry in enumerate(data, 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        try:
            items.append(parse_item(entry, f"第{number}个事项" + (f"（{name}）" if isinstance(name, str) else "")))
        except DataError as error:
            wrong += error.fields or (FieldError("", error.sentence),)
    wrong += _twice(items)
    raise_if(wrong)
    return items


def new_batch() -> str:
    """A name for one import: when, and a few letters."""
    return f"{now():%m%d-%H%M}-{secrets.token_hex(4)}"


def reason_of(batch: str) -> str:
    """What the drafts of an import give as their reason; by it they are found again."""
    return f"从文件导入 {batch}"


def batch_of(reason: str) -> str:
    """The import a draft came with; empty: none.

    >>> batch_of(reason_of("1124-0930-0a1b2c3d")), batch_of("金额变了")
    ('1124-0930-0a1b2c3d', '')
    """
    found = _BATCH.fullmatch(reason)
    return found[1] if found else ""


def sort_out(items: Iterable[Item], live: Mapping[str, Item]) -> Incoming:
    """Items against those in force."""
    items = list(items)
    new = tuple(item for item in items if item.id not in live)
    changed = tuple(item for item in items if item.id in live and item != live[item.id])
    return Incoming(new, changed, len(items) - len(new) - len(changed))


def _twice(items: Iterable[Item]) -> list[FieldError]:
    seen: set[str] = set()
    wrong = []
    for item in items:
        if item.id in seen:
            wrong.append(FieldError("id", f"事项编码 {item.id} 在文件里写了两遍。"))
        seen.add(item.id)
    return wrong
