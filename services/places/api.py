"""In: a PlaceBook. Out: FastAPI router for the nearest venues (contract.md, "Places")."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.errors import BadInput, FieldError

if TYPE_CHECKING:
    from services.places.core import PlaceBook

LONGEST_NEAR = 100
"""Characters."""
MOST_RESULTS = 50


def router(book: Callable[[], PlaceBook]) -> APIRouter:
    """Routes under /api/v1.

    Args:
        book: gives the places; it may raise Unavailable while they are being loaded.
    """
    routes = APIRouter(prefix="/api/v1", tags=["places"])

    @routes.get("/places")
    async def places(
        near: str = "", kind: str | None = None, lat: str = "", lon: str = "", limit: str = "3"
    ) -> JSONResponse:
        """The nearest venues, by a place's name or by coordinates."""
        wrong: list[FieldError] = []
        most = _limit(limit, wrong)
        point = (_degrees("lat", lat, wrong), _degrees("lon", lon, wrong)) if lat or lon else None
        if point is None and not near.strip():
            wrong.append(FieldError("near", "请写在哪附近，或给出经纬度"))
        if len(near) > LONGEST_NEAR:
            wrong.append(FieldError("near", f"太长了，最多 {LONGEST_NEAR} 个字"))
        if wrong:
            raise BadInput("；".join(error.message for error in wrong) + "。", tuple(wrong))
        chosen = kind or None
        known = book()
        found = known.nearest_to(point, chosen, most) if point else known.near(near, chosen, most)
        return JSONResponse({"results": [place.to_dict() for place in found]})

    return routes


def _limit(text: str, wrong: list[FieldError]) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_RESULTS:
        return int(text[:9])
    wrong.append(FieldError("limit", f"要填 1 到 {MOST_RESULTS} 的整数"))
    return 1


def _degrees(field: str, text: str, wrong: list[FieldError]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        wrong.append(FieldError(field, "经纬度都要填数字，例如 31.112"))
    return value
