"""In: accounts with passwords. Out: `subject` for those who sign in at their organisation's OpenID provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("staff_user", sa.Column("subject", sa.String(64), nullable=True))
    op.create_index("ix_staff_user_subject", "staff_user", ["subject"])


def downgrade() -> None:
    """Drop it; these people must be given passwords."""
    op.drop_index("ix_staff_user_subject", "staff_user")
    op.drop_column("staff_user", "subject")
