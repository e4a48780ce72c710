"""In: a SchemeBook. Out: FastAPI router for eligibility (contract.md, "Eligibility")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, validator

from bot.clock import today
from services.eligibility.assess import assess, how_to_ask
from services.eligibility.facts.models import Fact
from services.eligibility.files import SchemeBook
from services.eligibility.scheme import Scheme
from services.eligibility.screen import screen

MOST_FACTS = 200
"""Facts in one request."""


class FactsGiven(BaseModel):
    """What a program knows of a person; never a name or a number of a document."""

    facts: dict[str, Any]
    as_of: date | None = None

    @validator("facts")
    def _not_too_many(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MOST_FACTS:
            raise ValueError(f"最多 {MOST_FACTS} 项")
        return value

    class Config:
        extra = "forbid"


def router(book: Callable[[], SchemeBook]) -> APIRouter:
    """Routes under /api/v1.

    Args:
        book: gives the schemes; it may raise Unavailable while they are being loaded.
    """
    routes = APIRouter(prefix="/api/v1", tags=["eligibility"])

    @routes.get("/facts")
    async def facts() -> JSONResponse:
        """Every fact a rule can ask for."""
        return JSONResponse({"facts": [fact_entry(fact) for fact in book().facts.values()]})

    @routes.get("/schemes")
    async def schemes() -> JSONResponse:
        """Every scheme with the facts it looks at."""
        return JSONResponse({"schemes": [scheme_entry(scheme) for scheme in book().schemes.values()]})

    @routes.post("/schemes/{scheme_id}/assess")
    async def assess_one(scheme_id: str, body: FactsGiven) -> JSONResponse:
        """The verdict of one scheme, with reasons, the next question and from which day."""
        return JSONResponse(assess(book().scheme(scheme_id), body.facts, body.as_of or today()))

    @routes.post("/screen")
    async def screen_all(body: FactsGiven) -> JSONResponse:
        """All schemes at once."""
        return JSONResponse(screen(book(), body.facts, body.as_of or today()))

    return routes


def fact_entry(fact: Fact) -> dict[str, Any]:
    """A fact as the contract has it."""
    return {
        "id": fact.id,
        "label": fact.label,
        "question": fact.question,
        **how_to_ask(fact),
        "range": list(fact.range) if fact.range else None,
        "counted_from": fact.counted_from.date if fact.counted_from else None,
    }


def scheme_entry(scheme: Scheme) -> dict[str, Any]:
    """A scheme as the contract has it."""
    return {
        "id": scheme.file.id,
        "item_id": scheme.file.item,
        "serves": list(scheme.file.serves),
        "counted_by": scheme.file.counted_by or scheme.file.id,
        "name": scheme.file.name,
        "facts": list(scheme.order),
        "effective_from": scheme.since.isoformat(),
        "effective_to": scheme.until.isoformat() if scheme.until else None,
        "check_before": scheme.check_before.isoformat(),
        "outcome": scheme.file.outcome.kind if scheme.file.outcome else None,
    }
