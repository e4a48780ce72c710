"""In: conversations that want a person. Out: the inbox, one conversation with its reply box, what was not delivered."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from redis.exceptions import RedisError
from starlette.concurrency import run_in_threadpool

from bot.answers.phrases import phrase
from bot.channels.masking import mask
from bot.clock import now
from bot.errors import BadInput, Conflict, LaihutongError, NotFound
from bot.hours import parse_hours
from services.handover.models import Case, Line
from services.handover.store import MOST_CHARS, HandoverStore
from staff.act_names import CHANNEL_NAMES
from staff.console import Console
from staff.gate import Visit, need
from staff.inbox import CASE_STATES, REASONS, SPEAKERS, budget_words, sorted_inbox, suggest
from staff.pages import render
from staff.roles import may

log = structlog.get_logger(__name__)
NAMES = {"reasons": REASONS, "states": CASE_STATES, "channels": CHANNEL_NAMES, "speakers": SPEAKERS}
_NO_CHANGE = 204
"""htmx leaves the page as it is."""


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/handover")

    @routes.get("")
    def inbox(request: Request, seen: str = "", visit: Visit = need("agent")) -> Response:
        """The list; asked again by the page itself, only when it has changed."""
        found = sorted_inbox(console.serving.handover().open_cases())
        asked_again = bool(request.headers.get("x-poll"))
        if asked_again and found.seen(now()) == seen:
            return Response(status_code=_NO_CHANGE)
        template = "handover_list.html" if asked_again else "handover.html"
        values = {"inbox": found, "now": now(), "hours": _hours(console), "here": _here(console, visit)}
        return render(request, template, visit, **values, **NAMES)

    @routes.get("/undelivered")
    def undelivered(request: Request, visit: Visit = need("agent")) -> Response:
        records = console.serving.handover().records()
        console.audit.note(visit.user, "undelivered_read", records=len(records))
        return render(request, "undelivered.html", visit, records=records)

    @routes.get("/{number:int}")
    async def conversation(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        return await _page(console, request, visit, number)

    @routes.get("/{number:int}/talk")
    async def talk(request: Request, number: int, seen: str = "", visit: Visit = need("agent")) -> Response:
        """What was said, when there is more of it than the page has; what is being typed stands outside of it."""
        return await _page(console, request, visit, number, template="talk.html", seen=seen)

    @routes.post("/{number:int}/claim")
    async def claim(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        return await _do(console, request, visit, number, "claimed", lambda: _store(console).claim(number, visit.user))

    @routes.post("/{number:int}/reply")
    async def reply(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        text = mask(visit.form.text("text"))

        def work() -> Line:
            return _store(console).reply(number, visit.user, text)

        return await _do(console, request, visit, number, "replied", work)

    @routes.post("/{number:int}/transfer")
    async def transfer(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        to = visit.form.text("to", 64)

        def work() -> Case:
            if to and to not in _colleagues(console, visit):
                raise BadInput("没有这位同事，或者他不能接待。")
            return _store(console).transfer(number, visit.user, to)

        return await _do(console, request, visit, number, "transferred", work)

    @routes.post("/{number:int}/close")
    async def close(request: Request, number: int, visit: Visit = need("agent")) -> Response:
        return await _do(console, request, visit, number, "closed", lambda: _store(console).close(number, visit.user))

    return routes


async def _do(
    console: Console, request: Request, visit: Visit, number: int, did: str, work: Callable[[], Any]
) -> Response:
    """Does one thing and shows the conversation; refused, it says why and keeps what was typed."""
    _known(number)
    try:
        await run_in_threadpool(work)
    except NotFound:
        raise
    except LaihutongError as error:
        said = await run_in_threadpool(_who_has_it, console, number, error)
        return await _page(console, request, visit, number, error.status, said)
    await run_in_threadpool(console.audit.note, visit.user, f"handover_{did}", str(number))
    return RedirectResponse(f"/staff/handover/{number}?done={did}", 303)


async def _page(
    console: Console, request: Request, visit: Visit, number: int, status: int = 200, problem: str = "",
    template: str = "conversation.html", seen: str = "",
) -> Response:  # fmt: skip
    _known(number)
    case, lines = await run_in_threadpool(lambda: (_store(console).get(number), _store(console).history(number)))
    left = await _left(console, case)
    same = _fingerprint(case, lines, left)
    if seen == same:
        return Response(status_code=_NO_CHANGE)

    def made() -> Response:
        console.audit.note(visit.user, "handover_read", str(number), lines=len(lines))
        suggestion = suggest(console.serving, case, lines, now())
        values: dict[str, Any] = {"case": case, "lines": lines, "seen": same, "suggestion": suggestion, "now": now()}
        values |= {"budget": budget_words(case, left), "said_notice": _notice, "problem": problem, "most": MOST_CHARS}
        values |= {"typed": visit.form.text("text"), "colleagues": _colleagues(console, visit)}
        values |= {"here": _here(console, visit)}
        return render(request, template, visit, status, **values, **NAMES)

    return await run_in_threadpool(made)


async def _left(console: Console, case: Case) -> tuple[int, int] | None:
    if case.channel != "wechat":
        return None
    try:
        return await console.serving.wechat_left(case.conversation_id)
    except RedisError as error:
        log.warning("budget_unknown", error=type(error).__name__)
        return None


def _who_has_it(console: Console, number: int, error: LaihutongError) -> str:
    """A refusal because somebody was faster names them."""
    if not isinstance(error, Conflict):
        return error.sentence
    case = _store(console).get(number)
    if case.state == "closed":
        return "这一位已经接待完了。"
    return f"{case.staff} 已经接了这一位。" if case.staff else "这一位还没有人接，先点“我来接”。"


def _fingerprint(case: Case, lines: list[Line], left: tuple[int, int] | None) -> str:
    said = [(line.id, line.sent_at) for line in lines]
    return sha256(repr((case, said, left and left[0])).encode()).hexdigest()[:16]


def _colleagues(console: Console, visit: Visit) -> list[str]:
    everyone = console.accounts.everyone()
    return [user.name for user in everyone if user.active and may(user.role, "agent") and user.name != visit.user]


def _here(console: Console, visit: Visit) -> list[str]:
    """Colleagues who are at work now."""
    here = console.sessions.here()
    return [name for name in _colleagues(console, visit) if name in here]


def _hours(console: Console) -> str:
    chosen = console.chosen
    hours = parse_hours(chosen.handover_hours, chosen.handover_closed)
    if not hours.known:
        return "没有定接待时间，所以机器人没有答应过谁几点回。"
    there = "现在是接待时间" if hours.open(now()) else "现在不是接待时间"
    return f"接待时间：{chosen.handover_hours}（前面的数字是星期几）。{there}。"


def _notice(name: str) -> str:
    return phrase(f"handover.{name}")


def _known(number: int) -> None:
    """Databases refuse longer numbers."""
    if not 0 < number < 2**31:
        raise NotFound("没有这件事。")


def _store(console: Console) -> HandoverStore:
    return console.serving.handover()
