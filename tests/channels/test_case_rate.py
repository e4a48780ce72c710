"""An address, and all together, may leave so many cases in an hour; no address is kept; a lost Redis refuses nobody."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from redis.asyncio import Redis

from bot.channels.case_rate import CaseRate
from bot.channels.masking import mask
from bot.errors import TooMany
from bot.operation.install import install_operation
from services.cases import api
from services.cases.store import CaseStore


async def test_an_address_is_stopped_and_the_others_are_not(valkey: Redis) -> None:
    rate = CaseRate(valkey, 2, 100, "secret", "12345")
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        await rate.check(address)
    with pytest.raises(TooMany, match="12345"):
        await rate.check("10.0.0.1")
    assert not [key for key in await valkey.keys("case*") if b"10.0.0" in key], "addresses are hashed"


async def test_all_addresses_together_are_stopped(valkey: Redis) -> None:
    here, there = (CaseRate(valkey, 100, 3, "secret", "12345") for _ in range(2))
    for at in range(3):
        await (here if at % 2 else there).check(f"10.0.1.{at}")
    with pytest.raises(TooMany, match="留事的人太多"):
        await here.check("10.0.1.9")


async def test_without_redis_nobody_is_refused() -> None:
    rate = CaseRate(None, 1, 1, "secret", "12345")
    for _ in range(3):
        await rate.check("10.0.0.1")


def test_whoever_is_refused_leaves_nothing(tmp_path: object) -> None:
    async def full(address: str) -> None:
        assert address == "testclient"
        raise TooMany("先不收。")

    store = CaseStore(f"sqlite:///{tmp_path}/x.db")
    app = FastAPI()
    install_operation(app, 65_536)
    app.include_router(api.router(lambda: store, mask, may_leave=full))
    sent = {"kind": "request", "text": "催一下", "contact": "13812345678"}
    answer = TestClient(app).post("/api/v1/cases", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["retry-after"]
    assert store.listed() == []
