"""Every route × every role: who lacks the role is refused, who is not signed in is led to signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from staff.app import ROUTES, staff_app
from staff.roles import ROLES, Role, may
from tests.staff.conftest import Desk
from tests.staff.people import Person

OPEN = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/sign-in/oidc"), ("GET", "/sign-in/oidc/done")}
"""What anybody may ask for."""
NEEDS: dict[tuple[str, str], Role] = {
    ("POST", "/sign-out"): "reader",
    ("GET", "/password"): "reader",
    ("POST", "/password"): "reader",
    ("GET", "/"): "reader",
    ("GET", "/items/{item_id}"): "reader",
    ("GET", "/new"): "editor",
    ("POST", "/new"): "editor",
    ("GET", "/items/{item_id}/edit"): "editor",
    ("POST", "/items/{item_id}/edit"): "editor",
    ("POST", "/items/{item_id}/roll-back"): "editor",
    ("GET", "/drafts"): "editor",
    ("GET", "/drafts/{number:int}"): "editor",
    ("POST", "/drafts/{number:int}"): "editor",
    ("GET", "/drafts/{number:int}/changes"): "editor",
    ("GET", "/drafts/{number:int}/clashes"): "editor",
    ("GET", "/drafts/{number:int}/effects"): "editor",
    ("POST", "/drafts/{number:int}/drop"): "editor",
    ("POST", "/drafts/{number:int}/publish"): "approver",
    ("POST", "/drafts/{number:int}/return"): "approver",
    ("GET", "/files"): "editor",
    ("GET", "/files/items.yml"): "editor",
    ("POST", "/files"): "editor",
    ("GET", "/imports/{batch}"): "editor",
    ("GET", "/imports/{batch}/effects"): "editor",
    ("POST", "/imports/{batch}"): "approver",
    ("GET", "/checks"): "editor",
    ("POST", "/checks/{item_id}/assign"): "editor",
    ("POST", "/checks/{item_id}/checked"): "editor",
    ("GET", "/try"): "editor",
    ("GET", "/sentences"): "editor",
    ("POST", "/sentences"): "editor",
    ("POST", "/sentences/{number:int}"): "approver",
    ("GET", "/sentences/staff.yml"): "editor",
    ("GET", "/handover"): "agent",
    ("GET", "/handover/undelivered"): "agent",
    ("GET", "/handover/{number:int}"): "agent",
    ("GET", "/handover/{number:int}/talk"): "agent",
    ("POST", "/handover/{number:int}/claim"): "agent",
    ("POST", "/handover/{number:int}/reply"): "agent",
    ("POST", "/handover/{number:int}/transfer"): "agent",
    ("POST", "/handover/{number:int}/close"): "agent",
    ("GET", "/ended"): "agent",
    ("GET", "/calls/{call_id}/after"): "agent",
    ("GET", "/ended/{number:int}"): "agent",
    ("POST", "/ended/{number:int}"): "agent",
    ("POST", "/ended/{number:int}/called-back"): "agent",
    ("POST", "/ended/{number:int}/erase"): "approver",
    ("GET", "/calls"): "agent",
    ("GET", "/calls/search"): "agent",
    ("GET", "/calls/card/{item_id}"): "agent",
    ("GET", "/calls/{call_id}"): "agent",
    ("GET", "/cases"): "agent",
    ("GET", "/cases/new"): "agent",
    ("POST", "/cases/new"): "agent",
    ("GET", "/cases/export"): "approver",
    ("GET", "/cases/{number}"): "agent",
    ("POST", "/cases/{number}"): "agent",
    ("GET", "/questions"): "editor",
    ("GET", "/figures"): "editor",
    ("GET", "/figures/export"): "editor",
    ("GET", "/questions/near"): "editor",
    ("GET", "/questions/cards"): "editor",
    ("POST", "/questions/cards"): "editor",
    ("GET", "/questions/told"): "approver",
    ("GET", "/people"): "admin",
    ("POST", "/people"): "admin",
    ("POST", "/people/{name}"): "admin",
    ("GET", "/audit"): "admin",
}
"""Written down a second time on purpose: a route that lets in too many shows here."""
LEAVES = {"/sign-out", "/password"}
"""Posting here would end the session the other tests use; refusals do not get that far."""


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in sorted(route.methods - {"HEAD"}))


def filled(path: str) -> str:
    """The path with names nobody has."""
    while "{" in path:
        name = "987654" if ":int" in path else "nobody"
        path = path[: path.index("{")] + name + path[path.index("}") + 1 :]
    return path


def test_the_table_names_every_route_and_no_other(desk: Desk) -> None:
    assert set(routes_of(staff_app(desk.console))) == OPEN | set(NEEDS)
    assert ROUTES


@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_strangers_are_led_to_signing_in(desk: Desk, method: str, path: str) -> None:
    answer = desk.client().request(
        method, f"/staff{filled(path)}", data={"a": "写到一半"} if method == "POST" else None
    )
    if method == "GET":
        assert (answer.status_code, answer.headers["location"][:19]) == (303, "/staff/sign-in?next")
    else:
        assert answer.status_code == 401
        assert "写到一半" in answer.text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_the_wrong_role_is_refused_and_the_right_one_is_not(
    person: Callable[[str], Person], method: str, path: str, role: Role
) -> None:
    allowed = may(role, NEEDS[method, path])
    who = person(role)
    if allowed and method == "POST" and path in LEAVES:
        return
    answer = who.get(filled(path)) if method == "GET" else who.post(filled(path))
    assert answer.status_code < 500, answer.text
    assert (answer.status_code == 403) is not allowed, answer.text


@pytest.mark.parametrize(("method", "path"), [key for key in NEEDS if key[0] == "POST"])
def test_a_forged_form_does_nothing(person: Callable[[str], Person], method: str, path: str) -> None:
    admin = person("admin")
    for data, headers in (({}, {}), ({"csrf": "x"}, {}), ({"csrf": admin.csrf}, {"origin": "https://evil.invalid"})):
        answer = admin.client.post(f"/staff{filled(path)}", data=data, headers=headers)
        assert answer.status_code == 403, (data, headers)
    assert admin.get("/password").status_code == 200, "still signed in"
