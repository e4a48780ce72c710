"""In: drafts that wait. Out: published versions, by a second person; drafts returned; an old version proposed again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import today
from bot.errors import BadInput, DataError, NotFound
from services.knowledge.drafts import Plan
from services.knowledge.files import plain
from staff.console import Console
from staff.gate import Visit, need
from staff.item_form import check


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    @routes.post("/drafts/{number:int}/publish")
    def publish(request: Request, number: int, visit: Visit = need("approver")) -> Response:
        draft = console.drafts.get(number)
        item, wrong = check(draft.body)
        if item is None or item.id != draft.item_id:
            raise DataError("草稿里有写错的地方，不能发布：" + "；".join(s for all_ in wrong.values() for s in all_))
        version = console.drafts.publish(number, visit.form.number("saves"), item, visit.user, today())
        console.audit.note(visit.user, "published", item.id, version=version, draft=number, author=draft.author)
        console.serving.announce()
        return RedirectResponse(f"/staff/items/{item.id}?version={version}&done=published", 303)

    @routes.post("/drafts/{number:int}/return")
    def give_back(request: Request, number: int, visit: Visit = need("approver")) -> Response:
        remark = visit.form.text("remark", 500)
        if not remark:
            raise BadInput("请写一句为什么退回，作者才知道改哪里。")
        console.drafts.give_back(number, visit.user, remark)
        console.audit.note(visit.user, "draft_returned", console.drafts.get(number).item_id, draft=number)
        return RedirectResponse("/staff/drafts?done=returned", 303)

    @routes.post("/items/{item_id}/roll-back")
    def roll_back(request: Request, item_id: str, visit: Visit = need("editor")) -> Response:
        """Proposes an old version anew: history only grows, and a second person looks at this, too."""
        wanted = visit.form.number("version")
        old = next((p for p in console.knowledge.versions(item_id) if p.version == wanted), None)
        if old is None:
            raise NotFound(f"没有这个事项或这一版：{item_id}")
        plan = Plan(reason=f"退回第 {wanted} 版。{visit.form.text('reason', 400)}")
        number = console.drafts.begin(item_id, plain(old.item), visit.user, plan)
        console.drafts.submit(number, visit.user)
        console.audit.note(visit.user, "rolled_back", item_id, to=wanted, draft=number)
        return RedirectResponse(f"/staff/drafts/{number}?done=submitted", 303)

    return routes
