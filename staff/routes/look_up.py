"""In: what was typed. Out: results while typing; and the page of an item, as an agent needs it during a call."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.clock import today
from services.cases.models import KIND_NAMES, STATE_NAMES
from services.knowledge.item_state import verification_on
from staff.console import Console
from staff.gate import Visit, need
from staff.lookup import Wanted, look_up, ready_answers, version_of
from staff.pages import render
from staff.paging import day_of, page_number
from staff.reminders import reminders

SHOWN_CASES = 5
"""Open cases on an item's page, the most urgent."""


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    @routes.get("/")
    def home(
        request: Request, q: str = "", topic: str = "", region: str = "", state: str = "", as_of: str = "",
        page: str = "1", visit: Visit = need("reader"),
    ) -> Response:  # fmt: skip
        """The box, and its results; while typing only the results (htmx)."""
        began = time.perf_counter()
        wanted, number = Wanted.read(q, topic, region, state, as_of), page_number(page)
        rows, more = look_up(console.serving, wanted, number)
        took_ms = (time.perf_counter() - began) * 1000
        part = request.headers.get("hx-request") and not request.headers.get("hx-boosted")
        values: dict[str, Any] = {"wanted": wanted, "rows": rows, "more": more, "number": number, "took_ms": took_ms}
        if not part:
            values["reminders"] = [] if wanted.query else reminders(console, visit, today())
        return render(request, "results.html" if part else "look_up.html", visit, **values)

    @routes.get("/items/{item_id}")
    def item(
        request: Request, item_id: str, as_of: str = "", version: str = "0", visit: Visit = need("reader")
    ) -> Response:
        """One item on a day, or one version of it."""
        day = day_of(as_of) or today()
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
        snapshot = console.serving.snapshot()
        found = version_of(snapshot, item_id, number, day)
        live = snapshot.on(item_id, day)
        values = {
            "item": found.item, "found": found, "live": live, "day": day, "today": today(),
            "state": verification_on(found.item, day), "ready": ready_answers(found, day),
            "versions": console.knowledge.records(item_id),
            "cases": console.cases.listed("open", item_id=item_id, most=SHOWN_CASES) if visit.may("agent") else [],
            "kinds": KIND_NAMES, "case_states": STATE_NAMES,
        }  # fmt: skip
        return render(request, "item.html", visit, **values)

    return routes
