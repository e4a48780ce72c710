"""In: changes. Out: plain data of a small, right item, and folders with it, for the tests of the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.knowledge.models import TOPICS, Item
from services.knowledge.yaml_text import dump_yaml


def item_data(**changes: Any) -> dict[str, Any]:
    """A right item as plain data; a change to None takes the field away."""
    data: dict[str, Any] = {
        "id": "housing.test_room",
        "topic": "housing",
        "name": "测试用房",
        "summary": "一间用来测试的房子。",
        "aliases": ["测试房", "试房子"],
        "region": "minhang",
        "audience": "所有人",
        "conditions": [{"text": "居住证满 2 年", "rule": "permit_months >= 24", "source_ref": "s1"}],
        "materials": ["身份证"],
        "steps": ["到窗口递交"],
        "where": "社区事务受理服务中心",
        "fee": "免费",
        "phone": "12345",
        "numbers": {"permit_min_months": {"value": 24, "unit": "个月"}},
        "notes": ["带原件"],
        "sources": [{"ref": "s1", "title": "测试办法", "effective_from": "2025-01-01"}],
        "confidence": "high",
        "evidence": "official_text",
        "verification": {"state": "unverified"},
    }
    data.update(changes)
    return {key: value for key, value in data.items() if value is not None}


def item(**changes: Any) -> Item:
    """The same as a checked item."""
    return Item(**item_data(**changes))


def write_policy(folder: Path, **texts: str) -> Path:
    """A policy folder: one small item a topic, or the given text for a topic."""
    folder.mkdir(parents=True, exist_ok=True)
    for topic in TOPICS:
        entry = item_data(id=f"{topic}.test_room", topic=topic, name=f"{topic}用房", aliases=[f"{topic}房"])
        (folder / f"{topic}.yml").write_text(texts.get(topic, dump_yaml([entry])), encoding="utf-8")
    return folder
