"""In: somebody who signs in at their organisation. Out: on the way there, and back with a session."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.errors import LaihutongError, NotFound
from staff.console import Console
from staff.oidc import WAY_S, Provider
from staff.pages import render
from staff.routes.sign_in import HOME, safe_next, with_cookie

WAY = "laihutong_oidc"
_PATH = "/staff/sign-in/oidc"


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/sign-in/oidc")

    def provider() -> Provider:
        if console.oidc is None:
            raise NotFound("这里没有接单位的登录系统。")
        return console.oidc

    def came_back_to(request: Request) -> str:
        return console.chosen.oidc_redirect_uri or f"{request.url.scheme}://{request.url.netloc}{_PATH}/done"

    @routes.get("")
    def leave(request: Request, next: str = HOME) -> Response:
        try:
            url, sealed = provider().begin(came_back_to(request), safe_next(next))
        except LaihutongError as error:
            return _refused(request, error)
        response = RedirectResponse(url, 303)
        # lax: the provider's redirect is another site's; only this path sees it
        response.set_cookie(
            WAY, sealed, max_age=WAY_S, path=_PATH, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response

    @routes.get("/done")
    def come_back(request: Request) -> Response:
        """A page, no redirect: a session cookie is strict, and the browser still comes from the other site."""
        try:
            sealed = request.cookies.get(WAY, "")
            who, back = provider().finish(sealed, dict(request.query_params), came_back_to(request))
            user = console.linked.sign_in(who)
        except LaihutongError as error:
            response = _refused(request, error)
        else:
            page = render(request, "came_back.html", None, back=safe_next(back))
            response = with_cookie(request, console.sessions.begin(user), page)
        response.delete_cookie(WAY, path=_PATH)
        response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the code
        return response

    return routes


def _refused(request: Request, error: LaihutongError) -> Response:
    page = {"back": HOME, "kept": (), "problem": error.sentence, "name": ""}
    return render(request, "sign_in.html", None, error.status, **page)
