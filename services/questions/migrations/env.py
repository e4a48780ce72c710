"""In: an open connection. Out: the tables of the newest revision; Alembic runs it (services/migrations_env.py)."""

from __future__ import annotations

from services.migrations_env import run
from services.questions.tables import metadata

run(metadata, "questions_alembic_version")
