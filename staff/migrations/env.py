"""In: an open connection from staff.database. Out: the tables of the newest revision."""

from __future__ import annotations

from alembic import context

from staff.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="staff_alembic_version",
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
