"""In: asked_item. Out: an index that gives the largest counts of a week without reading the others."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_index("ix_asked_item_largest", "asked_item", ["week", "result", "number", "item_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_asked_item_largest", "asked_item")
