"""A real Valkey server for tests of services, started once; the inventory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.settings import ROOT
from services.knowledge.files import load_items
from services.knowledge.models import Item
from tests.services.servers import valkey_server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Valkey server."""
    with valkey_server() as url:
        yield url


@pytest.fixture(scope="session")
def inventory() -> tuple[Item, ...]:
    """All items of policy/."""
    return load_items(ROOT / "policy")
