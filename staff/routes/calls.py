"""In: the hotline's calls. Out: their list, the agent's screen of one with its live line, search and cards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import WebSocketRoute

from bot.clock import today
from bot.errors import NotFound
from services.knowledge.item_state import verification_on
from services.knowledge.snapshot import Published
from staff.call_line import CallLine
from staff.console import Console
from staff.gate import Visit, need
from staff.lookup import READY, Wanted, look_up, ready_answers
from staff.pages import render
from staff.seams import CALL_ID, CallInfo

FOUND = 8
"""Results under the search box: what one sees without scrolling."""
KEYS = (
    ("直接打字", "查事项"), ("↑ ↓ 回车", "选一条，钉成卡片"), ("Esc", "清空；收起"),
    ("Alt+1 ～ 4", "第几张卡片的话已经说了"), ("Shift+Alt+1 ～ 4", "钉住、放开第几张卡片"),
    ("Alt+X", "第一张卡片不对，再选对的那张"), ("Alt+6 ～ 9", "回答“下一句问什么”的第几个答案"),
    ("Alt+G", "到来电人的情况，Tab 走，回车改"), ("Alt+C", "复制清单"), ("Alt+W", "上面的提醒看过了，收起第一条"),
    ("PageUp PageDown", "翻左边的话"), ("Alt+0", "回到最新的话"), ("Alt+S", "电话打完：写小结"),
    ("?", "这张表（查的框空着时）"),
)  # fmt: skip
"""Key → what it does."""


def router(console: Console) -> APIRouter:
    """The pages, and the live line of a screen."""
    routes = APIRouter(prefix="/calls")

    @routes.get("")
    async def calls(request: Request, seen: str = "", visit: Visit = need("agent")) -> Response:
        """Calls going on; asked again by the page itself, only when something has changed."""
        try:
            live = [call for call in await console.calls().live() if call.state == "live"]
        except NotFound as error:
            return render(request, "calls.html", visit, live=None, problem=error.sentence)
        same = _fingerprint(live)
        asked_again = bool(request.headers.get("x-poll"))
        if asked_again and seen == same:
            return Response(status_code=204)
        template = "calls_list.html" if asked_again else "calls.html"
        return render(request, template, visit, live=live, seen=same, problem="")

    @routes.get("/search")
    def search(request: Request, q: str = "", visit: Visit = need("agent")) -> Response:
        """Items for what is typed during a call."""
        wanted = Wanted.read(q, "", "", "", "")
        rows = look_up(console.serving, wanted)[0][:FOUND] if wanted.q else []
        shown = [
            {"item_id": row.item.id, "name": row.item.name, "topic": row.item.topic, "verification": row.state,
             "pieces": row.pieces}
            for row in rows
        ]  # fmt: skip
        return JSONResponse({"rows": shown}, headers={"Cache-Control": "no-store"})

    @routes.get("/card/{item_id}")
    def card(request: Request, item_id: str, visit: Visit = need("agent")) -> Response:
        """An item as a card, with a line to say for every question an agent gets."""
        found = console.serving.snapshot().on(item_id[:128])
        if found is None:
            raise NotFound("没有这个事项。")
        return JSONResponse(_card(found), headers={"Cache-Control": "no-store"})

    @routes.get("/{call_id}")
    def screen(request: Request, call_id: str, visit: Visit = need("agent")) -> Response:
        """The screen; what is said comes over the live line, where its reading is recorded."""
        if not CALL_ID.fullmatch(call_id):
            raise NotFound("没有这通电话。")
        return render(request, "call.html", visit, call_id=call_id, acts=json.dumps(READY), keys=KEYS)

    routes.routes.append(WebSocketRoute("/calls/{call_id}/live", CallLine(console)))
    return routes


def _fingerprint(live: Sequence[CallInfo]) -> str:
    seen = [(call.call_id, call.last_words, call.top_item) for call in live]
    return sha256(repr(seen).encode()).hexdigest()[:16]


def _card(found: Published) -> dict[str, object]:
    day = today()
    ready = ready_answers(found, day)
    item = found.item
    citations = [{"title": source.title, "doc_no": source.doc_no} for source in item.sources]
    shown = {
        "item_id": item.id, "name": item.name, "topic": item.topic, "act": ready[0].act, "say": ready[0].spoken,
        "citations": citations, "verification": verification_on(item, day), "version": found.version,
    }  # fmt: skip
    return {"card": shown, "ready": [{"act": one.act, "spoken": one.spoken, "text": one.text} for one in ready]}
