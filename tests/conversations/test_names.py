"""What clerks type: a name, or a name with words of asking. Nearly always it leads to an item of that name."""

from __future__ import annotations

import httpx
import pytest

from bot.settings import ROOT
from services.knowledge.files import load_items

_AT_ONCE = 200
_ASTRAY = 0.04
"""Share that may lead elsewhere: some listed names are everyday sentences that fit several items."""


@pytest.mark.engine
@pytest.mark.parametrize("asking", ["{}", "{}要带什么", "我想问下{}怎么弄"])
def test_names_lead_to_their_items(api: httpx.Client, asking: str) -> None:
    owners: dict[str, set[str]] = {}
    for item in load_items(ROOT / "policy"):
        for name in (item.name, *item.aliases):
            owners.setdefault(name, set()).add(item.id)
    names = list(owners)
    astray = []
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        texts = [asking.format(name) for name in part]
        answer = api.post("/api/v1/understand/batch", json={"texts": texts, "channel": "web"}, timeout=120).json()
        astray += [
            name for name, one in zip(part, answer["results"], strict=True) if one["item_id"] not in owners[name]
        ]
    assert len(names) > 1000
    assert len(astray) <= _ASTRAY * len(names), astray
