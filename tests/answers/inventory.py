"""In: policy/*.yml. Out: the published items as GET /api/v1/items/{id} gives them, for all tests of answers."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from services.knowledge.files import load_items
from services.knowledge.item_state import public_dict, verification_on

TODAY = date(2026, 11, 23)
_FOLDER = Path(__file__).resolve().parents[2] / "policy"

ITEMS: dict[str, dict[str, Any]] = {
    item.id: {**public_dict(item), "version": 1, "verification_state": verification_on(item, TODAY)}
    for item in load_items(_FOLDER)
}
"""All items by id."""


def item(item_id: str = "residence.permit.apply", **changes: Any) -> dict[str, Any]:
    """A copy of a real item with some fields changed."""
    return {**deepcopy(ITEMS[item_id]), **changes}


def strings(tree: Any) -> list[str]:
    """Every text in JSON data, numbers as they are written."""
    if isinstance(tree, dict):
        return [text for value in tree.values() for text in strings(value)]
    if isinstance(tree, list | tuple):
        return [text for value in tree for text in strings(value)]
    return [] if tree is None else [str(tree)]
