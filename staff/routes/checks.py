"""In: items that nobody has held against the official page lately. Out: who does it until when, and what was found."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import today
from bot.errors import BadInput, NotFound
from services.knowledge.drafts import Plan
from services.knowledge.files import parse_item, plain
from staff.check_queue import WHYS
from staff.console import Console
from staff.gate import Visit, need
from staff.pages import render
from staff.paging import day_of


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/checks")

    @routes.get("")
    def checks(request: Request, why: str = "", owner: str = "", visit: Visit = need("editor")) -> Response:
        snapshot = console.serving.snapshot()
        why, owner = why if why in WHYS else "", owner[:64]
        tasks, number = console.checks.tasks(snapshot, today(), why, owner)
        values = {
            "tasks": tasks, "number": number, "why": why, "owner": owner,
            "coverage": console.checks.coverage(snapshot, today()), "whys": WHYS, "today": today(),
            "people": [user.name for user in console.accounts.everyone() if user.active],
        }  # fmt: skip
        return render(request, "checks.html", visit, **values)

    @routes.post("/{item_id}/assign")
    def assign(request: Request, item_id: str, visit: Visit = need("editor")) -> Response:
        console.serving.snapshot().get(item_id)
        owner, due = visit.form.text("owner", 64), day_of(visit.form.text("due", 10))
        if owner and owner not in {user.name for user in console.accounts.everyone() if user.active}:
            raise NotFound(f"没有用户 {owner}。")
        console.checks.assign(item_id, owner, due, visit.user)
        return RedirectResponse("/staff/checks?done=assigned", 303)

    @routes.post("/{item_id}/checked")
    def checked(request: Request, item_id: str, visit: Visit = need("editor")) -> Response:
        """Becomes a draft like every other change: the second person sees who checked what against which page."""
        item = console.knowledge.versions(item_id)
        if not item:
            raise NotFound(f"没有这个事项：{item_id}")
        source, again = visit.form.text("source", 300), day_of(visit.form.text("check_again", 10))
        if not source:
            raise BadInput("请写对着哪个官方页面或文件核对的。")
        if again is not None and again <= today():
            raise BadInput("下次核对的日子要在今天以后。")
        found = {"state": "verified", "by": visit.user, "on": today().isoformat(), "source": source}
        found |= {"check_again": again.isoformat()} if again else {}
        data = {**plain(item[-1].item), "verification": found}
        parse_item(data, "核对")
        number = console.drafts.begin(item_id, data, visit.user, Plan(reason=f"核对过：{source}"))
        console.drafts.submit(number, visit.user)
        console.audit.note(visit.user, "checked", item_id, draft=number)
        return RedirectResponse(f"/staff/drafts/{number}?done=submitted", 303)

    return routes
