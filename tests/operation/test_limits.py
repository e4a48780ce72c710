"""In: bodies of many sizes, announced or streamed, and responses. Out: 413 above the limit, safe headers on all."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from bot.operation.install import install_operation

LIMIT = 2_000
app = FastAPI()
install_operation(app, most_body_bytes=LIMIT)


@app.post("/api/size")
async def size(request: Request) -> int:
    return len(await request.body())


@app.post("/api/json")
async def json_size(body: dict[str, str]) -> int:
    return len(body)


@app.get("/page")
def page() -> Response:
    return Response("页", headers={"X-Frame-Options": "SAMEORIGIN"})


@pytest.fixture
async def http() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def chunks(total: int) -> AsyncIterator[bytes]:
    """A body whose length is not announced."""
    for start in range(0, total, 500):
        yield b"x" * min(500, total - start)


@pytest.mark.parametrize("total", [0, 1, LIMIT])
async def test_up_to_the_limit_goes_through(http: httpx.AsyncClient, total: int) -> None:
    assert (await http.post("/api/size", content=b"x" * total)).json() == total
    assert (await http.post("/api/size", content=chunks(total))).json() == total


@pytest.mark.parametrize("path", ["/api/size", "/api/json"])
@pytest.mark.parametrize("total", [LIMIT + 1, 1_000_000])
async def test_above_the_limit_is_refused(http: httpx.AsyncClient, path: str, total: int) -> None:
    for content in (b"x" * total, chunks(total)):
        answer = await http.post(path, content=content)
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
        assert answer.json()["detail"] == "内容太大，请缩短后再发。"


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 400])
async def test_a_senseless_length_is_refused(http: httpx.AsyncClient, length: str) -> None:
    assert (await http.post("/api/size", content=b"x", headers={"content-length": length})).status_code == 413


async def test_headers(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/size", content=b"x")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    own = await http.get("/page")
    assert own.headers["x-frame-options"] == "SAMEORIGIN"
    assert "cache-control" not in own.headers


def test_the_refusal_reaches_a_caller_who_sends_ten_megabytes() -> None:
    """Over a real connection: closing it early would lose the answer."""
    with serving(app) as address:
        for content in (b"x" * 10_000_000, iter([b"x" * 100_000] * 100)):
            answer = httpx.post(f"{address}/api/json", content=content, timeout=10)
            assert answer.status_code == 413
            assert answer.json()["code"] == "too_large"


@contextmanager
def serving(application: FastAPI) -> Iterator[str]:
    """A real server on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application, ws="wsproto", log_config=None))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
