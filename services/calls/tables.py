"""In: nothing. Out: the SQL tables of ended calls and wrong cards, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from services.sql_types import Moment

metadata = MetaData()

ended_call = Table(
    "ended_call",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("call_id", String(128), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("agent", String(64), nullable=False),
    Column("transcript", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("saved_by", String(64), nullable=False),
    Column("saved_at", Moment, nullable=True),
    Column("case_number", String(32), nullable=False),
    Column("call_back_on", Date, nullable=True),
    Column("saves", Integer, nullable=False),
    UniqueConstraint("call_id", "started_at", name="uq_ended_call"),
    Index("ix_ended_call_ended_at", "ended_at"),
)
"""One row a call; transcript and summary are JSON, masked."""

wrong_card = Table(
    "wrong_card",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("call_id", String(128), nullable=False),
    Column("words", Text, nullable=False),
    Column("shown_item", String(128), nullable=False),
    Column("meant_item", String(128), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("done_by", String(64), nullable=False),
    Index("ix_wrong_card_at", "at"),
)
"""One row each time an agent says that a card is wrong."""
