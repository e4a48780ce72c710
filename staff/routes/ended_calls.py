"""In: calls that have ended. Out: their list; one call's summary to edit, its case, its call-back; and its deletion."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from bot.clock import SHANGHAI, now, today
from bot.errors import BadInput, Conflict, LaihutongError, NotFound
from services.calls.models import SATISFIED, CallRecord
from services.cases.models import KIND_NAMES
from staff.act_names import ACT_NAMES
from staff.call_summary import Find, Page, after_conflict, call_back_day, edited, shown, typed
from staff.console import Console
from staff.contact import phone_of
from staff.gate import Visit, need
from staff.pages import render
from staff.paging import page_number
from staff.seams import CALL_ID

SHOWN = 50
LISTS = {"waiting": "没写小结的", "due": "该回访的", "all": "全部"}
AGAIN_DAYS = 1
_TRIES, _TRY_S = 8, 0.25
"""A call is written down within a moment after it has ended."""


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    @routes.get("/ended")
    def ended(request: Request, show: str = "waiting", page: str = "1", visit: Visit = need("agent")) -> Response:
        """Ended calls: those that wait for a summary, those to call back, all of them."""
        show, number = show if show in LISTS else "waiting", page_number(page)
        found = _listed(console, show, SHOWN + 1, (number - 1) * SHOWN)
        values = {"calls": found[:SHOWN], "more": len(found) > SHOWN, "number": number, "show": show, "lists": LISTS}
        due = len(console.ended_calls.to_call_back(today(), SHOWN + 1))
        days = console.chosen.keep_calls_days
        return render(request, "ended_calls.html", visit, due=due, days=days, today=today(), **values)

    @routes.get("/calls/{call_id}/after")
    async def after(call_id: str, visit: Visit = need("agent")) -> Response:
        """From the screen of a call that has just ended to its summary."""
        if not CALL_ID.fullmatch(call_id):
            raise NotFound("没有这通电话。")
        for _ in range(_TRIES):
            try:
                record = await run_in_threadpool(console.ended_calls.get, call_id)
                return RedirectResponse(f"/staff/ended/{record.id}", 303)
            except NotFound:
                await asyncio.sleep(_TRY_S)
        if not console.chosen.keep_calls_days:
            raise NotFound("这里设定了不保存通话，所以没有小结。")
        raise NotFound("这通电话还没有存下来：可能还在打，也可能数据库正忙。过一分钟再从“来电 → 打完的电话”里看。")

    @routes.get("/ended/{number:int}")
    def one(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        """A call's summary, beside what was said."""
        record = _record(console, number)
        console.audit.note(visit.user, "call_read", record.call_id)
        return _page(console, request, visit, record, shown(record.summary, _finder(console), record.call_back_on))

    @routes.post("/ended/{number:int}")
    def save(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        """Saves the summary in the agent's name; with `do=case` a case is opened of it."""
        record, find = _record(console, number), _finder(console)
        page = typed(shown(record.summary, find, record.call_back_on), visit.form)
        try:
            done = _saved(console, visit, record, page)
        except Conflict as error:
            record = _record(console, number)
            both = after_conflict(shown(record.summary, find, record.call_back_on), page)
            return _page(console, request, visit, record, both, error)
        except LaihutongError as error:
            return _page(console, request, visit, record, page, error)
        return RedirectResponse(f"/staff/ended/{number}?done={done}", 303)

    @routes.post("/ended/{number:int}/called-back")
    def called_back(number: int, visit: Visit = need("agent")) -> Response:
        """What the caller said when asked whether they are satisfied."""
        record, said = _record(console, number), visit.form.text("said", 16)
        if said not in SATISFIED:
            raise BadInput("请选来电人怎么说。")
        at = {"said": said, "by": visit.user, "at": now().isoformat()}
        summary = {**record.summary, "satisfaction": [*record.summary.get("satisfaction", ()), at]}
        again = today() + timedelta(days=AGAIN_DAYS) if said == "unreached" else None
        console.ended_calls.called_back(number, visit.form.number("saves"), summary, again)
        console.audit.note(visit.user, "called_back", record.call_id, said=said)
        return RedirectResponse(f"/staff/ended/{number}?done=called_back", 303)

    @routes.post("/ended/{number:int}/erase")
    async def erase(number: int, visit: Visit = need("approver")) -> Response:
        """A caller wants their call forgotten; a case that was opened of it stays."""
        record = await run_in_threadpool(_record, console, number)
        if not visit.form.ticked("sure"):
            raise BadInput("要删请先勾上“真的删掉”。")
        await console.calls().forget(record.call_id)
        await run_in_threadpool(console.ended_calls.erase, record.call_id)
        await run_in_threadpool(console.audit.note, visit.user, "call_erased", record.call_id)
        return RedirectResponse("/staff/ended?show=all&done=erased", 303)

    return routes


def _listed(console: Console, show: str, most: int, skip: int) -> list[CallRecord]:
    if show == "due":
        return console.ended_calls.to_call_back(today(), most, skip)
    return console.ended_calls.listed(show == "waiting", most, skip)


def _record(console: Console, number: int) -> CallRecord:
    if not 0 < number < 2**31:  # databases refuse longer numbers
        raise NotFound("没有这通电话，或者已经过了保存时间。")
    return console.ended_calls.one(number)


def _finder(console: Console) -> Find:
    """Finds items by name or id."""
    current = console.serving.snapshot().current
    names: dict[str, str] = {published.item.name: item_id for item_id, published in current.items()}

    def find(wanted: str) -> tuple[str, str] | None:
        item_id = wanted if wanted in current else names.get(wanted, "")
        return (item_id, current[item_id].item.name) if item_id else None

    return find


def _saved(console: Console, visit: Visit, record: CallRecord, page: Page) -> str:
    """Saves; what the page says afterwards. Everything is checked before anything is written.

    Raises:
        BadInput: a field is wrong.
        Conflict: somebody else was faster.
    """
    summary = edited(record.summary, page, _finder(console))
    opens = visit.form.text("do", 8) == "case" and not record.case_number
    contact = phone_of(page.contact) if opens else ""
    if opens and not page.text:
        raise BadInput("请写清楚工单要办什么。")
    day = _day(console, record, page.call_back_on) if opens or record.case_number else None
    kept = console.ended_calls.save(record.id, visit.form.number("saves"), visit.user, summary, day)
    console.audit.note(visit.user, "call_saved", record.call_id)
    if not opens:
        return "saved"
    item_id = summary["case_draft"]["item_id"]["value"]
    case = console.cases.open(page.kind, item_id, page.text, contact, "hotline", visit.user)
    console.ended_calls.case_opened(kept.id, case.number)
    console.audit.note(visit.user, "case_opened", case.number)
    return "opened"


def _day(console: Console, record: CallRecord, text: str) -> date | None:
    """The call-back: after today, before the call is deleted. A day that was set before may be past."""
    if record.call_back_on and text == record.call_back_on.isoformat():
        return record.call_back_on
    gone = record.ended_at.astimezone(SHANGHAI).date() + timedelta(days=console.chosen.keep_calls_days)
    return call_back_day(text, today(), gone)


def _page(
    console: Console, request: Request, visit: Visit, record: CallRecord, page: Page,
    error: LaihutongError | None = None,
) -> Response:  # fmt: skip
    wrong = {one.field: one.message for one in error.fields} if error else {}
    values: dict[str, Any] = {"record": record, "summary": record.summary, "page": page, "wrong": wrong}
    values |= {"problem": error.sentence if error else "", "conflict": isinstance(error, Conflict)}
    names = sorted(published.item.name for published in console.serving.snapshot().current.values())
    values |= {"names": names, "kinds": KIND_NAMES, "acts": ACT_NAMES, "satisfied": SATISFIED}
    return render(request, "ended_call.html", visit, error.status if error else 200, **values)
