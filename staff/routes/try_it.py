"""In: a sentence. Out: how it is understood and answered on every channel; and the sentence kept for training."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.answers.chat import to_reply
from bot.answers.compose import compose
from bot.answers.spoken import to_spoken
from bot.answers.staff import to_card
from bot.channels.masking import mask
from bot.clock import today
from bot.errors import LaihutongError
from bot.messages import ACTS, ITEM_ACTS
from staff.act_names import ACT_NAMES, EVIDENCE_KINDS
from staff.console import Console
from staff.gate import Visit, need
from staff.lookup import item_called, names_of
from staff.pages import render

LONGEST = 400


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    def page(request: Request, visit: Visit, q: str, status: int = 200, problem: str = "", meant: str = "") -> Response:
        text = mask(q.strip()[:LONGEST])
        snapshot = console.serving.snapshot()
        found = console.serving.explain(text) if text else None
        heard = found["understood"]["item_id"] if found else None
        near = [heard, *(one["item_id"] for one in found["items"])] if found else []
        names = names_of(snapshot, (item_id for item_id in (meant, *near) if item_id in snapshot.current))
        values: dict[str, Any] = {"q": text, "found": found, "names": names, "problem": problem, "acts": ACTS}
        values |= {"meant": meant if meant in names else heard or "", "act_names": ACT_NAMES, "kinds": EVIDENCE_KINDS}
        values |= {"typed": visit.form}
        return render(request, "try_it.html", visit, status, answers=_answers(console, found), **values)

    @routes.get("/try")
    def try_it(request: Request, q: str = "", item: str = "", visit: Visit = need("editor")) -> Response:
        """`item`: what somebody says is meant; the form for a training sentence begins with it."""
        return page(request, visit, q, meant=item)

    @routes.post("/sentences")
    def propose(request: Request, visit: Visit = need("editor")) -> Response:
        form = visit.form
        text = mask(form.text("text", LONGEST + 1))
        chosen = form.text("item_id", 128)
        try:
            item_id = item_called(console.serving.snapshot(), form.text("other", 128) or chosen)
            console.sentences.propose(text, form.text("act", 32), item_id, visit.user)
        except LaihutongError as error:
            return page(request, visit, text, error.status, error.sentence, chosen)
        return RedirectResponse("/staff/sentences?done=sentence", 303)

    @routes.get("/sentences")
    def sentences(request: Request, state: str = "proposed", visit: Visit = need("editor")) -> Response:
        state = state if state in ("proposed", "accepted", "refused") else "proposed"
        listed = console.sentences.listed(state)
        names = names_of(console.serving.snapshot(), (one.item_id for one in listed))
        values = {"sentences": listed, "state": state, "act_names": ACT_NAMES, "names": names}
        return render(request, "sentences.html", visit, **values)

    @routes.post("/sentences/{number:int}")
    def judge(request: Request, number: int, visit: Visit = need("approver")) -> Response:
        console.sentences.judge(number, visit.form.text("good") == "1", visit.user)
        return RedirectResponse("/staff/sentences?done=judged", 303)

    @routes.get("/sentences/staff.yml")
    def training_file(request: Request, visit: Visit = need("editor")) -> Response:
        """Accepted sentences, for data/nlu/ and the next training."""
        headers = {"Content-Disposition": 'attachment; filename="staff.yml"', "Cache-Control": "no-store"}
        text = console.sentences.training_file()
        return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)

    return routes


def _answers(console: Console, found: Any) -> dict[str, str]:
    """By channel; empty when no item answers."""
    if not found:
        return {}
    heard = found["understood"]
    published = console.serving.snapshot().on(heard["item_id"]) if heard["item_id"] else None
    if published is None or heard["act"] not in ITEM_ACTS:
        return {}
    answer = compose(published.public_on(today()), heard["act"], today())
    card = to_card(answer)
    lines = [*card["lead"], *card["facts"], *(line for block in card["lists"] for line in block["lines"])]
    wechat = to_reply(answer, "wechat").text
    return {"网页": to_reply(answer, "web").text, "微信": wechat, "电话里念": to_spoken(answer),
            "坐席卡片": "\n".join(lines)}  # fmt: skip
