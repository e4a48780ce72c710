"""In: what a test cares about. Out: a small, valid Item with the rest filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.knowledge.models import Item

TODAY = date(2026, 11, 23)


def make_item(item_id: str = "housing.test.one", name: str = "测试事项", **fields: Any) -> Item:
    """An item of topic housing unless told otherwise."""
    data: dict[str, Any] = {
        "id": item_id,
        "topic": item_id.split(".")[0],
        "name": name,
        "summary": f"{name}怎么办。",
        "region": "shanghai",
        "audience": "所有人",
        "sources": [{"ref": "s1", "title": "某某办法", "effective_from": "2025-01-01"}],
        "confidence": "high",
        "evidence": "official_text",
        "verification": {"state": "unverified"},
    }
    return Item.parse_obj({**data, **fields})
