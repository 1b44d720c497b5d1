"""Desks that are there, and what their agents do; calls that ended because their desk died."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, json_value, uuid_text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OUTCOMES = (
    "'ABANDONED', 'ANSWERED', 'DIVERTED', 'FAILED', 'MISSED', 'RINGING', 'TALKING', 'TRANSFERRED'"
)
_OUTCOMES_NOW = (
    "'ABANDONED', 'ANSWERED', 'DESK_LOST', 'DIVERTED', 'FAILED', 'MISSED', "
    "'RINGING', 'TALKING', 'TRANSFERRED'"
)


def upgrade() -> None:
    """Make the table, and let a call end by the death of its desk."""
    op.create_table(
        "desk_presence",
        sa.Column("desk_id", uuid_text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("busy_kind", sa.String(length=16), nullable=True),
        sa.Column("state_seconds", sa.Float(), nullable=False),
        sa.Column("calls", json_value(), nullable=False),
        sa.Column("queues", json_value(), nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closings", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state IN ('BUSY', 'LOGGED_OFF', 'NOT_READY', 'READY', 'WORKING_AFTER_CALL')",
            name=op.f("ck_desk_presence_state"),
        ),
        sa.PrimaryKeyConstraint("desk_id", name=op.f("pk_desk_presence")),
        postgresql_with={"fillfactor": 50},
    )
    _allow_outcomes(_OUTCOMES_NOW)


def downgrade() -> None:
    """Drop the table; calls that ended with their desk have failed."""
    op.execute("UPDATE interactions SET outcome = 'FAILED' WHERE outcome = 'DESK_LOST'")
    _allow_outcomes(_OUTCOMES)
    op.drop_table("desk_presence")


def _allow_outcomes(outcomes: str) -> None:
    name = op.f("ck_interactions_outcome")
    with op.batch_alter_table("interactions") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.text(f"outcome IN ({outcomes})"))
