"""In: cases. Out: an index that holds what becomes of answered cases, so that its figures read no case."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_index("ix_service_case_outcomes", "service_case", ["opened_at", "kind", "outcome", "state"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_service_case_outcomes", "service_case")
