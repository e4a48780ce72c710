"""In: a database that remembers no calls. Out: ended_call, wrong_card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "ended_call",
        sa.Column("id", key, primary_key=True),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("transcript", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("saved_by", sa.String(64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_number", sa.String(32), nullable=False),
        sa.Column("call_back_on", sa.Date, nullable=True),
        sa.Column("saves", sa.Integer, nullable=False),
        sa.UniqueConstraint("call_id", "started_at", name="uq_ended_call"),
    )
    op.create_index("ix_ended_call_ended_at", "ended_call", ["ended_at"])
    op.create_table(
        "wrong_card",
        sa.Column("id", key, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("shown_item", sa.String(128), nullable=False),
        sa.Column("meant_item", sa.String(128), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("done_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_wrong_card_at", "wrong_card", ["at"])


def downgrade() -> None:
    """Drop them; what was said in calls is lost."""
    op.drop_table("wrong_card")
    op.drop_table("ended_call")
