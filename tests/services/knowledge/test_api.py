"""The look-up API after contract.md, over the real inventory and an app with the project's problem details."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.operation.problems import install_problems
from services.knowledge.api import router
from services.knowledge.finder import Finder
from services.knowledge.models import Item
from services.knowledge.snapshot import Snapshot
from tests.services.knowledge.made import TODAY

CITY = "housing.public_rental.city"


@pytest.fixture(scope="module")
def app(inventory: tuple[Item, ...]) -> FastAPI:
    snapshot, finder = Snapshot.of_items(inventory, TODAY), Finder()
    finder.build(snapshot)()
    made = FastAPI()
    install_problems(made)
    made.include_router(router(lambda: snapshot, finder))
    return made


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client


async def test_search_answers_as_the_contract_says(http: httpx.AsyncClient) -> None:
    answer = (await http.get("/api/v1/search", params={"q": "公租房", "limit": 2})).json()
    assert set(answer) == {"results", "took_ms"}
    assert len(answer["results"]) == 2
    assert set(answer["results"][0]) == {"item_id", "name", "topic", "score", "highlight", "verification"}
    assert answer["results"][0]["item_id"] == CITY
    assert answer["took_ms"] > 0


async def test_an_item_comes_whole_but_without_what_is_for_clerks(http: httpx.AsyncClient) -> None:
    item = (await http.get(f"/api/v1/items/{CITY}")).json()
    assert item["id"] == CITY
    assert (item["version"], item["verification_state"]) == (1, "unverified")
    assert item["numbers"]["labor_contract_min_months"] == {**item["numbers"]["labor_contract_min_months"], "value": 12}
    assert "clerk_notes" not in item
    assert "需核实" not in str(item)


async def test_the_list_has_every_item(http: httpx.AsyncClient, inventory: tuple[Item, ...]) -> None:
    items = (await http.get("/api/v1/items")).json()["items"]
    assert [entry["id"] for entry in items] == sorted(item.id for item in inventory)
    venues = (await http.get("/api/v1/items", params={"topic": "venue"})).json()["items"]
    assert {entry["topic"] for entry in venues} == {"venue"}


async def test_the_state_is_that_of_the_day(http: httpx.AsyncClient, inventory: tuple[Item, ...]) -> None:
    far = {"as_of": "2100-12-31"}
    now = (await http.get("/api/v1/items")).json()["items"]
    later = (await http.get("/api/v1/items", params=far)).json()["items"]
    expired = [entry["id"] for entry in later if entry["verification_state"] == "expired"]
    assert len(later) == len(now)
    assert expired
    one = (await http.get(f"/api/v1/items/{expired[0]}", params=far)).json()
    assert one["verification_state"] == "expired"


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("search", {}, "q"),
        ("search", {"q": " "}, "q"),
        ("search", {"q": "长" * 201}, "q"),
        ("search", {"q": "房", "limit": "0"}, "limit"),
        ("search", {"q": "房", "limit": "51"}, "limit"),
        ("search", {"q": "房", "limit": "-1"}, "limit"),
        ("search", {"q": "房", "limit": "5.5"}, "limit"),
        ("search", {"q": "房", "limit": "٣"}, "limit"),
        ("search", {"q": "房", "limit": "9" * 5000}, "limit"),
        ("search", {"q": "房", "topic": "nope"}, "topic"),
        ("search", {"q": "房", "as_of": "2026-02-30"}, "as_of"),
        ("search", {"q": "房", "as_of": "1999-12-31"}, "as_of"),
        ("items", {"as_of": "2101-01-01"}, "as_of"),
        ("items", {"topic": "nope"}, "topic"),
        (f"items/{CITY}", {"as_of": "昨天"}, "as_of"),
    ],
)
async def test_bad_input_is_named(http: httpx.AsyncClient, path: str, params: dict[str, str], field: str) -> None:
    answer = await http.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_the_longest_query_and_the_most_results(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/search", params={"q": "居住证" * 66 + "房租", "limit": "50"})
    assert answer.status_code == 200
    assert 0 < len(answer.json()["results"]) <= 50


@pytest.mark.parametrize("item_id", ["no.such.item", "..", "%2e%2e%2fsearch", "housing.public_rental"])
async def test_an_unknown_item_is_a_404(http: httpx.AsyncClient, item_id: str) -> None:
    answer = await http.get(f"/api/v1/items/{item_id}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_before_the_first_index_it_says_so(inventory: tuple[Item, ...]) -> None:
    app = FastAPI()
    install_problems(app)
    app.include_router(router(lambda: Snapshot.of_items(inventory, TODAY), Finder()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        answer = await client.get("/api/v1/search", params={"q": "房"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
