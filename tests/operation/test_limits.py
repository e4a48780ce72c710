"""In: bodies of many sizes, announced or streamed, and responses. Out: 413 above the limit, safe headers on all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
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


async def test_a_request_id_is_kept_or_made(http: httpx.AsyncClient) -> None:
    assert (await http.get("/page", headers={"X-Request-ID": "from-nginx-1"})).headers["x-request-id"] == "from-nginx-1"
    made = (await http.get("/page", headers={"X-Request-ID": "坏 id".encode()})).headers["x-request-id"]
    assert len(made) == 32
