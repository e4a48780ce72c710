"""In: an open connection from services.calls.store. Out: the tables of the newest revision."""

from __future__ import annotations

from alembic import context

from services.calls.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="calls_alembic_version",
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
