"""Service policies by version, and who may take note of an escalation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, json_value
from db.migrations.service_0014 import STATEMENTS

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; on a server guard it and the acknowledgements in the log."""
    op.create_table(
        "service_policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", json_value(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_service_policies")),
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in STATEMENTS:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop it; every hour counts again, by the targets that the program brings."""
    op.drop_table("service_policies")
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP FUNCTION access.guard_acknowledgement() CASCADE")
    op.execute("DROP POLICY own_hours_select ON public.assignees")
    groups = "agent_desk_department, agent_desk_dealer"
    op.execute(f"REVOKE SELECT (department_id, calendar) ON public.assignees FROM {groups}")
