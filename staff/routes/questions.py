"""In: a time, a conversation, an item. Out: what was asked in vain, wrong cards, what somebody was told on a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import SHANGHAI, now, today
from services.calls.wrong_groups import groups
from staff.clusters import clusters
from staff.console import Console
from staff.gate import Visit, need
from staff.pages import render
from staff.paging import day_of, page_number

SHOWN = 50
MOST_CARDS = 800
PERIODS = {"7": "一周", "30": "一个月", "90": "三个月"}


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/questions")

    def item_names() -> dict[str, str]:
        return {key: published.item.name for key, published in console.serving.snapshot().current.items()}

    @routes.get("")
    def in_vain(request: Request, days: str = "30", visit: Visit = need("editor")) -> Response:
        days = days if days in PERIODS else "30"
        found = clusters(console.questions.in_vain(now() - timedelta(days=int(days))))
        current = console.serving.snapshot().current
        guessed = {key for group in found[:100] for key in group.guesses}
        names = {key: current[key].item.name for key in guessed if key in current}
        values = {"groups": found[:100], "days": days, "periods": PERIODS, "names": names}
        return render(request, "questions.html", visit, **values)

    @routes.get("/cards")
    def wrong_cards(request: Request, visit: Visit = need("editor")) -> Response:
        """Cards that agents called wrong in calls: which item is taken for which."""
        found = groups(console.ended_calls.wrongs(most=MOST_CARDS))
        return render(request, "wrong_cards.html", visit, groups=found, names=item_names(), most=MOST_CARDS)

    @routes.post("/cards")
    def dealt_with(visit: Visit = need("editor")) -> Response:
        form = visit.form
        shown, meant = form.text("shown", 128), form.text("meant", 128)
        console.ended_calls.wrong_done(shown, meant, form.number("newest"), visit.user)
        return RedirectResponse("/staff/questions/cards?done=cards", 303)

    @routes.get("/told")
    def told(
        request: Request, day: str = "", conversation: str = "", item: str = "", page: str = "1",
        visit: Visit = need("approver"),
    ) -> Response:  # fmt: skip
        """What did we tell this person on that day, from which version?"""
        chosen, number = day_of(day) or today(), page_number(page)
        since = datetime.combine(chosen, time.min, SHANGHAI)
        who = console.serving.conversation_hash(conversation.strip()[:128]) if conversation.strip() else ""
        found = console.questions.told(
            since, since + timedelta(days=1), who, item[:128].replace("\x00", ""), SHOWN + 1, (number - 1) * SHOWN
        )
        console.audit.note(visit.user, "answers_read", who or item[:128], day=str(chosen))
        query = {"day": str(chosen), "conversation": conversation, "item": item}
        values = {"rows": found[:SHOWN], "more": len(found) > SHOWN, "number": number, "query": query}
        return render(request, "told.html", visit, **values)

    return routes
