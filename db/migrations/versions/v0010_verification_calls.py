"""Verification calls that are handed out, and what is said about orders on the way."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, uuid_text
from db.migrations.verification_0010 import SQLITE_TRIGGERS, STATEMENTS

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_A_DAY = timedelta(days=1)
_KIND = "ck_work_items_kind"
_BEFORE = "kind IN ('CALLBACK', 'DIAL', 'DISPATCH')"
_SINCE = "kind IN ('CALLBACK', 'DIAL', 'DISPATCH', 'VERIFY')"
_FUNCTIONS = (
    "guard_verification",
    "guard_attempt",
    "guard_consent",
    "guard_new_verification",
    "guard_verification_call",
)


def upgrade() -> None:
    """Make columns and table, put what waits already, then guard it."""
    is_file = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("work_items") as table:
        table.add_column(sa.Column("open_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("handed_to", sa.Text(), nullable=True))
        table.drop_constraint(op.f(_KIND), type_="check")
    with op.batch_alter_table("work_items") as table:
        table.create_check_constraint(op.f(_KIND), sa.text(_SINCE))
    _messages()
    _waiting()
    for statement in SQLITE_TRIGGERS if is_file else STATEMENTS:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop it; customers are called by whoever owns their orders."""
    if op.get_bind().dialect.name != "sqlite":
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION access.{name}() CASCADE")
        for verb in ("select", "insert"):
            op.execute(f"DROP POLICY own_verifications_{verb} ON public.work_items")
    op.drop_table("order_messages")
    op.execute("DELETE FROM work_items WHERE kind = 'VERIFY'")
    with op.batch_alter_table("work_items") as table:
        table.drop_constraint(op.f(_KIND), type_="check")
        table.drop_column("handed_to")
        table.drop_column("open_at")
    with op.batch_alter_table("work_items") as table:
        table.create_check_constraint(op.f(_KIND), sa.text(_BEFORE))


def _waiting() -> None:
    """Let the customers be called who wait for it already, by the owner and from now on."""
    orders = sa.table(
        "work_orders",
        sa.column("id", uuid_text()),
        sa.column("state", sa.String()),
        sa.column("priority", sa.String()),
        sa.column("owner", sa.Text()),
        sa.column("changed_at", UtcDateTime()),
    )
    items = sa.table(
        "work_items",
        *(sa.column(name, uuid_text()) for name in ("id", "subject_id")),
        *(sa.column(name, sa.Text()) for name in ("kind", "priority", "reserved_for")),
        *(sa.column(name, UtcDateTime()) for name in ("due_at", "created_at", "open_at")),
    )
    waiting = sa.select(orders).where(orders.c.state == "VERIFYING")
    rows = [
        {
            "id": str(uuid4()),
            "subject_id": order.id,
            "kind": "VERIFY",
            "priority": order.priority,
            "reserved_for": order.owner,
            "due_at": order.changed_at,
            "created_at": order.changed_at,
            "open_at": order.changed_at + _A_DAY,
        }
        for order in op.get_bind().execute(waiting)
    ]
    if rows:
        op.bulk_insert(items, rows)


def _messages() -> None:
    op.create_table(
        "order_messages",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("order_id", uuid_text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("interaction_id", uuid_text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('CONSENT', 'INFORMATION', 'REMINDER')",
            name=op.f("ck_order_messages_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_order_messages_order_id_work_orders")
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_order_messages_interaction_id_interactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_messages")),
        sa.UniqueConstraint(
            "order_id", "kind", "ordinal", name=op.f("uq_order_messages_order_id_kind_ordinal")
        ),
    )
