"""In: two texts of an item. Out: what differs, field by field, word by word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from services.knowledge.models import Item
from services.knowledge.yaml_text import dump_mapping

Kind = Literal["same", "gone", "new"]


_SHORT = 4
"""What stays the same for fewer characters beside a change is shown as changed, too: single signs only confuse."""


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    field: str
    """Its name."""
    title: str
    """Its Chinese name."""
    pieces: tuple[tuple[Kind, str], ...]
    """Old and new text in pieces, in reading order."""


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Fields that differ, in the order of the form.

    >>> [c.pieces for c in changes({"fee": "免费"}, {"fee": "10元"})]
    [(('gone', '免费'), ('new', '10元'))]
    """
    found = []
    for name, field in Item.__fields__.items():
        before, after = _text(old.get(name)), _text(new.get(name))
        if before != after:
            found.append(Change(name, str(field.field_info.title), tuple(_pieces(before, after))))
    return found


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return str(value) if not isinstance(value, dict | list) else dump_mapping(value).strip()


def _pieces(before: str, after: str) -> list[tuple[Kind, str]]:
    pieces: list[tuple[Kind, str]] = []
    gone = new = ""
    for kind, i, j, k, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal" or j - i < _SHORT:
            gone, new = gone + before[i:j], new + after[k:n]
            continue
        pieces += [*_both(gone, new), ("same", before[i:j])]
        gone = new = ""
    return [*pieces, *_both(gone, new)]


def _both(gone: str, new: str) -> list[tuple[Kind, str]]:
    sides: tuple[tuple[Kind, str], ...] = (("gone", gone), ("new", new))
    return [(kind, text) for kind, text in sides if text]
