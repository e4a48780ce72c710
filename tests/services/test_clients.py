"""ServiceClient against the bundled services in process, and against a real server that is slow, broken or gone."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import BadInput, NotFound, ServiceDown
from bot.settings import Settings
from services.breaker import Breaker
from services.bundled import Bundle, start
from services.clients import ServiceClient

CITY = "housing.public_rental.city"
Behaviour = Callable[[int], tuple[float, Response]]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    path: Path = tmp_path_factory.mktemp("bundle") / "knowledge.db"
    running = start(Settings(database_url=f"sqlite:///{path}"))  # type: ignore[call-arg]
    yield running
    running.live.stop()


@pytest.fixture
async def client(bundle: Bundle) -> AsyncIterator[ServiceClient]:
    made = ServiceClient(bundle.app)
    yield made
    await made.close()


async def test_an_item(client: ServiceClient) -> None:
    item = await client.item(CITY, date(2026, 11, 23))
    assert (item["id"], item["version"], item["verification_state"]) == (CITY, 1, "unverified")


async def test_lists_and_search_and_places(client: ServiceClient) -> None:
    assert len(await client.items()) > 100
    assert {entry["topic"] for entry in await client.items(topic="venue")} == {"venue"}
    assert (await client.search("公租房", topic="housing", limit=1))[0]["item_id"] == CITY
    assert (await client.places("七宝", "受理中心", limit=1))[0]["name"] == "七宝镇社区事务受理服务中心"
    assert (await client.places(lat=31.154, lon=121.352))[0]["distance_m"] == 0


@pytest.mark.parametrize("item_id", ["no.such.item", "../search", "a/b", "?q=1", "", "#", "空 格", "%2F", "é" * 300])
async def test_an_unknown_item_is_not_found(client: ServiceClient, item_id: str) -> None:
    with pytest.raises((NotFound, BadInput)):
        await client.item(item_id)


async def test_bad_input_keeps_its_fields(client: ServiceClient) -> None:
    with pytest.raises(BadInput) as caught:
        await client.search("房", topic="nope")
    assert caught.value.fields[0].field == "topic"
    assert "没有这个主题" in caught.value.sentence


async def test_many_refusals_do_not_open_the_breaker(client: ServiceClient) -> None:
    for _ in range(10):
        with pytest.raises(NotFound):
            await client.item("no.such.item")
    assert await client.item(CITY)


async def test_a_call_in_process_costs_little(client: ServiceClient) -> None:
    await client.item(CITY)
    began = time.process_time()
    for _ in range(100):
        await client.item(CITY)
    assert (time.process_time() - began) / 100 < 0.005  # 0.7 ms here; room for slow machines


class Server:
    """A real HTTP server whose behaviour a test sets."""

    def __init__(self) -> None:
        self.behave: Behaviour = lambda n: (0, JSONResponse({"id": "x", "n": n}))
        self.asked = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = Starlette(routes=[Route("/api/v1/items/{item_id}", self._answer)])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    async def _answer(self, request: Request) -> Response:
        self.asked += 1
        wait, answer = self.behave(self.asked)
        await asyncio.sleep(wait)
        return answer

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


async def test_a_server_that_stumbles_is_asked_again(server: Server) -> None:
    server.behave = lambda n: (0, JSONResponse({"n": n}, status_code=500 if n < 3 else 200))
    assert (await ServiceClient(server.url).item("x"))["n"] == 3


async def test_a_lost_answer_is_asked_for_again(server: Server) -> None:
    server.behave = lambda n: (5 if n == 1 else 0, JSONResponse({"n": n}))
    began = time.monotonic()
    assert (await ServiceClient(server.url, timeout_s=1.0).item("x"))["n"] == 2
    assert time.monotonic() - began < 1.0


async def test_a_slow_server_costs_no_more_than_the_time_set(server: Server) -> None:
    server.behave = lambda n: (5, JSONResponse({}))
    began = time.monotonic()
    with pytest.raises(ServiceDown, match="没有回应"):
        await ServiceClient(server.url, timeout_s=0.6).item("x")
    assert 0.3 < time.monotonic() - began < 1.0


async def test_a_broken_server_is_left_alone_for_a_while(server: Server) -> None:
    now = [0.0]
    server.behave = lambda n: (0, JSONResponse({}, status_code=503))
    client = ServiceClient(server.url, retries=0, breaker=Breaker(5, 10, lambda: now[0]))
    for _ in range(8):
        with pytest.raises(ServiceDown):
            await client.item("x")
    assert server.asked == 5, "the breaker is open"
    server.behave = lambda n: (0, JSONResponse({"n": n}))
    now[0] = 10.5
    assert (await client.item("x"))["n"] == 6
    assert (await client.item("x"))["n"] == 7


async def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(ServiceDown):
        await ServiceClient(f"http://127.0.0.1:{port}").item("x")
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize("answer", [PlainTextResponse("<html>"), JSONResponse([1]), Response(b"\xff", 200)])
async def test_an_answer_that_is_not_the_contracts_is_a_failure(server: Server, answer: Response) -> None:
    server.behave = lambda n: (0, answer)
    with pytest.raises(ServiceDown):
        await ServiceClient(server.url).item("x")


async def test_a_refusal_is_not_retried(server: Server) -> None:
    server.behave = lambda n: (0, JSONResponse({"detail": "没有这个事项"}, status_code=404))
    with pytest.raises(NotFound, match="没有这个事项"):
        await ServiceClient(server.url).item("x")
    assert server.asked == 1
