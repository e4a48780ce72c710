"""In: names and roles. Out: accounts made, changed, given new passwords; only for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.errors import BadInput, FieldError, LaihutongError
from staff import passwords
from staff.console import Console
from staff.gate import Visit, need
from staff.pages import render
from staff.roles import Role, role_of


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/people")

    def page(request: Request, visit: Visit, status: int = 200, problem: str = "", fresh: str = "") -> Response:
        values = {"users": console.accounts.everyone(), "problem": problem, "fresh": fresh, "form": visit.form}
        return render(request, "people.html", visit, status, **values)

    @routes.get("")
    def people(request: Request, visit: Visit = need("admin")) -> Response:
        return page(request, visit)

    @routes.post("")
    def add(request: Request, visit: Visit = need("admin")) -> Response:
        name, password = visit.form.text("name", 64), passwords.made()
        try:
            if console.oidc is not None and visit.form.ticked("elsewhere"):
                console.linked.add(name, _role(visit), by=visit.user)
                return page(request, visit, fresh=f"{name} 现在可以用单位账号登录。那边的用户名要一样。")
            console.accounts.add(name, _role(visit), password, by=visit.user)
        except LaihutongError as error:
            return page(request, visit, error.status, error.sentence)
        return page(request, visit, fresh=f"{name} 的第一个密码：{password}。只显示这一次，请告诉本人，登录后要换掉。")

    @routes.post("/{name}")
    def change(request: Request, name: str, visit: Visit = need("admin")) -> Response:
        try:
            if visit.form.ticked("reset"):
                password = passwords.made()
                console.accounts.set_password(name, password, by=visit.user)
                return page(request, visit, fresh=f"{name} 的新密码：{password}。只显示这一次，登录后要换掉。")
            console.accounts.change(name, _role(visit), visit.form.ticked("active"), by=visit.user)
        except LaihutongError as error:
            return page(request, visit, error.status, error.sentence)
        return RedirectResponse("/staff/people?done=changed", 303)

    return routes


def _role(visit: Visit) -> Role:
    role = role_of(visit.form.text("role", 16))
    if role is None:
        raise BadInput("请选一个权限。", (FieldError("role", "请选一个权限。"),))
    return role
