"""Shared by all tests, each started once: private Valkey and PostgreSQL servers, a whole server as a user starts it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.operation.valkey import EmbeddedRedis
from tests.journeys.conftest import Server, running
from tests.services.servers import Postgres, postgres_cluster


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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One ready server for all tests that do not harm it."""
    with running(tmp_path_factory.mktemp("server"), RATE_PER_MINUTE="100000") as started:
        started.wait("/readyz", 90)
        yield started


@pytest.fixture(scope="session")
def api(server: Server) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private PostgreSQL cluster."""
    with postgres_cluster() as cluster:
        yield cluster


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where a SQLite file may come to be."""
    return f"sqlite:///{tmp_path / 'knowledge.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    cluster: Postgres = request.getfixturevalue("postgres")
    return cluster.new_database()
