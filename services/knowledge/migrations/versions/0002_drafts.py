"""In: item_version. Out: who approved each version; item_draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("item_version", sa.Column("approver", sa.String(128), nullable=True))
    op.create_table(
        "item_draft",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.String(128), nullable=False),
        sa.Column("base_version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=True),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=True),
        sa.Column("remark", sa.String(500), nullable=False),
        sa.Column("saves", sa.Integer, nullable=False),
        sa.Column("published_version", sa.Integer, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_item_draft_item_id", "item_draft", ["item_id"])
    op.create_index("ix_item_draft_state", "item_draft", ["state"])


def downgrade() -> None:
    """Drop both; drafts are lost."""
    op.drop_table("item_draft")
    op.drop_column("item_version", "approver")
