"""In: a request. Out: the visit of a person who may do this; or a refusal that loses no typed text.

Every route of the console but signing in declares `need(role)`; nothing else checks sessions, roles or forged forms.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from bot.errors import NotAllowed, NotSignedIn
from staff.form import Form, read_form
from staff.roles import NAMES, Role, may
from staff.sessions import Session, Sessions

COOKIE = "laihutong_staff"
SAFE = ("GET", "HEAD")


class SessionOver(NotSignedIn):
    """Nobody is signed in (any more); `form` is what they had typed."""

    def __init__(self, form: Form) -> None:
        super().__init__("请先登录。" if not form.fields else "离开太久，要重新登录。你写的内容还在。")
        self.form = form


@dataclass(frozen=True)
class Visit:
    """One request of one person."""

    user: str
    """Who."""
    role: Role
    """What they may do."""
    csrf: str
    """For the forms of the page."""
    form: Form
    """What was posted."""
    must_change: bool = False
    """They must choose a password of their own first."""

    def may(self, needed: Role) -> bool:
        """Whether they may do what that role may."""
        return may(self.role, needed)


def need(role: Role, fresh_password: bool = True) -> Any:
    """A dependency that lets in whoever has the role.

    Args:
        role: the least role.
        fresh_password: whether a password that somebody else set must be changed first.
    """

    async def visit(request: Request) -> Visit:
        form = Form() if request.method in SAFE else await read_form(request)
        used = "x-poll" not in request.headers  # a page that asks by itself is nobody at work
        session = await run_in_threadpool(_sessions(request).of, request.cookies.get(COOKIE, ""), used)
        if session is None:
            raise SessionOver(form)
        if not may(session.user.role, role):
            raise NotAllowed(f"这一页要“{NAMES[role]}”权限，你是“{NAMES[session.user.role]}”。要用请找管理员。")
        user = session.user
        if request.method not in SAFE:
            _check_origin(request, session, form)
        if session.user.must_change and fresh_password:
            raise MustChange("请先换一个自己的密码。")
        made = Visit(user.name, user.role, session.csrf, form, user.must_change)
        request.state.visit = made  # an error page offers the form again
        return made

    visit.needs = role  # type: ignore[attr-defined]  # the tests read it
    return Depends(visit)


class StalePage(NotAllowed):
    """A form from before the last sign-in; `visit` holds what was typed, to be sent again by hand."""

    def __init__(self, visit: Visit) -> None:
        super().__init__("这个页面是上次登录时打开的。")
        self.visit = visit


class MustChange(NotAllowed):
    """The password was set by somebody else."""


def same_origin(request: HTTPConnection) -> bool:
    """Whether a browser says that a post or a WebSocket comes from one of our own pages; silent programs pass."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _check_origin(request: Request, session: Session, form: Form) -> None:
    sent = request.headers.get("x-csrf") or form.text("csrf", 100)
    if not same_origin(request):
        raise NotAllowed("这个请求不是从本站的页面来的，没有改动任何东西。")
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        user = session.user
        raise StalePage(Visit(user.name, user.role, session.csrf, form, user.must_change))


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.console.sessions
    return sessions
