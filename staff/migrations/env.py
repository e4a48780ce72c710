"""In: an open connection. Out: the tables of the newest revision; Alembic runs it (services/migrations_env.py)."""

from __future__ import annotations

from services.migrations_env import run
from staff.tables import metadata

run(metadata, "staff_alembic_version")
