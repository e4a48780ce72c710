"""In: the drafts of one import. Out: their differences and effects; all published at once, by a second person."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import today
from bot.errors import DataError, NotFound
from services.knowledge.contradictions import clashes
from services.knowledge.drafts import Draft
from services.knowledge.models import Item
from staff.console import Console
from staff.diff import changes
from staff.effects import effects
from staff.gate import Visit, need
from staff.imports import reason_of
from staff.item_form import check
from staff.pages import render
from staff.routes.edit import before

MOST_CLASHES = 200


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/imports")

    def waiting(batch: str) -> list[Draft]:
        found = console.drafts.waiting_for(reason_of(batch[:32].replace("\x00", "")))
        if not found:
            raise NotFound("这一批里没有等审核的了。")
        return found

    @routes.get("/{batch}")
    def look(request: Request, batch: str, visit: Visit = need("editor")) -> Response:
        drafts = waiting(batch)
        rows = [(draft, changes(before(console, draft), draft.body)) for draft in drafts]
        own = any(draft.author == visit.user for draft in drafts)
        return render(request, "imported.html", visit, rows=rows, batch=batch, own=own)

    @routes.get("/{batch}/effects")
    def effects_of(request: Request, batch: str, visit: Visit = need("editor")) -> Response:
        """What the import as a whole repeats, contradicts, and answers in another way; asked for by the page."""
        items = [_checked(draft) for draft in waiting(batch)]
        report = effects(console.serving, items, console.past_questions(), today())
        then = {**{item.id: item for item in console.serving.snapshot().items}, **{item.id: item for item in items}}
        found = [(item, clash) for item in items for clash in clashes(item, then.values())]
        return render(request, "effects.html", visit, report=report, clashes=found[:MOST_CLASHES])

    @routes.post("/{batch}")
    def publish(request: Request, batch: str, visit: Visit = need("approver")) -> Response:
        """What was shown and nothing else: a draft that was changed, or came since, stops it all."""
        drafts = waiting(batch)
        shown = dict(pair.split(":", 1) for pair in visit.form.text("saves", 60_000).split() if ":" in pair)
        seen = [(one.id, _number(shown.get(str(one.id), "")), _checked(one)) for one in drafts]
        versions = console.drafts.publish_all(seen, visit.user, today())
        console.audit.note(visit.user, "import_published", batch[:32], drafts=[draft.id for draft in drafts])
        console.serving.announce()
        return RedirectResponse(f"/staff/drafts?state=published&done=published&n={len(versions)}", 303)

    return routes


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _checked(draft: Draft) -> Item:
    item, wrong = check(draft.body)
    if item is None or item.id != draft.item_id:
        raise DataError(
            f"{draft.item_id} 里有写错的地方，一个都没有发布：" + "；".join(s for w in wrong.values() for s in w)
        )
    return item
