"""In: cases. Out: indexes for the list by due day and for the figures above it, however many cases are closed."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_index("ix_service_case_due", "service_case", ["due", "number"])
    op.create_index("ix_service_case_figures", "service_case", ["state", "solved"])


def downgrade() -> None:
    """Drop them."""
    for name in ("ix_service_case_figures", "ix_service_case_due"):
        op.drop_index(name, "service_case")
