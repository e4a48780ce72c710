"""In: a name and a password. Out: a session; and the text that was typed before it ended."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from bot.errors import BadInput, LaihutongError, NotAllowed
from staff.console import Console
from staff.form import Form, read_form
from staff.gate import COOKIE, Visit, need, same_origin
from staff.pages import render

_OURS = re.compile(r"/staff/(?!/)[^\\\s]*")
HOME = "/staff/"


def safe_next(address: str) -> str:
    """Where to go after signing in: one of our own pages, whatever a link says.

    >>> safe_next("/staff/items/a?x=1"), safe_next("https://evil.invalid/"), safe_next("/staff//evil.invalid")
    ('/staff/items/a?x=1', '/staff/', '/staff/')
    """
    return address if _OURS.fullmatch(address) and not address.startswith("/staff/sign") else HOME


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter()

    @routes.get("/sign-in")
    def form(request: Request, next: str = HOME) -> Response:
        return render(request, "sign_in.html", back=safe_next(next), kept=(), problem="", name="")

    @routes.post("/sign-in")
    def sign_in(request: Request, posted: Form = Depends(read_form)) -> Response:
        if not same_origin(request):
            raise NotAllowed("请从本站的登录页登录。")
        back = safe_next(posted.text("next"))
        kept = [(name[5:], value) for name, value in posted.pairs() if name.startswith("kept-")]
        session = console.sessions.of(request.cookies.get(COOKIE, "")) if posted.ticked("resume") else None
        if session is not None:  # signed in meanwhile, in another window
            visit = Visit(session.user.name, session.user.role, session.csrf, Form())
            return render(request, "kept.html", visit, back=back, kept=kept)
        name, password = posted.text("name", 64), posted.fields.get("password", ("",))[0]
        try:
            user = console.accounts.sign_in(name, password)
        except LaihutongError as error:
            page = {"back": back, "kept": kept, "problem": error.sentence, "name": name}
            return render(request, "sign_in.html", None, error.status, **page)
        token = console.sessions.begin(user)
        if kept:
            session = console.sessions.of(token)
            assert session is not None  # begun a line ago
            visit = Visit(user.name, user.role, session.csrf, Form())
            return with_cookie(request, token, render(request, "kept.html", visit, back=back, kept=kept))
        return with_cookie(request, token, RedirectResponse(back, 303))

    @routes.post("/sign-out")
    def sign_out(request: Request, visit: Visit = need("reader", fresh_password=False)) -> Response:
        console.sessions.end(request.cookies.get(COOKIE, ""))
        console.audit.note(visit.user, "sign_out")
        response = RedirectResponse("/staff/sign-in", 303)
        response.delete_cookie(COOKIE, path="/staff")
        return response

    @routes.get("/password")
    def password_form(request: Request, visit: Visit = need("reader", fresh_password=False)) -> Response:
        return render(request, "password.html", visit, problem="")

    @routes.post("/password")
    def password(request: Request, visit: Visit = need("reader", fresh_password=False)) -> Response:
        old, new, again = (visit.form.fields.get(f"{which}_password", ("",))[0] for which in ("old", "new", "again"))
        try:
            if new != again:
                raise BadInput("两次写的新密码不一样。")
            user = console.accounts.sign_in(visit.user, old)
            console.accounts.set_password(visit.user, new, by=visit.user)
        except LaihutongError as error:
            return render(request, "password.html", visit, error.status, problem=error.sentence)
        return with_cookie(request, console.sessions.begin(user), RedirectResponse(f"{HOME}?done=password", 303))

    return routes


def with_cookie(request: Request, token: str, response: Any) -> Response:
    """The response, with the session. Read by no script, sent by no other site; only over TLS once there is TLS."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, path="/staff", httponly=True, samesite="strict", secure=secure)
    answer: Response = response
    return answer
