"""In: an Answer. Out: a card for a hotline agent or clerk: one line to say, facts, lists, sources, state."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.answers.spoken import to_spoken
from bot.messages import Answer, Block


def to_card(answer: Answer) -> dict[str, Any]:
    """The answer for a screen, JSON-ready."""
    return {
        "say": to_spoken(answer),
        "lead": _all(answer, "lead"),
        "facts": _all(answer, "points", "note", "contact"),
        "lists": [_listed(block) for block in answer.blocks if block.kind in ("ticks", "steps")],
        "more": _all(answer, "more"),
        "sources": [asdict(citation) for citation in answer.citations],
        "state": {"verification": answer.verification, "lines": _all(answer, "state")},
        "next": list(answer.quick_replies),
        "item_id": answer.item_id,
        "item_version": answer.item_version,
    }


def _all(answer: Answer, *kinds: str) -> list[str]:
    return [line for block in answer.blocks if block.kind in kinds for line in block.lines]


def _listed(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, "title": block.title, "lines": list(block.lines)}
