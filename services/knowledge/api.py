"""In: live knowledge. Out: FastAPI router for looking items up (contract.md, "Staff look-up")."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from bot.errors import BadInput, FieldError
from services.knowledge.item_state import verification_on
from services.knowledge.models import TOPICS
from services.knowledge.snapshot import Snapshot

if TYPE_CHECKING:  # scipy behind it takes half a second to import
    from services.knowledge.finder import Searches

LONGEST_QUERY = 200
"""Characters."""
MOST_RESULTS = 50
YEARS = (2000, 2100)
"""as_of outside these years is a slip of the keyboard."""


def router(snapshot: Callable[[], Snapshot], finder: Searches) -> APIRouter:
    """Routes under /api/v1.

    Args:
        snapshot: the knowledge to answer from now.
        finder: searches it.
    """
    routes = APIRouter(prefix="/api/v1", tags=["knowledge"])

    @routes.get("/search")
    async def search(
        q: str = "", topic: str | None = None, as_of: str | None = None, limit: str = "10"
    ) -> JSONResponse:
        """Items for what a person typed: any spelling, pinyin, initials, typos."""
        began = time.perf_counter()
        wrong: list[FieldError] = []
        day, most = _day(as_of, wrong), _limit(limit, wrong)
        _check_query(q, wrong)
        _check_topic(topic, wrong)
        _refuse(wrong)
        hits = await run_in_threadpool(finder.search, q, topic or None, most, day)
        took = round((time.perf_counter() - began) * 1000, 2)
        return JSONResponse({"results": [asdict(hit) for hit in hits], "took_ms": took})

    @routes.get("/items")
    async def items(topic: str | None = None, as_of: str | None = None) -> JSONResponse:
        """Every item in force, in id order, without its text."""
        wrong: list[FieldError] = []
        day = _day(as_of, wrong)
        _check_topic(topic, wrong)
        _refuse(wrong)
        return JSONResponse({"items": _list(snapshot(), topic, day)})

    @routes.get("/items/{item_id}")
    async def item(item_id: str, as_of: str | None = None) -> JSONResponse:
        """The whole item, its version, and its checking state on that day."""
        wrong: list[FieldError] = []
        day = _day(as_of, wrong)
        _refuse(wrong)
        known = snapshot()
        return JSONResponse(known.get(item_id, day).public_on(day or known.day))

    return routes


def _list(known: Snapshot, topic: str | None, day: date | None) -> list[dict[str, Any]]:
    found = (known.on(item_id, day) for item_id in sorted(known.history))
    return [
        {
            "id": p.item.id,
            "name": p.item.name,
            "topic": p.item.topic,
            "summary": p.item.summary,
            "version": p.version,
            "verification_state": verification_on(p.item, day or known.day),
        }
        for p in found
        if p is not None and (not topic or p.item.topic == topic)
    ]


def _refuse(wrong: list[FieldError]) -> None:
    if wrong:
        raise BadInput("；".join(error.message for error in wrong) + "。", tuple(wrong))


def _check_query(q: str, wrong: list[FieldError]) -> None:
    if not q.strip():
        wrong.append(FieldError("q", "请写要查什么"))
    elif len(q) > LONGEST_QUERY:
        wrong.append(FieldError("q", f"太长了，最多 {LONGEST_QUERY} 个字"))


def _check_topic(topic: str | None, wrong: list[FieldError]) -> None:
    if topic and topic not in TOPICS:
        wrong.append(FieldError("topic", f"没有这个主题，可以是 {'、'.join(TOPICS)}"))


def _limit(text: str, wrong: list[FieldError]) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_RESULTS:
        return int(text[:9])
    wrong.append(FieldError("limit", f"要填 1 到 {MOST_RESULTS} 的整数"))
    return 1


def _day(text: str | None, wrong: list[FieldError]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        wrong.append(FieldError("as_of", "日期要写成 2026-11-23 这样"))
        return None
    if not YEARS[0] <= day.year <= YEARS[1]:
        wrong.append(FieldError("as_of", f"年份要在 {YEARS[0]} 到 {YEARS[1]} 之间"))
    return day
