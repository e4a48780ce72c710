"""In: requests with and without an id. Out: the id in the answer and in one access line that holds nothing personal."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog
from fastapi import FastAPI

from bot.operation.install import install_operation
from bot.operation.logging import configure_logging

app = FastAPI()
install_operation(app, most_body_bytes=1024)


@app.get("/cases/{number}")
def case(number: str) -> str:
    structlog.get_logger("cases").info("looked_up")
    return number


@app.get("/healthz")
def health() -> str:
    return "ok"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("INFO", stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.reset_defaults()


async def get(path: str, **headers: str | bytes) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.get(path, headers=named)  # type: ignore[arg-type]


async def test_a_sane_id_is_kept() -> None:
    assert (await get("/healthz", X_Request_ID="from-nginx-1")).headers["x-request-id"] == "from-nginx-1"


@pytest.mark.parametrize("odd", ["", "short", "x" * 65, "a b c d e f", "坏的编号坏的编号".encode()])
async def test_an_odd_one_is_replaced(odd: str | bytes) -> None:
    assert len((await get("/healthz", X_Request_ID=odd)).headers["x-request-id"]) == 32


async def test_all_lines_of_a_request_carry_its_id(lines: io.StringIO) -> None:
    await get("/cases/XH-5678?contact=%E5%BC%A0%E4%B8%89", X_Request_ID="abcdef-12345")
    first, access = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], first["request_id"]) == ("looked_up", "abcdef-12345")
    assert (access["route"], access["status"], access["request_id"]) == ("/cases/{number}", 200, "abcdef-12345")
    assert "5678" not in lines.getvalue()


async def test_health_checks_are_not_worth_a_line(lines: io.StringIO) -> None:
    await get("/healthz")
    assert lines.getvalue() == ""
