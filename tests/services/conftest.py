"""Real servers for tests of services: PostgreSQL and Valkey, started once; a fresh database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT
from services.knowledge.files import load_items
from services.knowledge.models import Item
from tests.services.servers import Postgres, postgres_cluster, valkey_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private PostgreSQL cluster."""
    with postgres_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Valkey server."""
    with valkey_server() as url:
        yield url


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


@pytest.fixture(scope="session")
def inventory() -> tuple[Item, ...]:
    """All items of policy/."""
    return load_items(ROOT / "policy")
