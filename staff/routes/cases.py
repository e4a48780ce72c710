"""In: cases. Out: the list by urgency, one case with its history, its next step, merging, and the list as a file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.channels.masking import mask
from bot.clock import today
from bot.errors import BadInput, LaihutongError
from services.cases.models import KIND_NAMES, NEXT, STATE_NAMES
from staff.case_files import HEAD, rows
from staff.console import Console
from staff.contact import phone_of
from staff.form import Form
from staff.gate import Visit, need
from staff.lookup import item_called
from staff.pages import render
from staff.paging import page_number
from staff.sheets import download

SHOWN = 50
MOST_EXPORTED = 50_000


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/cases")
    names = {"kinds": KIND_NAMES, "states": STATE_NAMES}

    @routes.get("")
    def cases(
        request: Request, state: str = "open", kind: str = "", item: str = "", late: str = "", page: str = "1",
        visit: Visit = need("agent"),
    ) -> Response:  # fmt: skip
        wanted = _wanted(state, kind, item, late)
        number = page_number(page)
        found = console.cases.listed(**wanted, most=SHOWN + 1, skip=(number - 1) * SHOWN)
        values: dict[str, Any] = {"cases": found[:SHOWN], "more": len(found) > SHOWN, "number": number}
        values |= {"query": {"state": state, "kind": kind, "item": item, "late": late}, "today": today()}
        return render(request, "cases.html", visit, figures=console.cases.figures(today()), **values, **names)

    @routes.get("/new")
    def new(request: Request, item: str = "", visit: Visit = need("agent")) -> Response:
        return render(request, "case_new.html", visit, form=Form({"item_id": (item[:128],)}), problem="", **names)

    @routes.post("/new")
    def open_case(request: Request, visit: Visit = need("agent")) -> Response:
        form = visit.form
        try:
            kind, text = form.text("kind", 16), form.text("text", 2_000)
            if kind not in KIND_NAMES or not text:
                raise BadInput("请选类别，并写清楚要办什么。")
            item_id = item_called(console.serving.snapshot(), form.text("item_id", 128))
            contact = phone_of(form.text("contact", 32))
            case = console.cases.open(kind, item_id, mask(text), contact, "staff", visit.user)
        except LaihutongError as error:
            return render(request, "case_new.html", visit, error.status, form=form, problem=error.sentence, **names)
        console.audit.note(visit.user, "case_opened", case.number)
        return RedirectResponse(f"/staff/cases/{case.number}?done=opened", 303)

    @routes.get("/export")
    def export(
        request: Request, form: str = "csv", state: str = "", kind: str = "", item: str = "", late: str = "",
        visit: Visit = need("approver"),
    ) -> Response:  # fmt: skip
        """Without contacts: a file travels further than a page."""
        found = console.cases.listed(**_wanted(state, kind, item, late), most=MOST_EXPORTED)
        console.audit.note(visit.user, "cases_exported", form[:8], cases=len(found))
        return download(form, "cases", "工单", HEAD, rows(found))

    @routes.get("/{number}")
    def case(request: Request, number: str, visit: Visit = need("agent")) -> Response:
        found = console.cases.get(number[:32])
        console.audit.note(visit.user, "case_read", found.number)
        item = console.serving.snapshot().on(found.item_id) if found.item_id else None
        values = {"case": found, "item": item.item if item else None, "follows": NEXT[found.state], "today": today()}
        return render(request, "case.html", visit, **values, **names)

    @routes.post("/{number}")
    def move(request: Request, number: str, visit: Visit = need("agent")) -> Response:
        form, number = visit.form, number[:32]
        note = mask(form.text("note", 2_000))
        into = form.text("into", 32)
        if into:
            console.cases.merge(number, into, form.number("saves"), visit.user)
        else:
            state = form.text("state", 16)
            if state == "answered" and not (note and form.ticked("public")):
                raise BadInput("反馈要写一句话给来访人看，并勾上“来访人能看到”。")
            department, owner = form.text("department", 100), visit.user if form.ticked("mine") else None
            saves, public = form.number("saves"), form.ticked("public")
            console.cases.move(number, saves, visit.user, state, note, public, department, owner)
        console.audit.note(visit.user, "case_changed", number, state=form.text("state", 16), into=into)
        return RedirectResponse(f"/staff/cases/{number}?done=changed", 303)

    return routes


def _wanted(state: str, kind: str, item: str, late: str) -> dict[str, Any]:
    """Filters; what makes no sense counts as not asked."""
    return {
        "state": state if state in (*STATE_NAMES, "open") else "", "kind": kind if kind in KIND_NAMES else "",
        "item_id": item[:128].replace("\x00", ""), "late_on": today() if late else None,
    }  # fmt: skip
