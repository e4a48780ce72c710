"""Shared by all tests: a private Valkey server, started once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.operation.valkey import EmbeddedRedis


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real server, the one users get."""
    server = EmbeddedRedis(Path(tmp_path_factory.mktemp("valkey")))
    server.start_now()
    yield server.url
    server.stop_now()


@pytest_asyncio.fixture()
async def valkey(valkey_url: str) -> AsyncIterator[Redis]:
    """A client of an emptied server."""
    client = Redis.from_url(valkey_url)
    await client.flushall()
    yield client
    await client.close()
