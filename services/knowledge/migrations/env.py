"""In: an open connection. Out: the tables of the newest revision; Alembic runs it (services/migrations_env.py)."""

from __future__ import annotations

from services.knowledge.tables import metadata
from services.migrations_env import run

run(metadata, "knowledge_alembic_version")
