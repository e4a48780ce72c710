"""In: nothing. Out: the SQL tables of the handover service, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

handover_case = Table(
    "handover_case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("open_for", String(128), nullable=True, unique=True),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(16), nullable=False),
    Column("staff", String(128), nullable=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=True),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
"""`open_for` is the conversation while the case is open and null afterwards: a conversation has one open case."""

handover_line = Table(
    "handover_line",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("handover_case.id"), nullable=False, index=True),
    Column("who", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("message_key", String(64), nullable=True),
    Column("outgoing", Integer, nullable=False, index=True),
    Column("taken_until", DateTime(timezone=True), nullable=True),
    Column("sent_at", DateTime(timezone=True), nullable=True),
    UniqueConstraint("case_id", "message_key", "who", name="uq_handover_line"),
)
"""`outgoing`: 1 while it waits for its channel, else 0. `taken_until`: a process is sending it until then."""

undelivered = Table(
    "handover_undelivered",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(128), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("code", Integer, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("text", Text, nullable=False),
)
"""What a channel refused for good."""
