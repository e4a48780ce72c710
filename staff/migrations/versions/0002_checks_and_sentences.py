"""In: accounts, sessions, audit. Out: staff_check and staff_sentence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both."""
    op.create_table(
        "staff_check",
        sa.Column("item_id", sa.String(128), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("due", sa.Date, nullable=True),
    )
    op.create_table(
        "staff_sentence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("text", name="uq_staff_sentence"),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("staff_sentence")
    op.drop_table("staff_check")
