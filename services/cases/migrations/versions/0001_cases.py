"""In: a database without cases. Out: service_case and case_step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both."""
    op.create_table(
        "service_case",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("item_id", sa.String(128), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("contact", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("merged_into", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_due", sa.Date, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("due_estimated", sa.Boolean, nullable=False),
        sa.Column("solved", sa.Boolean, nullable=True),
        sa.Column("saves", sa.Integer, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True),
    )
    for column in ("item_id", "state", "opened_at"):
        op.create_index(f"ix_service_case_{column}", "service_case", [column])
    op.create_table(
        "case_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
    )
    op.create_index("ix_case_step_number", "case_step", ["number"])


def downgrade() -> None:
    """Drop both; every case is lost."""
    op.drop_table("case_step")
    op.drop_table("service_case")
