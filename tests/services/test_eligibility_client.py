"""The rules, in this process or on a server: the same answers through the same client."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
import uvicorn
from fastapi import FastAPI

from bot.errors import BadInput, NotFound, ServiceDown
from bot.operation.problems import install_problems
from bot.settings import Settings
from services.clients import EligibilityClient, clients
from services.eligibility.api import router
from services.eligibility.files import shipped_book
from tests.journeys.conftest import free_port

DAY = date(2026, 11, 23)
CITY = "housing.public_rental.city"


@pytest.fixture(scope="module")
def app() -> FastAPI:
    book = shipped_book()
    made = FastAPI()
    install_problems(made)
    made.include_router(router(lambda: book))
    return made


@pytest.fixture(scope="module")
def url(app: FastAPI) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, ws="wsproto"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(params=["in process", "remote"])
async def client(request: pytest.FixtureRequest, app: FastAPI, url: str) -> AsyncIterator[EligibilityClient]:
    made = EligibilityClient(app if request.param == "in process" else url, timeout_s=5.0)
    yield made
    await made.close()


async def test_both_judge_alike(client: EligibilityClient) -> None:
    found = await client.assess(CITY, {"hukou_is_shanghai": False, "residence_permit_months": 20}, DAY)
    assert (found["status"], found["as_of"]) == ("ineligible", "2026-11-23")
    assert (await client.facts())["hukou_is_shanghai"]["type"] == "bool"
    everything = await client.screen({"hukou_is_shanghai": False}, DAY)
    assert {one["status"] for one in everything["results"]} <= {"eligible", "ineligible", "undetermined"}


async def test_the_scheme_of_an_item_or_of_one_it_serves(client: EligibilityClient) -> None:
    assert (await client.scheme_of(CITY) or {})["id"] == CITY
    assert (await client.scheme_of("points.indicator.education") or {})["id"] == "points.score_table"
    assert await client.scheme_of("venue.library") is None


async def test_only_the_sum_may_have_a_shorter_scheme(client: EligibilityClient) -> None:
    for item_id, counting in (("points.apply", "points.score_table"), (CITY, CITY)):
        scheme = await client.scheme_of(item_id)
        assert scheme is not None
        assert (await client.counting(scheme))["id"] == counting


async def test_what_is_wrong_comes_back_named(client: EligibilityClient) -> None:
    with pytest.raises(BadInput) as error:
        await client.assess(CITY, {"residence_permit_months": -4}, DAY)
    assert [field.field for field in error.value.fields] == ["facts.residence_permit_months"]
    with pytest.raises(NotFound):
        await client.assess("no.such", {}, DAY)


async def test_a_server_that_is_gone_is_said_in_time() -> None:
    with pytest.raises(ServiceDown):
        await EligibilityClient(f"http://127.0.0.1:{free_port()}", timeout_s=0.5).schemes()


def test_the_settings_decide_where_each_is_asked(app: FastAPI) -> None:
    asked: list[str] = []

    def bundled() -> FastAPI:
        asked.append("bundled")
        return app

    clients(Settings(service_api_url="http://127.0.0.1:1", eligibility_api_url="http://127.0.0.1:1"), bundled)  # type: ignore[call-arg]
    assert asked == []
    clients(Settings(eligibility_api_url="http://127.0.0.1:1"), bundled)  # type: ignore[call-arg]
    assert asked == ["bundled"]
