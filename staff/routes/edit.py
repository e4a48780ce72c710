"""In: forms and YAML. Out: drafts: written, saved, handed in, returned, dropped; nothing here goes live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.channels.masking import mask
from bot.clock import today
from bot.errors import BadInput, Conflict, DataError, NotFound
from services.knowledge.contradictions import clashes
from services.knowledge.drafts import Draft, Plan
from services.knowledge.files import plain
from staff.console import Console
from staff.diff import changes
from staff.effects import effects
from staff.form import Form
from staff.gate import Visit, need
from staff.item_form import by_field, check, from_form, from_yaml, rows_of, to_yaml
from staff.pages import render
from staff.paging import day_of


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    def page(
        request: Request, visit: Visit, data: Mapping[str, Any], draft: Draft | None,
        wrong: Mapping[str, list[str]], status: int = 200, **more: Any,
    ) -> Response:  # fmt: skip
        values = {"yaml": "", "as_yaml": False, "problem": "", "alias": "", "saves": 0}
        values |= {"plan": draft.plan if draft else Plan()}
        values |= {"data": data, "draft": draft, "wrong": wrong, "rows": lambda name: rows_of(data, name)} | more
        values["saves"] = values["saves"] or (draft.saves if draft else 0)
        return render(request, "edit.html", visit, status, **values)

    def compared(request: Request, visit: Visit, draft: Draft) -> Response:
        """What a draft changes; what it repeats and contradicts the page asks for afterwards."""
        _, wrong = check(draft.body)
        found = changes(before(console, draft), draft.body)
        return render(request, "draft.html", visit, draft=draft, changes=found, wrong=wrong)

    def save(request: Request, visit: Visit, before: Mapping[str, Any], draft: Draft | None) -> Response:
        """Keeps whatever was typed; only what is right can be handed in."""
        form, as_yaml = visit.form, visit.form.text("view") == "yaml"
        typed = form.text("yaml", 200_000)
        try:
            data = from_yaml(typed, before) if as_yaml else from_form(form, before)
            plan = read_plan(form)
        except (DataError, BadInput) as error:
            data = dict(before) if as_yaml else from_form(form, before)
            wrong = by_field(error.fields)
            more = {"yaml": typed, "as_yaml": as_yaml, "problem": error.sentence, "saves": form.number("saves")}
            return page(request, visit, data, draft, wrong, 422, **more)
        do = form.text("do")
        if do in ("to_yaml", "to_form"):
            turned: dict[str, Any] = {
                "yaml": to_yaml(data),
                "as_yaml": do == "to_yaml",
                "plan": plan,
                "saves": form.number("saves"),
            }
            return page(request, visit, data, draft, check(data)[1], **turned)
        item, wrong = check(data)
        if draft is None and not before.get("id") and (sentence := _id_problem(console, str(data.get("id", "")))):
            wrong = {**wrong, "id": [sentence]}
            return page(request, visit, data, None, wrong, 422, problem="还不能存：事项编码不对。")
        try:
            number = draft.id if draft else console.drafts.begin(str(data["id"])[:128], data, visit.user, plan)
            if draft:
                console.drafts.save(draft.id, form.number("saves"), data, plan)
        except Conflict as error:
            stale = {"yaml": typed, "as_yaml": as_yaml, "problem": error.sentence, "plan": plan}
            return page(request, visit, data, console.drafts.get(draft.id) if draft else None, wrong, 409,
                        saves=form.number("saves"), **stale)  # fmt: skip
        console.audit.note(visit.user, "draft_saved", str(data["id"]), draft=number)
        if do == "submit" and item is not None:
            return submit(request, visit, number)
        if do == "submit":
            more = {"problem": "存好了，但还不能交：下面有写错的地方。"}
            return page(request, visit, data, console.drafts.get(number), wrong, 422, **more)
        return RedirectResponse(f"/staff/drafts/{number}?done=saved", 303)

    def submit(request: Request, visit: Visit, number: int) -> Response:
        console.drafts.submit(number, visit.user)
        console.audit.note(visit.user, "draft_submitted", console.drafts.get(number).item_id, draft=number)
        return RedirectResponse(f"/staff/drafts/{number}?done=submitted", 303)

    @routes.get("/new")
    def new(request: Request, alias: str = "", visit: Visit = need("editor")) -> Response:
        """`alias`: what somebody asked in vain; the form begins with it."""
        return page(request, visit, _called_also(NEW, alias), None, {}, alias=mask(alias))

    @routes.post("/new")
    def save_new(request: Request, visit: Visit = need("editor")) -> Response:
        return save(request, visit, {"verification": NEW["verification"]}, None)

    @routes.get("/items/{item_id}/edit")
    def edit(request: Request, item_id: str, alias: str = "", visit: Visit = need("editor")) -> Response:
        """The last version in the form, with another alias when one is given; or the draft somebody already writes."""
        begun = console.drafts.listed(item_id=item_id, most=1)
        if begun:
            more = f"?{urlencode({'alias': alias}, errors='replace')}" if alias else ""
            return RedirectResponse(f"/staff/drafts/{begun[0].id}{more}", 303)
        return page(request, visit, _called_also(_last(console, item_id), alias), None, {}, alias=mask(alias))

    @routes.post("/items/{item_id}/edit")
    def save_edit(request: Request, item_id: str, visit: Visit = need("editor")) -> Response:
        before = _last(console, item_id)
        begun = console.drafts.listed(item_id=item_id, most=1)
        if begun:  # somebody else began while this form was open
            data = from_form(visit.form, before)
            sentence = (
                f"{begun[0].author} 也在改这个事项，已经有一份草稿（第 {begun[0].id} 号）。你写的没有存，还在下面。"
            )
            return page(request, visit, data, None, {}, 409, problem=sentence)
        return save(request, visit, before, None)

    @routes.get("/drafts")
    def drafts(request: Request, state: str = "", visit: Visit = need("editor")) -> Response:
        states = (state,) if state in ("draft", "submitted", "published", "dropped") else ("draft", "submitted")
        return render(request, "drafts.html", visit, drafts=console.drafts.listed(states), state=state)

    @routes.get("/drafts/{number:int}")
    def draft(request: Request, number: int, alias: str = "", visit: Visit = need("editor")) -> Response:
        found = console.drafts.get(number)
        if found.state == "draft":
            data = _called_also(found.body, alias)
            return page(request, visit, data, found, check(data)[1], alias=mask(alias))
        return compared(request, visit, found)

    @routes.post("/drafts/{number:int}")
    def save_draft(request: Request, number: int, visit: Visit = need("editor")) -> Response:
        found = console.drafts.get(number)
        return save(request, visit, found.body, found)

    @routes.post("/drafts/{number:int}/drop")
    def drop(request: Request, number: int, visit: Visit = need("editor")) -> Response:
        console.drafts.drop(number)
        console.audit.note(visit.user, "draft_dropped", console.drafts.get(number).item_id, draft=number)
        return RedirectResponse("/staff/drafts?done=dropped", 303)

    @routes.get("/drafts/{number:int}/changes")
    def look(request: Request, number: int, visit: Visit = need("editor")) -> Response:
        """The same page as for the second person, while still writing."""
        return compared(request, visit, console.drafts.get(number))

    @routes.get("/drafts/{number:int}/clashes")
    def clashes_of(request: Request, number: int, visit: Visit = need("editor")) -> Response:
        """What the draft repeats and contradicts; asked for by the page, since every other item is looked at."""
        item, _ = check(console.drafts.get(number).body)
        found = clashes(item, console.serving.snapshot().items) if item else ()
        return render(request, "clashes.html", visit, item=item, clashes=[(item, clash) for clash in found])

    @routes.get("/drafts/{number:int}/effects")
    def effects_of(request: Request, number: int, visit: Visit = need("editor")) -> Response:
        """Which sentences would be answered in another way; asked for by the page, since it takes seconds."""
        item, _ = check(console.drafts.get(number).body)
        report = effects(console.serving, [item], console.past_questions(), today()) if item else None
        return render(request, "effects.html", visit, report=report, clashes=())

    return routes


NEW: Mapping[str, Any] = {
    "id": "", "region": "minhang", "confidence": "low", "evidence": "recollection",
    "verification": {"state": "unverified"},
}  # fmt: skip
"""What a new item begins with."""


def read_plan(form: Form) -> Plan:
    """When and why.

    Raises:
        BadInput: a day is none, or the end lies before the beginning.
    """
    start, end = (day_of(form.text(name, 10)) for name in ("valid_from", "valid_to"))
    for name, day in (("valid_from", start), ("valid_to", end)):
        if day is None and form.text(name, 10):
            raise BadInput("日期要写成 2026-11-23 这样。")
    if start and end and end < start:
        raise BadInput("结束的日子早于开始的日子。")
    return Plan(start, end, form.text("reason", 500))


def _id_problem(console: Console, item_id: str) -> str:
    """What is wrong with the id of a new item; empty when nothing is."""
    if not item_id:
        return "请写事项编码，例如 housing.new_item。"
    taken = console.knowledge.versions(item_id) or console.drafts.listed(item_id=item_id, most=1)
    return "这个编码已经有了，请换一个，或去改那个事项。" if taken else ""


def _called_also(data: Mapping[str, Any], alias: str) -> Mapping[str, Any]:
    """The item with one more everyday name; not saved."""
    known, alias = data.get("aliases") or [], mask(alias.strip())
    return {**data, "aliases": [*known, alias]} if alias and alias not in known else data


def _last(console: Console, item_id: str) -> dict[str, Any]:
    """The last version of an item as plain data.

    Raises:
        NotFound: no such item.
    """
    versions = console.knowledge.versions(item_id)
    if not versions:
        raise NotFound(f"没有这个事项：{item_id}")
    return plain(versions[-1].item)


def before(console: Console, draft: Draft) -> Mapping[str, Any]:
    """What a draft changes: the version it was begun on."""
    found = next((p for p in console.knowledge.versions(draft.item_id) if p.version == draft.base_version), None)
    return plain(found.item) if found else {}
