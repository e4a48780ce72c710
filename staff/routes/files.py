"""In: a YAML file of items. Out: what it would change, then drafts for a second person; and items as files."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bot.clock import today
from bot.errors import BadInput, DataError, FieldError
from services.knowledge.drafts import Plan
from services.knowledge.files import dump_items, plain
from services.knowledge.models import TOPICS, Item
from staff.console import Console
from staff.gate import Visit, need
from staff.imports import Incoming, new_batch, read_items, reason_of, sort_out
from staff.pages import render


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    def page(
        request: Request, visit: Visit, status: int = 200, wrong: tuple[FieldError, ...] = (),
        incoming: Incoming | None = None, text: str = "", begun: tuple[int, ...] = (),
        batch: str = "",
    ) -> Response:  # fmt: skip
        values = {"wrong": wrong, "incoming": incoming, "text": text, "begun": begun, "batch": batch}
        return render(request, "files.html", visit, status, **values)

    @routes.get("/files")
    def files(request: Request, visit: Visit = need("editor")) -> Response:
        return page(request, visit)

    @routes.get("/files/items.yml")
    def export(request: Request, topic: str = "", visit: Visit = need("editor")) -> Response:
        """The items in force, as files/<topic>.yml hold them."""
        items = [item for item, _ in console.knowledge.published(today()) if topic in ("", item.topic)]
        console.audit.note(visit.user, "exported", topic if topic in TOPICS else "", items=len(items))
        name = f"{topic if topic in TOPICS else 'items'}.yml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(dump_items(items), media_type="application/yaml; charset=utf-8", headers=headers)

    @routes.post("/files")
    def take_in(request: Request, visit: Visit = need("editor")) -> Response:
        """First what would change; with `apply`, a draft for each item that differs, waiting for approval."""
        form = visit.form
        try:
            text = form.file.decode("utf-8-sig") if form.file else form.text("text", 4_000_000)
            if not text.strip():
                raise BadInput("请选一个文件。", (FieldError("file", "请选一个文件。"),))
            items = read_items(text)
        except UnicodeDecodeError:
            return page(request, visit, 422, (FieldError("file", "不是 UTF-8 编码，请另存为 UTF-8 再导入。"),))
        except (DataError, BadInput) as error:
            return page(request, visit, 422, error.fields or (FieldError("file", error.sentence),), text="")
        incoming = sort_out(items, {item.id: item for item, _ in console.knowledge.published(today())})
        if not form.ticked("apply"):
            return page(request, visit, incoming=incoming, text=text)
        batch = new_batch()
        begun = tuple(_propose(console, item, visit, batch) for item in (*incoming.new, *incoming.changed))
        console.audit.note(visit.user, "imported", "", drafts=list(begun))
        return page(request, visit, begun=begun, incoming=incoming, batch=batch)

    return routes


def _propose(console: Console, item: Item, visit: Visit, batch: str) -> int:
    number = console.drafts.begin(item.id, plain(item), visit.user, Plan(reason=reason_of(batch)))
    console.drafts.submit(number, visit.user)
    return number
