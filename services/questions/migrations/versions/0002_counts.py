"""In: asked. Out: asked with sub-district and topic; weekly counts, which begin now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns (empty in old rows) and the tables."""
    op.add_column("asked", sa.Column("area", sa.String(32), nullable=True))
    op.add_column("asked", sa.Column("topic", sa.String(32), nullable=True))
    op.create_table(
        "asked_count",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("area", sa.String(32), primary_key=True),
        sa.Column("topic", sa.String(32), primary_key=True),
        sa.Column("result", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table(
        "asked_item",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("item_id", sa.String(128), primary_key=True),
        sa.Column("result", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop them; the counts are lost."""
    op.drop_table("asked_item")
    op.drop_table("asked_count")
    op.drop_column("asked", "topic")
    op.drop_column("asked", "area")
