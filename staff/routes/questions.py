"""In: a time, a conversation, an item. Out: what was asked in vain, wrong cards, what somebody was told on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import SHANGHAI, now, today
from bot.errors import NotFound
from services.calls.wrong_groups import groups
from staff.act_names import CHANNEL_NAMES
from staff.clusters import clusters
from staff.console import Console
from staff.gate import Visit, need
from staff.lookup import LONGEST_QUERY, Wanted, item_called, look_up, names_of
from staff.pages import render
from staff.paging import day_of, page_number

SHOWN = 50
MOST_CARDS = 800
NEAR = 6
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

    @routes.get("/near")
    def near(request: Request, text: str = "", visit: Visit = need("editor")) -> Response:
        """Items that the words might mean, each one click from a new alias."""
        rows = look_up(console.serving, Wanted(text.strip()[:LONGEST_QUERY]))[0][:NEAR] if text.strip() else []
        return render(request, "near.html", visit, rows=rows, text=text[:LONGEST_QUERY])

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
        console.audit.note(visit.user, "cards_done", shown, meant=meant)
        return RedirectResponse("/staff/questions/cards?done=cards", 303)

    @routes.get("/told")
    def told(
        request: Request, day: str = "", conversation: str = "", item: str = "", case: str = "", talk: str = "",
        page: str = "1", visit: Visit = need("approver"),
    ) -> Response:  # fmt: skip
        """What did we tell this person on that day, from which version? A case or a talk names the person, too."""
        whose, its_day = _person(console, case[:32], talk[:9])
        conversation = conversation.strip()[:128]
        chosen, number = day_of(day) or its_day or today(), page_number(page)
        since = datetime.combine(chosen, time.min, SHANGHAI)
        named = whose or conversation
        who = console.serving.conversation_hash(named) if named else ""
        item_id = item_called(console.serving.snapshot(), item.strip()[:128].replace("\x00", ""))
        skip = (number - 1) * SHOWN
        found = console.questions.told(since, since + timedelta(days=1), who, item_id, SHOWN + 1, skip)
        console.audit.note(visit.user, "answers_read", who or item_id, day=str(chosen))
        query = {"day": str(chosen), "conversation": conversation, "item": item, "case": case, "talk": talk}
        names = names_of(console.serving.snapshot(), (row.told_item for row in found if row.told_item))
        values = {"rows": found[:SHOWN], "more": len(found) > SHOWN, "number": number, "query": query}
        return render(request, "told.html", visit, names=names, channels=CHANNEL_NAMES, **values)

    return routes


def _person(console: Console, case: str, talk: str) -> tuple[str, date | None]:
    """The conversation that a case or a talk with staff belongs to, and its day; nothing when none is named.

    Raises:
        NotFound: no such case or talk, or it was not left in a conversation.
    """
    if case:
        left = console.cases.get(case.replace("\x00", ""))
        name, at = left.conversation_id, left.opened_at
    elif talk.isascii() and talk.isdigit():
        taken = console.serving.handover().get(int(talk))
        name, at = taken.conversation_id, taken.opened_at
    else:
        return "", None
    if not name:
        raise NotFound("这张工单不是在聊天里登记的，查不到当时的对话。")
    return name, at.astimezone(SHANGHAI).date()
