"""In: the console and its pages. Out: the FastAPI app mounted at /staff, with errors as pages in plain Chinese."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from bot.errors import LaihutongError
from staff.console import Console
from staff.gate import MustChange, SessionOver, StalePage, Visit
from staff.pages import render
from staff.routes import (
    approve,
    audit,
    calls,
    cases,
    checks,
    edit,
    ended_calls,
    figures,
    files,
    handover,
    imported,
    look_up,
    oidc,
    people,
    questions,
    sign_in,
    try_it,
)

STATIC = Path(__file__).with_name("static")
ROUTES = (
    sign_in, oidc, look_up, handover, ended_calls, calls, cases, edit, approve, files, imported, checks, try_it,
    questions, figures, people,
    audit,
)  # fmt: skip
"""One module for each part of the work; each has `router(console)`."""
LARGE_BODIES = {"/staff/files": 5_000_000}
"""Paths that take more than a form, bytes."""
log = structlog.get_logger(__name__)


def staff_app(console: Console) -> FastAPI:
    """The application, to be mounted at /staff.

    Args:
        console: its stores.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.console = console
    app.mount("/static", StaticFiles(directory=STATIC))
    for module in ROUTES:
        app.include_router(module.router(console))
    app.add_exception_handler(SessionOver, _sign_in_first)
    app.add_exception_handler(StalePage, _send_again)
    app.add_exception_handler(MustChange, _change_first)
    app.add_exception_handler(LaihutongError, _ours)
    app.add_exception_handler(RequestValidationError, _wrong_address)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
    return app


async def _sign_in_first(request: Request, error: Exception) -> Response:
    """Pages lead to signing in; what was typed travels along, and is put back afterwards."""
    assert isinstance(error, SessionOver)
    back = request.url.path
    if request.method in ("GET", "HEAD"):
        asked = f"{back}?{request.url.query}" if request.url.query else back
        to = f"/staff/sign-in?next={quote(asked, safe='')}"
        if request.headers.get("x-poll"):
            # going elsewhere would lose what is being typed; 286 tells htmx to ask no more
            return render(request, "asked_too_long.html", None, 286, back=back.removesuffix("/talk"))
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": to})
        return RedirectResponse(to, 303)
    kept = list(error.form.pairs())
    return render(request, "sign_in.html", None, 401, back=back, kept=kept, problem=error.sentence, name="")


async def _send_again(request: Request, error: Exception) -> Response:
    assert isinstance(error, StalePage)
    kept = list(error.visit.form.pairs())
    return render(request, "kept.html", error.visit, 403, back=request.url.path, kept=kept)


async def _change_first(request: Request, error: Exception) -> Response:
    return RedirectResponse("/staff/password", 303)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, LaihutongError)
    return _failed(request, error.status, error.sentence)


def _failed(request: Request, status: int, sentence: str) -> Response:
    """Says what went wrong; what was typed is there to be sent again."""
    visit: Visit | None = getattr(request.state, "visit", None)
    typed = [pair for pair in visit.form.pairs() if pair[1]] if visit else []
    return render(request, "error.html", visit, status, sentence=sentence, typed=typed)


async def _wrong_address(request: Request, error: Exception) -> Response:
    return _failed(request, 422, "地址里有写错的地方，请从菜单重新进。")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "没有这一页。", 405: "这一页不能这样打开。", 413: "内容太大，没有收下。"}
    sentence = sentences.get(error.status_code, "请求读不懂，请回上一页再试。")
    return _failed(request, error.status_code, sentence)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("staff_page_failed", path=getattr(request.scope.get("route"), "path", ""), exc_info=error)
    return _failed(request, 500, "系统出错了，已经记下来。请过一会儿再试。")
