"""The routes after contract.md, on the real schemes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.operation.problems import install_problems
from services.eligibility.api import router
from services.eligibility.files import shipped_book

BOOK = shipped_book()
CITY = "/api/v1/schemes/housing.public_rental.city/assess"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)
    app.include_router(router(lambda: BOOK))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client


async def test_facts_and_schemes_are_listed(http: httpx.AsyncClient) -> None:
    facts = (await http.get("/api/v1/facts")).json()["facts"]
    assert {"id", "type", "unit", "question", "choices"} <= set(facts[0])
    assert {fact["type"] for fact in facts} <= {"bool", "int", "number", "date", "enum"}
    schemes = (await http.get("/api/v1/schemes")).json()["schemes"]
    assert {"id", "item_id", "name", "facts", "effective_from", "effective_to"} <= set(schemes[0])
    known = {fact["id"] for fact in facts}
    assert all(set(scheme["facts"]) <= known and scheme["facts"] for scheme in schemes)


async def test_an_assessment_has_the_fields_of_the_contract(http: httpx.AsyncClient) -> None:
    body = {"facts": {"hukou_is_shanghai": False, "residence_permit_months": 20}, "as_of": "2026-11-23"}
    found = (await http.post(CITY, json=body)).json()
    assert {"scheme_id", "as_of", "status", "conditions", "next_question", "outcome"} <= set(found)
    entry = next(c for c in found["conditions"] if c["id"] == "permit")
    assert {"id", "text", "status", "actual", "required", "source", "remedy", "met_from"} <= set(entry)
    assert (entry["status"], entry["actual"], entry["required"]) == ("unmet", 20, 24)
    assert (found["status"], entry["met_from"]) == ("ineligible", "2027-03-23")


async def test_everything_at_once_with_what_to_ask_next(http: httpx.AsyncClient) -> None:
    found = (await http.post("/api/v1/screen", json={"facts": {"labour_contract_months": 36}})).json()
    assert len(found["results"]) + len(found["not_assessed"]) == len(BOOK.schemes)
    assert found["next_question"]["fact"] in BOOK.facts
    ranks = [("eligible", "undetermined", "ineligible").index(one["status"]) for one in found["results"]]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/schemes/no.such/assess", {"facts": {}}, 404),
        (CITY, {"facts": {"shoe_size": 1}}, 422),
        (CITY, {"facts": {"residence_permit_months": "long"}}, 422),
        (CITY, {"facts": {"residence_permit_months": -1}}, 422),
        (CITY, {"facts": [1]}, 422),
        (CITY, {"facts": {}, "as_of": "1990-01-01"}, 422),
        (CITY, {"facts": {}, "as_of": "soon"}, 422),
        (CITY, {"facts": {}, "name": "张三"}, 422),
        (CITY, [], 422),
        ("/api/v1/screen", {"facts": {f"f{n}": 1 for n in range(1000)}}, 422),
    ],
)
async def test_bad_requests_get_a_problem(http: httpx.AsyncClient, path: str, body: Any, status: int) -> None:
    answer = await http.post(path, json=body)
    assert answer.status_code == status
    problem = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert any("\u4e00" <= sign <= "\u9fa5" for sign in problem["detail"])


async def test_no_fact_is_ever_a_document_number(http: httpx.AsyncClient) -> None:
    for fact in (await http.get("/api/v1/facts")).json()["facts"]:
        assert not any(word in fact["question"] for word in ("身份证号", "卡号", "姓名", "手机号")), fact["id"]


@pytest.mark.parametrize("path", [CITY, "/api/v1/screen"])
@pytest.mark.parametrize(
    ("facts", "field", "says"),
    [
        ({"shoe_size": 42}, "facts.shoe_size", "没有这一项"),
        ({"hukou_is_shanghai": "yes"}, "facts.hukou_is_shanghai", "要填 true 或 false"),
        ({"residence_permit_months": "八"}, "facts.residence_permit_months", "要填一个数"),
        ({"residence_permit_months": 8.5}, "facts.residence_permit_months", "要填整数"),
        ({"residence_permit_months": 721}, "facts.residence_permit_months", "要在 0 到 720 之间"),
        ({"residence_permit_months": {"min": 9, "max": 3}}, "facts.residence_permit_months", "小的要写在 min"),
        ({"education_level": "phd"}, "facts.education_level", "其中一个"),
        ({"child_birth_date": "2026-02-30"}, "facts.child_birth_date", "不是日期"),
        ({"child_birth_date": "2027-01-01"}, "facts.child_birth_date", "这个日期还没到"),
        ({"dispute_known_date": "2027-01-01"}, "facts.dispute_known_date", "这个日期还没到"),
        ({"child_age": 40, "applicant_age": 30}, "facts.child_age", "要小于"),
        ({"child_birth_date": "2020-01-01", "child_age": 12}, "facts.child_age", "对不上"),
        ({"has_residence_permit": False, "residence_permit_months": 3}, "facts.residence_permit_months", "对不上"),
    ],
)
async def test_every_wrong_fact_is_named_over_http(
    http: httpx.AsyncClient, path: str, facts: dict[str, Any], field: str, says: str
) -> None:
    answer = await http.post(path, json={"facts": facts, "as_of": "2026-11-23"})
    assert answer.status_code == 422
    problem = answer.json()
    assert says in problem["detail"]
    named = {error["field"]: error["message"] for error in problem["errors"]}
    assert field in named or {"facts.child_birth_date", "facts.has_residence_permit"} & set(named), named
    assert any(says in message for message in named.values())


async def test_a_day_before_the_scheme_is_named_over_http_and_left_out_of_a_screening(http: httpx.AsyncClient) -> None:
    answer = await http.post(CITY, json={"facts": {}, "as_of": "2009-12-31"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "as_of"
    assert "从 2010-01-01 起才有" in error["message"]
    screened = (await http.post("/api/v1/screen", json={"facts": {}, "as_of": "2009-12-31"})).json()
    assert "housing.public_rental.city" in {one["scheme_id"] for one in screened["not_assessed"]}
    assert "housing.public_rental.city" not in {one["scheme_id"] for one in screened["results"]}
