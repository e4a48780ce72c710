"""In: an open connection. Out: the tables of the newest revision; Alembic runs it (services/migrations_env.py)."""

from __future__ import annotations

from services.calls.tables import metadata
from services.migrations_env import run

run(metadata, "calls_alembic_version")
