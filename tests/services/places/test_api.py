"""GET /api/v1/places after contract.md."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.operation.problems import install_problems
from bot.settings import ROOT
from services.places.api import router
from services.places.core import load_book


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)
    app.include_router(router(lambda: load_book(ROOT / "places")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client


@pytest.mark.parametrize(
    "params",
    [
        {"near": "莘庄", "kind": "community_affairs_center", "limit": "3"},
        {"lat": "31.112", "lon": "121.377", "kind": "community_affairs_center"},
    ],
)
async def test_the_nearest_three(http: httpx.AsyncClient, params: dict[str, str]) -> None:
    found = (await http.get("/api/v1/places", params=params)).json()["results"]
    assert len(found) == 3
    assert {"name", "kind", "distance_m", "walking_minutes", "hours", "phone", "verification"} <= set(found[0])
    assert found[0]["name"] == "莘庄镇社区事务受理服务中心"
    assert found[0]["verification"] == "unverified"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "near"),
        ({"near": "  "}, "near"),
        ({"near": "庄" * 101}, "near"),
        ({"lat": "31.1"}, "lon"),
        ({"lon": "121.4"}, "lat"),
        ({"lat": "nan", "lon": "121.4"}, "lat"),
        ({"lat": "1e999", "lon": "121.4"}, "lat"),
        ({"lat": "北纬", "lon": "121.4"}, "lat"),
        ({"lat": "39.9", "lon": "116.4"}, "lat"),
        ({"near": "莘庄", "limit": "0"}, "limit"),
        ({"near": "莘庄", "kind": "nope"}, "kind"),
    ],
)
async def test_bad_input_is_named(http: httpx.AsyncClient, params: dict[str, str], field: str) -> None:
    answer = await http.get("/api/v1/places", params=params)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_an_unknown_place_is_a_404(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/places", params={"near": "火星"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
