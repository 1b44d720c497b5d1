"""Routing rules, regions, whom orders can go to, and why each order went where it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, json_value, optional_json, uuid_text
from db.migrations.routing_0011 import STATEMENTS

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column; on a server guard them."""
    # Not as a batch: that would rebuild the table, and drop its triggers.
    op.add_column("work_orders", sa.Column("routing", optional_json(), nullable=True))
    _rulebooks()
    _regions()
    _assignees()
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop it; orders stay where they went."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION access.guard_order_routing() CASCADE")
    for table in ("assignees", "regions", "rulebooks"):
        op.drop_table(table)
    op.drop_column("work_orders", "routing")


def _rulebooks() -> None:
    op.create_table(
        "rulebooks",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", json_value(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_rulebooks_version")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rulebooks")),
    )


def _regions() -> None:
    op.create_table(
        "regions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("numbers", json_value(), nullable=False),
        sa.Column("places", json_value(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regions")),
    )


def _assignees() -> None:
    op.create_table(
        "assignees",
        sa.Column("department_id", uuid_text(), nullable=False),
        sa.Column("is_dealer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_assignees_capacity")),
        sa.ForeignKeyConstraint(
            ["calendar"],
            ["working_calendars.name"],
            name=op.f("fk_assignees_calendar_working_calendars"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_assignees_department_id_departments"),
        ),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_assignees")),
    )
