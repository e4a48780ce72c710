"""In: the open connection of database.migrate. Out: the newest tables of one folder; every env.py calls this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context


def run(metadata: sa.MetaData, version_table: str) -> None:
    """What every `migrations/env.py` does. Services share a database, so each keeps a version table of its own.

    Args:
        metadata: the service's tables.
        version_table: where its revision is written down.
    """
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=version_table,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
