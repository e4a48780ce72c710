"""In: nothing. Out: the SQL tables of the knowledge service, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, DateTime, Integer, MetaData, String, Table, UniqueConstraint

from services.sql_types import Moment

metadata = MetaData()

item_version = Table(
    "item_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", String(128), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("body", JSON, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
    Column("published_at", DateTime(timezone=True), nullable=True),
    Column("author", String(128), nullable=False),
    Column("approver", String(128), nullable=True),
    Column("revision", Integer, nullable=False, index=True),
    UniqueConstraint("item_id", "version", name="uq_item_version"),
)
"""Every version of every item. `state`: draft, published or retired. `revision`: the counter's value when the
row last changed, so that a replica can load only what is new to it."""

knowledge_revision = Table(
    "knowledge_revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
)
"""One row (id 1). Whoever changes published knowledge bumps it first, in the same transaction: the row is also
the lock that puts publishers in order."""

item_draft = Table(
    "item_draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", String(128), nullable=False, index=True),
    Column("base_version", Integer, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("valid_from", Date, nullable=True),
    Column("valid_to", Date, nullable=True),
    Column("reason", String(500), nullable=False),
    Column("author", String(64), nullable=False),
    Column("reviewer", String(64), nullable=True),
    Column("remark", String(500), nullable=False),
    Column("saves", Integer, nullable=False),
    Column("published_version", Integer, nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
"""Proposed texts. `base_version`: what was live when it was begun, 0 for a new item; `saves` grows with every save, so
that two editors at once are noticed; `state`: draft, submitted, published or dropped."""
