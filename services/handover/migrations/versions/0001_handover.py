"""In: a database without them. Out: the three tables of the handover service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "handover_case",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("open_for", sa.String(128), nullable=True, unique=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("staff", sa.String(128), nullable=True),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("due_at", _WHEN, nullable=True),
        sa.Column("changed_at", _WHEN, nullable=False),
    )
    op.create_index("ix_handover_case_conversation_id", "handover_case", ["conversation_id"])
    op.create_index("ix_handover_case_state", "handover_case", ["state"])
    op.create_table(
        "handover_line",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("handover_case.id"), nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("message_key", sa.String(64), nullable=True),
        sa.Column("outgoing", sa.Integer, nullable=False),
        sa.Column("taken_until", _WHEN, nullable=True),
        sa.Column("sent_at", _WHEN, nullable=True),
        sa.UniqueConstraint("case_id", "message_key", "who", name="uq_handover_line"),
    )
    op.create_index("ix_handover_line_case_id", "handover_line", ["case_id"])
    op.create_index("ix_handover_line_outgoing", "handover_line", ["outgoing"])
    op.create_table(
        "handover_undelivered",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("code", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables; all cases are lost."""
    for table in ("handover_undelivered", "handover_line", "handover_case"):
        op.drop_table(table)
