"""Cases on SQLite and PostgreSQL: working days, states, two agents at once, merging, what the citizen sees; the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.channels.masking import mask
from bot.clock import now, today
from bot.errors import BadInput, Conflict, NotFound, TooMany
from bot.operation.install import install_operation
from services.cases import api
from services.cases.followups import FollowUps, Outcomes
from services.cases.models import ASK_AFTER, ASK_AGAIN, NEXT, STATES, Case
from services.cases.store import TRIES, CaseStore
from services.cases.tables import service_case
from services.cases.workdays import after

PHONE = "13812345678"


@pytest.fixture
def cases(database_url: str) -> Iterator[CaseStore]:
    made = CaseStore(database_url)
    yield made
    made.close()


@pytest.fixture
def client(cases: CaseStore) -> TestClient:
    app = FastAPI()
    install_operation(app, 65_536)
    app.include_router(api.router(lambda: cases, mask))
    return TestClient(app, raise_server_exceptions=False)


def opened(cases: CaseStore, text: str = "三周没消息") -> Case:
    return cases.open("request", "residence.permit.apply", text, PHONE, "web")


@pytest.mark.parametrize(
    ("start", "days", "end", "estimated"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8), False),  # National Day
        (date(2026, 10, 9), 1, date(2026, 10, 10), False),  # a Saturday that is worked
        (date(2026, 2, 13), 2, date(2026, 2, 24), False),  # Spring Festival, 14 February is worked
        (date(2026, 12, 31), 1, date(2027, 1, 1), True),  # 2027 is not published: Monday to Friday, and said so
        (date(2026, 11, 23), 0, date(2026, 11, 23), False),
    ],
)
def test_working_days_follow_the_notices(start: date, days: int, end: date, estimated: bool) -> None:
    assert after(start, days) == after(start, days)
    assert (after(start, days).day, after(start, days).estimated) == (end, estimated)


def test_a_case_from_leaving_to_closing(cases: CaseStore) -> None:
    case = opened(cases)
    for state in ("accepted", "working", "answered"):
        case = cases.move(case.number, case.saves, "小王", state, f"到了{state}", public=True, department="受理中心")
    case = cases.outcome(case.number, "5678", "unsolved")
    assert (case.state, case.solved) == ("working", False)
    case = cases.move(case.number, case.saves, "小王", "answered", "补好了", public=True)
    case = cases.outcome(case.number, "5678", "solved")
    assert (case.state, case.solved) == ("closed", True)
    assert [step.by for step in case.history] == ["来访人", "小王", "小王", "小王", "来访人", "小王", "来访人"]
    assert cases.figures(today()) == {"open": 0, "late": 0, "answered": 0, "solved": 1, "unsolved": 0}


def test_states_follow_each_other_only_as_drawn(cases: CaseStore) -> None:
    case = opened(cases)
    for state in set(STATES) - set(NEXT["received"]) - {"received"}:
        with pytest.raises(BadInput):
            cases.move(case.number, case.saves, "小王", state)
    with pytest.raises(BadInput):
        cases.outcome(case.number, "5678", "solved")
    assert cases.get(case.number) == case


def test_two_agents_at_once_lose_nothing(cases: CaseStore) -> None:
    case = opened(cases)
    cases.move(case.number, case.saves, "小王", "accepted")
    with pytest.raises(Conflict):
        cases.move(case.number, case.saves, "小张", "working")
    assert [step.by for step in cases.get(case.number).history] == ["来访人", "小王"]


def test_a_merged_case_shows_the_other(cases: CaseStore) -> None:
    first, second, third = opened(cases), opened(cases), opened(cases)
    cases.merge(third.number, second.number, third.saves, "小王")
    second = cases.get(second.number)
    cases.merge(second.number, first.number, second.saves, "小王")
    assert cases.for_citizen(third.number, "5678").number == first.number
    for into in (third.number, "MH-nothing"):
        with pytest.raises((BadInput, NotFound)):
            cases.merge(first.number, into, first.saves, "小王")
    with pytest.raises(BadInput):
        cases.merge(first.number, first.number, first.saves, "小王")


def test_guessing_the_last_digits_ends_soon(cases: CaseStore) -> None:
    case = opened(cases)
    sentences = set()
    for digits in [f"{n:04}" for n in range(TRIES)]:
        with pytest.raises(NotFound) as refused:
            cases.for_citizen(case.number, digits)
        sentences.add(refused.value.sentence)
    with pytest.raises(TooMany):
        cases.for_citizen(case.number, "5678")
    with pytest.raises(NotFound) as unknown:
        cases.for_citizen("MH20000101-AAAAA", "5678")
    assert sentences == {unknown.value.sentence}
    with cases.transaction() as connection:
        connection.execute(service_case.update().values(resting_until=now() - timedelta(seconds=1)))
    assert cases.for_citizen(case.number, "5678").number == case.number


def test_the_late_come_first_and_are_counted(cases: CaseStore) -> None:
    fresh, old = opened(cases), opened(cases)
    with cases.transaction() as connection:
        past = today() - timedelta(days=3)
        connection.execute(service_case.update().where(service_case.c.number == old.number).values(due=past))
    assert [c.number for c in cases.listed("open")] == [old.number, fresh.number]
    assert [c.number for c in cases.listed(late_on=today())] == [old.number]
    assert cases.figures(today())["late"] == 1
    assert cases.get(old.number).late(today())


def test_the_citizen_sees_public_notes_only(client: TestClient, cases: CaseStore) -> None:
    body = {"kind": "request", "text": "我手机13987654321，三周没消息", "contact": "138-1234 5678"}
    made = client.post("/api/v1/cases", json=body)
    assert made.status_code == 201
    case = cases.get(made.json()["number"])
    assert "13987654321" not in case.text
    case = cases.move(case.number, case.saves, "小王", "working", "内部的话", public=False)
    cases.move(case.number, case.saves, "小王", "answered", "请来窗口补一张照片", public=True)
    seen = client.get(f"/api/v1/cases/{case.number}", params={"last_four": "5678"})
    assert seen.status_code == 200
    assert "内部的话" not in seen.text
    assert "请来窗口补一张照片" in seen.text
    assert "小王" not in seen.text
    assert "12345678" not in seen.text
    done = client.post(f"/api/v1/cases/{case.number}/outcome", json={"last_four": "5678", "solved": True})
    assert done.json()["state"] == "closed"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"kind": "x", "text": "a", "contact": PHONE}, {"kind": "request", "text": " ", "contact": PHONE},
        {"kind": "request", "text": "a" * 2001, "contact": PHONE}, {"kind": "request", "text": "a", "contact": "1"},
        {"kind": "request", "text": "a", "contact": "一三八"}, {"kind": "request", "text": "\x00", "contact": PHONE},
        {"kind": "request", "text": "a", "contact": PHONE, "item_id": "';--"}, [], "x", None,
        {"kind": "request", "text": "a", "contact": PHONE, "state": "closed"},
    ],
)  # fmt: skip
def test_bad_cases_are_refused_in_plain_words(client: TestClient, cases: CaseStore, body: object) -> None:
    answer = client.post("/api/v1/cases", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert cases.listed() == []


@pytest.mark.parametrize("number", ["x", "%00", "'--", "MH" + "9" * 500, "%F0%9F%99%82"])
def test_odd_numbers_are_not_found(client: TestClient, number: str) -> None:
    assert (
        client.get(f"/api/v1/cases/{number}", params={"last_four": "\ud83d\x00".encode("utf-8", "replace")}).status_code
        == 404
    )


def test_days_are_told_only_where_they_are_promised(cases: CaseStore, client: TestClient) -> None:
    body = {"kind": "request", "text": "三周没有消息", "contact": PHONE}
    silent = client.post("/api/v1/cases", json=body).json()
    assert (silent["due"], silent["accept_due"], silent["due_estimated"], silent["late"]) == (None, None, False, False)
    app = FastAPI()
    app.include_router(api.router(lambda: cases, mask, promised=True))
    told = TestClient(app).post("/api/v1/cases", json=body).json()
    assert told["opened_at"][:10] < told["accept_due"] <= told["due"]


def test_not_yet_leaves_a_case_open_and_is_counted(cases: CaseStore) -> None:
    follow_ups = FollowUps(cases)
    case = cases.open("request", "", "催一下", "13812345678", "web", conversation_id="c1")
    cases.move(case.number, 1, "agent", "answered", "请来补照片", True)
    assert follow_ups.pending(now()) == [], "not on the day of the answer"
    later = now() + ASK_AFTER
    assert [one.number for one in follow_ups.pending(later)] == [case.number]
    assert [follow_ups.ask(case.number, later) for _ in range(2)] == [True, False], "asked once, whoever asks"
    told = cases.outcome(case.number, "5678", "not_yet")
    assert (told.state, told.solved, told.outcome) == ("answered", None, "not_yet")
    assert follow_ups.pending(later) == []
    assert [one.asked_at for one in follow_ups.pending(now() + ASK_AGAIN)] == [None]
    assert follow_ups.outcomes(now() - timedelta(days=1)) == {"request": Outcomes(1, 0, 0, 1)}
    assert follow_ups.unlink("c1") == 1
    assert follow_ups.pending(now() + ASK_AGAIN) == []
    assert cases.outcome(case.number, "5678", "solved").state == "closed"


def test_the_outcome_is_said_in_one_way(client: TestClient, cases: CaseStore) -> None:
    case = cases.open("request", "", "催一下", "13812345678", "web")
    cases.move(case.number, 1, "agent", "answered", "好了", True)
    where = f"/api/v1/cases/{case.number}/outcome"
    for wrong in ({}, {"solved": True, "outcome": "solved"}, {"outcome": "x"}, {"solved": "yes"}, {"outcome": None}):
        assert client.post(where, json={"last_four": "5678", **wrong}).status_code == 422, wrong
    assert client.post(where, json={"last_four": "5678", "outcome": "not_yet"}).json()["outcome"] == "not_yet"
