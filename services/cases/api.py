"""In: a CaseStore. Out: FastAPI router to leave a case and to see how it goes (contract.md, "Cases")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictBool, root_validator, validator

from bot.clock import now
from bot.messages import Channel
from services.cases.models import KIND_NAMES, STATE_NAMES, Case, Kind, Outcome
from services.cases.store import CaseStore

CONVERSATION_ID = r"^[A-Za-z0-9._:@-]{1,128}$"
"""As in a chat."""


class NewCase(BaseModel):
    """Body of POST /api/v1/cases."""

    kind: Kind
    item_id: str | None = Field(None, max_length=128)
    text: str = Field(..., min_length=1, max_length=2_000)
    contact: str = Field(..., max_length=32)
    channel: Channel = "web"
    conversation_id: str | None = Field(None, regex=CONVERSATION_ID)

    class Config:
        extra = "forbid"

    @validator("text")
    def _says_something(cls, value: str) -> str:
        if not value.strip() or "\x00" in value:
            raise ValueError("请写清楚要办什么事。")
        return value.strip()

    @validator("item_id")
    def _plain_id(cls, value: str | None) -> str | None:
        if value and not all(sign.isascii() and (sign.isalnum() or sign in "._") for sign in value):
            raise ValueError("没有这个事项。")
        return value

    @validator("contact")
    def _can_be_rung(cls, value: str) -> str:
        return phone_number(value)


class OutcomeBody(BaseModel):
    """Body of POST /api/v1/cases/{number}/outcome: `outcome`, or `solved` as it was called first."""

    last_four: str = Field(..., max_length=8)
    outcome: Outcome | None = None
    solved: StrictBool | None = None

    class Config:
        extra = "forbid"

    @root_validator(skip_on_failure=True)
    def _one_of_both(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values.get("outcome") is None) == (values.get("solved") is None):
            raise ValueError("请说办成了、没办成，还是还没去。")
        return values

    @property
    def said(self) -> Outcome:
        """What it says."""
        return self.outcome or ("solved" if self.solved else "unsolved")


def phone_number(text: str) -> str:
    """A number somebody can be rung at.

    Raises:
        ValueError: not 7 to 15 digits with spaces or dashes.
    """
    plain = text.strip().replace(" ", "").replace("-", "").removeprefix("+")
    if not (plain.isascii() and plain.isdigit() and 7 <= len(plain) <= 15):
        raise ValueError("请留一个能打通的电话号码。")
    return plain


async def _anybody(address: str) -> None:
    """Lets everybody leave cases."""


def router(
    store: Callable[[], CaseStore],
    mask: Callable[[str], str],
    promised: bool = False,
    may_leave: Callable[[str], Awaitable[None]] = _anybody,
) -> APIRouter:
    """Routes under /api/v1. The handlers block on the database, so FastAPI runs them in worker threads.

    Args:
        store: where cases are.
        mask: hides personal numbers in the text.
        may_leave: counts the network address of whoever leaves a case; raises TooMany.
        promised: whether citizens are told the days a case is due; else these stay with staff.
    """
    routes = APIRouter(prefix="/api/v1", tags=["cases"])

    async def counted(request: Request) -> None:
        await may_leave(request.client.host if request.client else "")

    @routes.post("/cases", status_code=201, dependencies=[Depends(counted)])
    def leave(body: NewCase) -> JSONResponse:
        """Leaves a case; gives its number and, where they are promised, the days it is due."""
        text = mask(body.text).encode("utf-8", "replace").decode()
        where = body.conversation_id or ""
        case = store().open(body.kind, body.item_id or "", text, body.contact, body.channel, conversation_id=where)
        return JSONResponse(seen_by_citizen(case, promised), 201)

    @routes.get("/cases/{number}")
    def look(number: str, last_four: str = "") -> JSONResponse:
        """How a case goes, for whoever knows the last four digits of its contact."""
        return JSONResponse(seen_by_citizen(store().for_citizen(_clean(number), _clean(last_four)), promised))

    @routes.post("/cases/{number}/outcome")
    def outcome(number: str, body: OutcomeBody) -> JSONResponse:
        """办成了吗? Closes an answered case, sends it back to work, or has it asked again later."""
        case = store().outcome(_clean(number), _clean(body.last_four), body.said)
        return JSONResponse(seen_by_citizen(case, promised))

    return routes


def seen_by_citizen(case: Case, promised: bool) -> dict[str, Any]:
    """What the person may see: no names of staff, no inner notes, no contact; days only where they are promised."""
    history = [
        {"at": step.at.isoformat(timespec="seconds"), "state": step.state, "label": STATE_NAMES[step.state],
         "note": step.note if step.public else ""}
        for step in case.history
    ]  # fmt: skip
    return {
        "number": case.number, "kind": case.kind, "kind_label": KIND_NAMES[case.kind],
        "item_id": case.item_id or None, "state": case.state, "label": STATE_NAMES[case.state],
        "department": case.department or None, "opened_at": case.opened_at.isoformat(timespec="seconds"),
        "accept_due": case.accept_due.isoformat() if promised else None,
        "due": case.due.isoformat() if promised else None,
        "due_estimated": promised and case.due_estimated, "late": promised and case.late(now().date()),
        "solved": case.solved, "outcome": case.outcome,
        "history": history,
    }  # fmt: skip


def _clean(text: str) -> str:
    """PostgreSQL refuses NUL and half characters."""
    return text[:64].replace("\x00", "").encode("utf-8", "replace").decode()
