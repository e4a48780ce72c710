"""Signing in at the organisation's OpenID provider: there and back, and everything that must let nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from bot.clock import now
from bot.errors import Conflict, NotSignedIn
from bot.settings import Settings
from staff.linked import Linked
from staff.oidc import REFUSED, Provider
from staff.tables import staff_user
from tests.staff.conftest import Desk, desk_on
from tests.staff.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider

DONE = "/staff/sign-in/oidc/done"


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdProvider]:
    with openid_provider() as made:
        yield made


@pytest.fixture
def provider(server: OpenIdProvider) -> OpenIdProvider:
    """As new."""
    server.claims, server.headers, server.answers = {}, {}, True
    server.key = server.published[0]
    return server


@pytest.fixture(scope="module")
def desk_of_ours(server: OpenIdProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    var = tmp_path_factory.mktemp("oidc")
    with desk_on(f"sqlite:///{var / 'staff.db'}", var) as made:
        yield made


@pytest.fixture
def desk(desk_of_ours: Desk, provider: OpenIdProvider) -> Desk:
    """Connected to the provider; xiaowang may come."""
    connect(desk_of_ours, provider)
    try:
        desk_of_ours.console.linked.add("xiaowang", "editor", by="admin")
    except Conflict:
        with desk_of_ours.console.database.transaction() as connection:
            fresh = {"subject": "", "role": "editor", "active": True}
            connection.execute(staff_user.update().where(staff_user.c.name == "xiaowang").values(**fresh))
    return desk_of_ours


def connect(desk: Desk, provider: OpenIdProvider, **more: Any) -> None:
    console, chosen = desk.console, dict(desk.console.chosen)
    chosen |= {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    chosen |= {"oidc_role_claim": "", "oidc_create": False, **more}
    console.chosen = Settings(_env_file=None, **chosen)
    console.oidc = Provider(console.chosen, "a secret")
    console.linked = Linked(
        console.database, console.accounts, console.chosen.oidc_create, bool(console.chosen.oidc_role_claim)
    )


def way(desk: Desk, provider: OpenIdProvider, to: str = "/staff/checks") -> tuple[TestClient, str]:
    """A browser that has been at the provider, and the address it is sent back to."""
    browser = desk.client()
    left = browser.get(f"/staff/sign-in/oidc?next={to}")
    assert left.status_code == 303
    assert left.headers["location"].startswith(f"{provider.issuer}/authorize?")
    return browser, provider.agree(left.headers["location"])


def refused(browser: TestClient, address: str, status: int = 401, words: str = REFUSED) -> None:
    answer = browser.get(address)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert browser.get("/staff/").status_code == 303, "nobody is signed in"


def test_there_and_back(desk: Desk, provider: OpenIdProvider) -> None:
    assert "用单位账号登录" in desk.client().get("/staff/sign-in").text
    browser, address = way(desk, provider)
    answer = browser.get(address)
    assert answer.status_code == 200
    assert 'content="0; url=/staff/checks"' in answer.text, "a page, since a strict cookie does not follow a redirect"
    assert "xiaowang" in browser.get("/staff/checks").text
    browser, address = way(desk, provider)
    assert browser.get(address).status_code == 200, "the second time by subject"


def test_a_changed_name_is_still_the_same_person(desk: Desk, provider: OpenIdProvider) -> None:
    browser, address = way(desk, provider)
    browser.get(address)
    provider.claims = {"preferred_username": "wang.new"}
    browser, address = way(desk, provider)
    assert browser.get(address).status_code == 200
    assert "xiaowang" in browser.get("/staff/").text


def test_the_name_alone_takes_over_nobody(desk: Desk, provider: OpenIdProvider) -> None:
    provider.claims = {"preferred_username": "admin", "sub": "evil"}
    refused(*way(desk, provider), 403, "还没有你的账号")
    provider.claims = {}
    browser, address = way(desk, provider)
    browser.get(address)
    provider.claims = {"sub": "evil"}
    refused(*way(desk, provider), 403, "还没有你的账号")


WRONG: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": "another"}, "no nonce": {"nonce": None}, "audience": {"aud": "somebody-else"},
    "audience of several": {"aud": [CLIENT, "other"]}, "azp": {"azp": "somebody-else"},
    "issuer": {"iss": "https://evil.invalid"}, "expired": {"exp": int(now().timestamp()) - 120},
    "no end": {"exp": None}, "of the future": {"iat": int(now().timestamp()) + 3600}, "no subject": {"sub": None},
    "subject of a wrong type": {"sub": 7}, "no name": {"preferred_username": None},
    "name of a wrong type": {"preferred_username": ["xiaowang"]},
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_wrong_claims(desk: Desk, provider: OpenIdProvider, what: str) -> None:
    provider.claims = WRONG[what]
    refused(*way(desk, provider))


def test_wrong_signatures(desk: Desk, provider: OpenIdProvider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    refused(*way(desk, provider))
    provider.key = provider.published[0]
    for algorithm in ("none", "HS256"):
        provider.headers = {"alg": algorithm}
        refused(*way(desk, provider))


def test_changed_keys_are_fetched_anew(desk: Desk, provider: OpenIdProvider) -> None:
    browser, address = way(desk, provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    provider.published.insert(0, provider.key)
    assert browser.get(address).status_code == 200


def test_wrong_ways_back(desk: Desk, provider: OpenIdProvider) -> None:
    browser, address = way(desk, provider)
    refused(browser, f"{address}x")  # another state
    browser, address = way(desk, provider)
    refused(desk.client(), address)  # somebody else's browser
    browser, address = way(desk, provider)
    refused(browser, f"{DONE}?error=access_denied&state={address.partition('state=')[2]}")
    browser, address = way(desk, provider)
    browser.cookies.clear()
    browser.cookies.set("laihutong_oidc", "made.up.by.some.body", path="/staff/sign-in/oidc")
    refused(browser, address)
    for nonsense in ("", "?code=x", "?state=&code=", "?code=x&state=%00%ff", "?state[]=1"):
        refused(desk.client(), DONE + nonsense)


def test_a_code_is_good_once(desk: Desk, provider: OpenIdProvider) -> None:
    browser, address = way(desk, provider)
    kept = browser.cookies.get("laihutong_oidc", path="/staff/sign-in/oidc")
    assert browser.get(address).status_code == 200
    again = desk.client()
    again.cookies.set("laihutong_oidc", kept or "", path="/staff/sign-in/oidc")
    refused(again, address)


def test_another_verifier_gets_no_token(desk: Desk, provider: OpenIdProvider) -> None:
    browser, address = way(desk, provider)
    provider.codes[next(code for code in provider.codes if f"code={code}&" in address)]["code_challenge"] = "x"
    refused(browser, address)


def test_slow_ones_begin_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch, provider: OpenIdProvider) -> None:
    assert desk.console.oidc is not None
    _, sealed = desk.console.oidc.begin("http://x/done", "/staff/")
    from datetime import timedelta

    monkeypatch.setattr("staff.oidc.now", lambda: now() + timedelta(seconds=601))
    with pytest.raises(NotSignedIn):
        desk.console.oidc.finish(sealed, {}, "http://x/done")


def test_a_provider_that_is_away(desk: Desk, provider: OpenIdProvider) -> None:
    browser, address = way(desk, provider)
    provider.answers = False
    refused(browser, address, 503, "连不上")
    connect(desk, provider)
    refused(desk.client(), "/staff/sign-in/oidc", 503, "连不上")
    connect(desk, replace(provider, issuer="http://127.0.0.1:9"))
    refused(desk.client(), "/staff/sign-in/oidc", 503, "连不上")
    with pytest.raises(ValueError, match="https"):
        Settings(_env_file=None, oidc_issuer="http://provider.invalid")


def test_where_none_is_connected(desk: Desk) -> None:
    desk.console.oidc = None
    assert "用单位账号登录" not in desk.client().get("/staff/sign-in").text
    refused(desk.client(), "/staff/sign-in/oidc", 404, "没有接")
    refused(desk.client(), DONE, 404, "没有接")


def test_the_role_claim_decides(desk: Desk, provider: OpenIdProvider) -> None:
    connect(desk, provider, oidc_role_claim="groups")
    refused(*way(desk, provider), 403, "没有给你这里的权限")
    provider.claims = {"groups": ["cooks", "agent", "reader"]}
    browser, address = way(desk, provider)
    assert browser.get(address).status_code == 200
    assert browser.get("/staff/cases").status_code == 200
    assert browser.get("/staff/checks").status_code == 403


def test_newcomers_only_where_allowed(desk: Desk, provider: OpenIdProvider) -> None:
    provider.claims = {"sub": "new", "preferred_username": "xiaoli"}
    refused(*way(desk, provider), 403, "还没有你的账号")
    connect(desk, provider, oidc_create=True)
    browser, address = way(desk, provider)
    assert browser.get(address).status_code == 200
    assert browser.get("/staff/checks").status_code == 403, "a reader"
    provider.claims = {"sub": "newer", "preferred_username": "<script>"}
    refused(*way(desk, provider), 403, "还没有你的账号")


def test_who_has_left_stays_out(desk: Desk, provider: OpenIdProvider) -> None:
    desk.console.accounts.change("xiaowang", "editor", False, by="admin")
    refused(*way(desk, provider), 403, "还没有你的账号")


def test_accounts_without_a_password(desk: Desk, provider: OpenIdProvider) -> None:
    admin = desk.person("admin")
    page = admin.post("/people", {"name": "xiaozhao", "role": "agent", "elsewhere": "1"})
    assert "现在可以用单位账号登录" in page.text
    with desk.console.database.transaction() as connection:
        row = connection.execute(sa.select(staff_user).where(staff_user.c.name == "xiaozhao")).first()
    assert row.subject == ""
    assert "改用密码登录" in admin.get("/people").text
    admin.post("/people/xiaozhao", {"reset": "1"})
    assert not next(user for user in desk.console.accounts.everyone() if user.name == "xiaozhao").elsewhere


def test_typed_text_waits_for_the_other_window(desk: Desk, provider: OpenIdProvider) -> None:
    browser = desk.client()
    page = browser.post("/staff/cases/new", data={"text": "写到一半"})
    assert "我已经登录，接着写" in page.text
    kept = {"next": "/staff/cases/new", "kept-text": "写到一半", "resume": "1"}
    assert browser.post("/staff/sign-in", data=kept).status_code == 401, "not signed in yet"
    left = browser.get("/staff/sign-in/oidc").headers["location"]
    browser.get(provider.agree(left))
    page = browser.post("/staff/sign-in", data=kept)
    assert "写到一半" in page.text
    assert "你写的内容还在" in page.text


def test_the_cookie_is_for_the_way_only(desk: Desk) -> None:
    cookie = desk.client().get("/staff/sign-in/oidc").headers["set-cookie"].lower()
    for part in ("httponly", "path=/staff/sign-in/oidc", "samesite=lax", "max-age=600"):
        assert part in cookie
