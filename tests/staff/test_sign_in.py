"""Signing in and out, lockout, sessions that end, typed text that stays, passwords, accounts, the record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.clock import now
from bot.errors import BadInput, Conflict, NotSignedIn
from staff import passwords
from staff.accounts import REST, TRIES, Accounts
from staff.database import StaffDatabase
from staff.sessions import IDLE, LONGEST, Sessions
from staff.tables import staff_session, staff_user
from tests.staff.conftest import Desk
from tests.staff.people import PASSWORD, Person


@pytest.fixture
def database(database_url: str) -> StaffDatabase:
    return StaffDatabase(database_url)


@pytest.fixture
def accounts(database: StaffDatabase) -> Accounts:
    made = Accounts(database)
    made.first_admin(PASSWORD)
    return made


def test_the_first_password_is_told_once(database: StaffDatabase) -> None:
    accounts = Accounts(database)
    told = accounts.first_admin("")
    assert told
    assert accounts.first_admin("") is None
    assert accounts.sign_in("admin", told).must_change
    assert passwords.made() != told


def test_wrong_passwords_lock_for_a_while(accounts: Accounts, database: StaffDatabase) -> None:
    for _ in range(TRIES):
        with pytest.raises(NotSignedIn, match="不对"):
            accounts.sign_in("admin", "wrong-password")
    with pytest.raises(NotSignedIn, match="先停"):
        accounts.sign_in("admin", PASSWORD)
    with database.transaction() as connection:
        connection.execute(staff_user.update().values(locked_until=now() - timedelta(seconds=1)))
    assert accounts.sign_in("admin", PASSWORD).name == "admin"
    assert timedelta(0) < REST


def test_an_unknown_name_reads_the_same_as_a_wrong_password(accounts: Accounts) -> None:
    sentences = []
    for name in ("admin", "niemand"):
        with pytest.raises(NotSignedIn) as refused:
            accounts.sign_in(name, "wrong-password")
        sentences.append(refused.value.sentence)
    assert sentences[0] == sentences[1]


def test_who_has_left_may_not_sign_in_and_is_out_at_once(accounts: Accounts, database: StaffDatabase) -> None:
    accounts.add("小李", "agent", PASSWORD, by="admin")
    sessions = Sessions(database)
    token = sessions.begin(accounts.sign_in("小李", PASSWORD))
    accounts.change("小李", "agent", active=False, by="admin")
    assert sessions.of(token) is None
    with pytest.raises(NotSignedIn):
        accounts.sign_in("小李", PASSWORD)


def test_names_are_checked_and_unique(accounts: Accounts) -> None:
    with pytest.raises(Conflict):
        accounts.add("admin", "reader", PASSWORD, by="admin")
    for name in ("", "a", "有 空格", "<script>", "x" * 33):
        with pytest.raises(BadInput):
            accounts.add(name, "reader", PASSWORD, by="admin")


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    with pytest.raises(BadInput):
        accounts.change("admin", "reader", active=True, by="admin")
    assert [user.role for user in accounts.everyone()] == ["admin"]


@pytest.mark.parametrize("column", ["seen_at", "began_at"])
def test_sessions_end(accounts: Accounts, database: StaffDatabase, column: str) -> None:
    sessions = Sessions(database)
    token = sessions.begin(accounts.sign_in("admin", PASSWORD))
    assert sessions.of(token)
    with database.transaction() as connection:
        assert not connection.scalar(sa.select(staff_session.c.token_hash).where(staff_session.c.token_hash == token))
        past = now() - (IDLE if column == "seen_at" else LONGEST) - timedelta(seconds=1)
        connection.execute(staff_session.update().values(**{column: past}))
    assert sessions.of(token) is None
    assert sessions.of("x" * 10_000) is None


@pytest.mark.parametrize("easy", ["short", "x" * 129, "aaaaaaaaaaaa", "admin-admin-admin"])
def test_easy_passwords_are_refused(accounts: Accounts, easy: str) -> None:
    with pytest.raises(BadInput):
        accounts.set_password("admin", easy, by="admin")
    assert accounts.sign_in("admin", PASSWORD)


def test_the_cookie_is_out_of_reach(desk: Desk) -> None:
    answer = desk.client().post("/staff/sign-in", data={"name": "reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/staff"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    secure = desk.client()
    secure.base_url = "https://testserver"  # type: ignore[assignment]
    over_tls = secure.post("/staff/sign-in", data={"name": "reader", "password": PASSWORD})
    assert "Secure" in over_tls.headers["set-cookie"]


def test_signing_in_leads_to_our_own_pages_only(desk: Desk) -> None:
    for wish, got in (("/staff/audit?page=2", "/staff/audit?page=2"), ("https://evil.invalid", "/staff/"),
                      ("//evil.invalid", "/staff/"), ("/staff/\\evil", "/staff/")):  # fmt: skip
        answer = desk.client().post("/staff/sign-in", data={"name": "reader", "password": PASSWORD, "next": wish})
        assert answer.headers["location"] == got


def test_signing_in_from_another_site_is_refused(desk: Desk) -> None:
    data = {"name": "reader", "password": PASSWORD}
    answer = desk.client().post("/staff/sign-in", data=data, headers={"origin": "https://evil.invalid"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_what_was_typed_survives_the_end_of_a_session(desk: Desk) -> None:
    client = desk.client()
    typed = '第一行\n"引号" <script>alert(1)</script>'
    late = client.post("/staff/people", data={"csrf": "old", "name": typed, "role": "agent"})
    assert late.status_code == 401
    assert "<script>alert" not in late.text
    again = {"name": "admin", "password": PASSWORD, "next": "/staff/people", "kept-name": typed, "kept-role": "agent"}
    back = client.post("/staff/sign-in", data=again)
    assert back.status_code == 200
    assert "第一行" in back.text
    assert 'name="role"' in back.text
    assert "<script>alert" not in back.text
    assert 'action="/staff/people"' in back.text


def test_a_form_from_before_the_last_sign_in_is_offered_again(desk: Desk) -> None:
    admin = desk.person("admin")
    answer = admin.client.post("/staff/people", data={"csrf": "from-yesterday", "name": "写到一半"})
    assert answer.status_code == 403
    assert "写到一半" in answer.text
    assert admin.csrf in answer.text


def test_an_account_from_making_to_changing_its_password(desk: Desk) -> None:
    admin = desk.person("admin")
    page = admin.post("/people", {"name": "新来的", "role": "editor"}).text
    first = re.search(r"第一个密码：([a-z0-9-]{19})", page)
    assert first
    fresh = Person(desk.client()).sign_in("新来的", first[1])
    assert fresh.get("/people").headers.get("location") is None
    assert fresh.get("/audit").status_code == 403
    sent = {"old_password": first[1], "new_password": "xin-de-mi-ma", "again_password": "xin-de-mi-ma"}
    assert fresh.post("/password", {**sent, "again_password": "x"}).status_code == 422
    assert fresh.post("/password", sent).headers["location"] == "/staff/?done=password"
    deeds = admin.get("/audit?name=新来的").text
    assert "改密码" in deeds
    assert "xin-de-mi-ma" not in deeds


def test_a_reset_ends_sessions(desk: Desk) -> None:
    admin = desk.person("admin")
    admin.post("/people", {"name": "换人", "role": "reader"})
    desk.console.accounts.set_password("换人", PASSWORD, by="换人")
    theirs = Person(desk.client()).sign_in("换人")
    assert admin.post("/people/换人", {"reset": "1"}).status_code == 200
    assert theirs.get("/password").status_code == 303


def test_script_in_a_field_stays_text(desk: Desk) -> None:
    admin = desk.person("admin")
    for field in ("name", "role"):
        answer = admin.post("/people", {"name": "ok", "role": "reader", field: "<script>alert(1)</script>"})
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
    assert "<script>alert" not in admin.get("/audit?name=<script>alert(1)</script>").text


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xfe\x00", "application/x-www-form-urlencoded"), (b"{}", "application/json"),
     (b"--x\r\nbroken", "multipart/form-data; boundary=x"), (b"", "multipart/form-data")],
)  # fmt: skip
def test_a_malformed_body_is_refused_in_plain_words(desk: Desk, content: bytes, kind: str) -> None:
    answer = desk.client().post("/staff/sign-in", content=content, headers={"content-type": kind})
    assert 400 <= answer.status_code < 500
    assert "text/html" in answer.headers["content-type"]


def test_too_large_a_form_is_refused(desk: Desk) -> None:
    answer = desk.client().post("/staff/sign-in", data={"name": "x" * 70_000})
    assert answer.status_code == 413


def test_pages_are_not_kept_and_allow_no_inline_script(desk: Desk) -> None:
    answer = desk.client().get("/staff/sign-in")
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
