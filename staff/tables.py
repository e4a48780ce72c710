"""In: nothing. Out: the SQL tables of the staff console, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, String, Table, UniqueConstraint

from services.sql_types import Moment

metadata = MetaData()

staff_user = Table(
    "staff_user",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment, nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("subject", String(64), nullable=True, index=True),
)
"""People who may sign in. `subject`: who they are at the OpenID provider (staff/linked.py), null: they have a password.
`failures`: wrong passwords in a row. Nobody is deleted: the audit names them."""

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("name", String(64), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
"""Who is signed in. Only a hash of the cookie is kept: whoever reads the table cannot sign in with it."""

staff_audit = Table(
    "staff_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("name", String(64), nullable=False, index=True),
    Column("did", String(64), nullable=False),
    Column("target", String(256), nullable=False),
    Column("detail", JSON, nullable=False),
)
"""Every change, every reading of personal data, every sign-in. Only ever added to."""

staff_check = Table(
    "staff_check",
    metadata,
    Column("item_id", String(128), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("due", Date, nullable=True),
)
"""Who is to hold which item against its official page, and until when."""

staff_sentence = Table(
    "staff_sentence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", String(400), nullable=False),
    Column("act", String(32), nullable=False),
    Column("item_id", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("author", String(64), nullable=False),
    Column("reviewer", String(64), nullable=True),
    Column("at", Moment, nullable=False),
    UniqueConstraint("text", name="uq_staff_sentence"),
)
"""Sentences for the next training. `state`: proposed, accepted or refused; `item_id` empty: about no item."""
