"""In: a database that remembers no questions. Out: asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "asked",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(128), nullable=False),
        sa.Column("item_score", sa.Float, nullable=False),
        sa.Column("in_scope", sa.Boolean, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("told_item", sa.String(128), nullable=False),
        sa.Column("told_version", sa.Integer, nullable=False),
    )
    op.create_index("ix_asked_at", "asked", ["at"])
    op.create_index("ix_asked_conversation", "asked", ["conversation", "at"])
    op.create_index("ix_asked_told_item", "asked", ["told_item", "at"])


def downgrade() -> None:
    """Drop it; what was asked and answered is lost."""
    op.drop_table("asked")
