"""In: an exchange's announcement of a leg. Out: it is known, in every process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError

from bot.channels.hotline.calls import checked
from bot.channels.hotline.door import Door
from bot.channels.hotline.legs import Legs

_FORM = "application/x-www-form-urlencoded"
"""What CURL() of Asterisk's dialplan sends; to write JSON there, every quote and comma must be escaped."""
_MOST_FIELDS = 20


class LegRequest(BaseModel):
    """One side of a call that will connect by AudioSocket."""

    uuid: UUID = Field(description="编号")
    call_id: str = Field(description="电话")
    speaker: Literal["caller", "agent"] = Field(description="谁在说话")


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": LegRequest.schema()} for kind in ("application/json", _FORM)},
    }
}


def router(legs: Callable[[], Legs], door: Door) -> APIRouter:
    """The route.

    Args:
        legs: raises Unavailable before they are there.
        door: who may.
    """
    routes = APIRouter(tags=["hotline"])

    @routes.post("/api/v1/hotline/legs", openapi_extra=_BODY)
    async def announce(request: Request) -> dict[str, str]:
        """Says whose voice a UUID is."""
        door.check(request)
        told = _read(await request.body(), request.headers.get("content-type", ""))
        await legs().announce(str(told.uuid), checked(told.call_id), told.speaker)
        return {"uuid": str(told.uuid), "call_id": told.call_id, "speaker": told.speaker}

    return routes


def _read(body: bytes, kind: str) -> LegRequest:
    """A body of JSON, or of a form.

    Raises:
        RequestValidationError: it is neither, or says something else.
    """
    try:
        fields = dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS)) if _FORM in kind else json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestValidationError(
            [{"loc": ("body",), "msg": str(error), "type": "value_error.jsondecode"}]
        ) from None
    try:
        return LegRequest.parse_obj(fields)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
