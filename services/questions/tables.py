"""In: nothing. Out: the SQL table of what was asked and answered, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, MetaData, String, Table, Text

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
    Column("area", String(32), nullable=True),
    Column("topic", String(32), nullable=True),
    Index("ix_asked_at", "at"),
    Index("ix_asked_conversation", "conversation", "at"),
    Index("ix_asked_told_item", "told_item", "at"),
)
"""One row a message. `text` and `told` are masked; `conversation` is a hash; `told_item` empty: no item answered."""

asked_count = Table(
    "asked_count",
    metadata,
    Column("week", Date, primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("area", String(32), primary_key=True),
    Column("topic", String(32), primary_key=True),
    Column("result", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
)
"""How many needs in a week (its Monday), however many messages there were: charts never read a million rows.
No person, no words; so it stays when rows are erased."""

asked_item = Table(
    "asked_item",
    metadata,
    Column("week", Date, primary_key=True),
    Column("item_id", String(128), primary_key=True),
    Column("result", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
    Index("ix_asked_item_largest", "week", "result", "number", "item_id"),
)
"""The same by item."""
