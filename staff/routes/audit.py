"""In: a person, a kind of deed, a page. Out: the record of who did what; only for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from staff.audit import DEEDS
from staff.console import Console
from staff.gate import Visit, need
from staff.pages import render
from staff.paging import page_number


def router(console: Console) -> APIRouter:
    """The page."""
    routes = APIRouter(prefix="/audit")

    @routes.get("")
    def audit(
        request: Request, name: str = "", did: str = "", page: str = "1", visit: Visit = need("admin")
    ) -> Response:
        number, did = page_number(page), did if did in DEEDS else ""
        deeds, more = console.audit.page(number, name[:64], did)
        return render(request, "audit.html", visit, deeds=deeds, more=more, number=number, name=name, did=did)

    return routes
