"""A small made-up scheme and its facts: what the tests of the engine judge. No number in it is a policy."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.eligibility.facts.models import Fact
from services.eligibility.models import Node, SchemeFile
from services.eligibility.scheme import Scheme

DAY = date(2026, 11, 23)
_TEXTS: dict[str, Any] = {"question": "问", "where": "查", "why": "因为"}
_GROWING: dict[str, Any] = {"grows": {"every": "month", "assuming": "一直在交"}}


def fact(name: str, kind: str, **more: Any) -> Fact:
    """A fact with whatever text it needs."""
    return Fact(id=name, label=name, type=kind, **{**_TEXTS, **more})


FACTS: dict[str, Fact] = {
    one.id: one
    for one in (
        fact("insured_months", "int", range=(0, 600), **_GROWING),
        fact("other_months", "int", range=(0, 600), usual={"same_as": "insured_months"}, **_GROWING),
        fact("age", "int", range=(0, 120), counted_from={"date": "birth", "unit": "year"}),
        fact("child_age", "int", range=(0, 60), less_than=("age",)),
        fact("birth", "date"),
        fact("injury", "date"),
        fact("move", "date", future=True),
        fact("area", "number", range=(0, 500)),
        fact("local", "bool"),
        fact("has_permit", "bool", implies=({"is": False, "fact": "permit_months", "value": 0},)),
        fact("permit_months", "int", range=(0, 600), implies=({"at_least": 1, "fact": "has_permit", "value": True},)),
        fact("degree", "enum", choices={"none": "没有", "college": "大专", "master": "硕士"}),
    )
}
SOURCES = {"s1": {"title": "办法", "doc_no": None, "issuer": None, "effective_from": None, "url": None}}


def leaf(name: str, fact_id: str, **comparison: Any) -> dict[str, Any]:
    """A condition as YAML has it."""
    return {"id": name, "text": name, "cite": "s1", "fact": fact_id, **comparison}


def node(data: dict[str, Any]) -> Node:
    """A node from YAML's data."""
    return Node(**data)


def written(needs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A scheme.yml of these conditions."""
    return {
        "id": "made.up",
        "item": "made.up",
        "name": "编的",
        "in_force": {"from": "2020-01-01"},
        "check_before": "2099-12-31",
        "needs": needs,
        **more,
    }


def scheme(needs: dict[str, Any], **more: Any) -> Scheme:
    """A scheme of these conditions."""
    return Scheme(SchemeFile(**written(needs, **more)), FACTS, SOURCES)
