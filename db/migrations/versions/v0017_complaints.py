"""Complaints: what makes a ticket one, and who neither owns nor settles it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, uuid_text
from db.migrations.complaints_0017 import SQLITE_STATEMENTS, STATEMENTS

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TRIGGERS = ("tickets_complaint_owner", "tickets_complaint_state", "event_log_complaint")
_FUNCTIONS = ("owns", "of_complaint", "reviews", "logs")


def upgrade() -> None:
    """Make the table, then what guards it."""
    op.create_table(
        "complaints",
        sa.Column("ticket_id", uuid_text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_login", sa.Text(), server_default="", nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "severity IN ('CRITICAL', 'HIGH', 'LOW', 'NORMAL')",
            name=op.f("ck_complaints_severity"),
        ),
        sa.CheckConstraint(
            "settled_by = '' OR settled_by <> about_login",
            name=op.f("ck_complaints_complained_about"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_complaints_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_about_login", "complaints", ["about_login"])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_STATEMENTS if on_sqlite else STATEMENTS:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop it; complaints are ordinary tickets again."""
    if op.get_bind().dialect.name == "sqlite":
        for trigger in _TRIGGERS:
            op.execute(f"DROP TRIGGER {trigger}")
    else:
        op.execute("DROP POLICY to_supervisor_insert ON public.tickets")
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION access.bystander_{name}() CASCADE")
    op.drop_table("complaints")
