"""Working calendars, by which service levels and dealers' hours are reckoned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import json_value
from db.migrations.calendars_0009 import STATEMENTS

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; on a server let everybody read it and administrators keep it."""
    op.create_table(
        "working_calendars",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", json_value(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_working_calendars")),
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("working_calendars")
