"""In: service_case. Out: service_case with what is needed to ask 办成了吗? and the answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; cases from before are asked about at their number only, their answers stay."""
    op.add_column("service_case", sa.Column("conversation_id", sa.String(128), nullable=True))
    op.add_column("service_case", sa.Column("outcome", sa.String(16), nullable=True))
    op.add_column("service_case", sa.Column("ask_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("service_case", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    for column in ("conversation_id", "ask_after"):
        op.create_index(f"ix_service_case_{column}", "service_case", [column])
    op.execute("UPDATE service_case SET outcome = 'solved' WHERE solved")
    op.execute("UPDATE service_case SET outcome = 'unsolved' WHERE NOT solved")


def downgrade() -> None:
    """Drop them; "还没去" is lost, the other answers stay in `solved`."""
    for column in ("ask_after", "conversation_id"):
        op.drop_index(f"ix_service_case_{column}", "service_case")
    for column in ("asked_at", "ask_after", "outcome", "conversation_id"):
        op.drop_column("service_case", column)
