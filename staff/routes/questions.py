"""In: a time, a conversation, an item. Out: what was asked in vain, in groups; what somebody was told on a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from fastapi import APIRouter, Request, Response

from bot.clock import SHANGHAI, now, today
from services.questions.models import conversation_hash
from staff.clusters import clusters
from staff.console import Console
from staff.gate import Visit, need
from staff.pages import render
from staff.paging import day_of, page_number

SHOWN = 50
PERIODS = {"7": "一周", "30": "一个月", "90": "三个月"}


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/questions")

    @routes.get("")
    def in_vain(request: Request, days: str = "30", visit: Visit = need("editor")) -> Response:
        days = days if days in PERIODS else "30"
        found = clusters(console.questions.in_vain(now() - timedelta(days=int(days))))
        names = {key: published.item.name for key, published in console.serving.snapshot().current.items()}
        values = {"groups": found[:100], "days": days, "periods": PERIODS, "names": names}
        return render(request, "questions.html", visit, **values)

    @routes.get("/told")
    def told(
        request: Request, day: str = "", conversation: str = "", item: str = "", page: str = "1",
        visit: Visit = need("approver"),
    ) -> Response:  # fmt: skip
        """What did we tell this person on that day, from which version?"""
        chosen, number = day_of(day) or today(), page_number(page)
        since = datetime.combine(chosen, time.min, SHANGHAI)
        secret = console.chosen.secret_key.get_secret_value()
        who = conversation_hash(conversation.strip()[:128], secret) if conversation.strip() else ""
        found = console.questions.told(
            since, since + timedelta(days=1), who, item[:128].replace("\x00", ""), SHOWN + 1, (number - 1) * SHOWN
        )
        console.audit.note(visit.user, "answers_read", who or item[:128], day=str(chosen))
        query = {"day": str(chosen), "conversation": conversation, "item": item}
        values = {"rows": found[:SHOWN], "more": len(found) > SHOWN, "number": number, "query": query}
        return render(request, "told.html", visit, **values)

    return routes
