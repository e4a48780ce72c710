"""In: nothing. Out: the SQL table of what was asked and answered, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

from services.sql_types import Moment

metadata = MetaData()

asked = Table(
    "asked",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("item_id", String(128), nullable=False),
    Column("item_score", Float, nullable=False),
    Column("in_scope", Boolean, nullable=False),
    Column("told", Text, nullable=False),
    Column("told_item", String(128), nullable=False),
    Column("told_version", Integer, nullable=False),
    Index("ix_asked_at", "at"),
    Index("ix_asked_conversation", "conversation", "at"),
    Index("ix_asked_told_item", "told_item", "at"),
)
"""One row a message. `text` and `told` are masked; `conversation` is a hash; `told_item` empty: no item answered."""
