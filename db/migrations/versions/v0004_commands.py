"""Commands that were applied, by their idempotency key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, json_value, uuid_text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "applied_commands",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.Column("result", json_value(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applied_commands")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("applied_commands")
