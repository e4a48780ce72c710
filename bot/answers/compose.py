"""In: an item, what was asked about it, a day. Out: an Answer: the lead, at most five lines, source and state.

part (parts.py, sources.py) → cut at five → source → state → next questions
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.answers.next_steps import next_questions
from bot.answers.parts import SELECT, Part
from bot.answers.phrases import phrase
from bot.answers.sources import basis, chosen, citation, source_block, state_block
from bot.messages import Answer, Block

LINES = 5
"""Lines shown at once: about what a phone shows without scrolling."""


def compose(item: Mapping[str, Any], act: str, as_of: date, *, rest: bool = False) -> Answer:
    """The part of an item that answers an act.

    Args:
        item: JSON of GET /api/v1/items/{id}: the item with `version` and `verification_state`.
        act: one of ITEM_ACTS.
        as_of: the day the question is asked for.
        rest: True for what the first answer left out (steps come whole, so that their numbers stay right).
    Raises:
        KeyError: act is not about an item.
    """
    part = basis(item) if act == "ask_basis" else SELECT[act](item, as_of)
    shown, left = _cut(part, rest)
    sources = list(item["sources"]) if act == "ask_basis" else chosen(item, part.refs)
    blocks = [
        *_body(part, shown, left, rest=rest and len(shown) < len(part.lines)),
        *([] if act == "ask_basis" else [source_block(sources)]),
        state_block(item, sources, as_of),
    ]
    return Answer(
        blocks=tuple(block for block in blocks if block),
        quick_replies=next_questions(item, act, as_of, more=bool(left)),
        item_id=item["id"],
        item_version=item.get("version"),
        citations=tuple(citation(source) for source in sources),
        verification=item["verification_state"],
    )


def _cut(part: Part, rest: bool) -> tuple[tuple[str, ...], int]:
    """The lines to show, and how many are left over."""
    if not rest:
        return part.lines[:LINES], max(0, len(part.lines) - LINES)
    return (part.lines if part.kind == "steps" else part.lines[LINES:] or part.lines), 0


def _body(part: Part, shown: tuple[str, ...], left: int, *, rest: bool) -> list[Block]:
    blocks = [Block("lead", (phrase("rest_lead") if rest else part.lead,))]
    if shown:
        blocks.append(Block(part.kind, shown, "" if rest else part.title))
    if left:
        blocks.append(Block("more", (phrase(f"more.{part.counted}", count=left),)))
    if part.note:
        blocks.append(Block("note", (part.note,)))
    return blocks
