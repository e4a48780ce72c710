"""In: nothing. Out: the SQL tables of cases, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, String, Table, Text

from services.sql_types import Moment

metadata = MetaData()

service_case = Table(
    "service_case",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("item_id", String(128), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("contact", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("department", String(100), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("merged_into", String(32), nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("accept_due", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("due_estimated", Boolean, nullable=False),
    Column("solved", Boolean, nullable=True),
    Column("saves", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("resting_until", Moment, nullable=True),
    Column("conversation_id", String(128), nullable=True, index=True),
    Column("outcome", String(16), nullable=True),
    Column("ask_after", Moment, nullable=True, index=True),
    Column("asked_at", Moment, nullable=True),
    Index("ix_service_case_due", "due", "number"),
    Index("ix_service_case_figures", "state", "solved"),
    Index("ix_service_case_outcomes", "opened_at", "kind", "outcome", "state"),
)
"""`contact`: the only personal number we keep; it was left to be rung. `misses`: wrong last digits in a row.
`conversation_id`: where it was left, to ask there 办成了吗?; `ask_after`: not before then, null: not to be asked;
`asked_at`: it was asked and no answer has come; `outcome`: what the person says, one of OUTCOMES."""

case_step = Table(
    "case_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(32), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("public", Boolean, nullable=False),
)
"""Only ever added to."""
