"""The closed loop in full: field work, report lines, attempts, override, claims, and the gate."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, uuid_text
from db.migrations.loop_0008 import SQLITE_TRIGGERS, STATEMENTS

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_GATE = "closed_needs_verification"
_ON_SITE = "'CLOSED', 'IN_PROGRESS', 'ON_HOLD', 'REPORTED', 'VERIFYING'"
_CHECKS = {
    "report_liable": (
        "report_liable IS NULL OR report_liable IN ('CUSTOMER', 'DEALER', 'OURSELVES', 'SUPPLIER')"
    ),
    _GATE: (
        "state <> 'CLOSED' OR (verified_in IS NOT NULL AND confirmed_at IS NOT NULL) OR "
        "(trim(overridden_by) <> '' AND trim(override_reason) <> '')"
    ),
    "hold_reason": "state <> 'ON_HOLD' OR hold_reason <> ''",
    "field_work": (
        f"NOT field_work OR state NOT IN ({_ON_SITE}) OR "
        "(technician <> '' AND technician_phone <> '' AND arrived_at IS NOT NULL)"
    ),
    "satisfaction": "satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5",
}
_TABLES = ("order_claims", "verification_attempts", "order_report_items")
_RETURNED = (
    "CREATE TRIGGER work_orders_returned AFTER UPDATE OF department_id ON work_orders "
    "WHEN old.department_id IS NOT NULL AND new.department_id IS NULL "
    "BEGIN INSERT OR REPLACE INTO order_returns (order_id, department_id) "
    "VALUES (old.id, old.department_id); END"
)


def upgrade() -> None:
    """Make columns and tables, then what guards them."""
    _drop_returned()
    with op.batch_alter_table("work_orders") as table:
        for column in _columns():
            table.add_column(column)
        table.drop_constraint(_name(_GATE), type_="check")
    # What was closed or held before this program asked for more.
    op.execute("UPDATE work_orders SET confirmed_at = changed_at WHERE state = 'CLOSED'")
    op.execute("UPDATE work_orders SET hold_reason = '?' WHERE state = 'ON_HOLD'")
    op.execute("UPDATE work_orders SET reports = 1 WHERE report_outcome IS NOT NULL")
    with op.batch_alter_table("work_orders") as table:
        for name, condition in _CHECKS.items():
            table.create_check_constraint(_name(name), sa.text(condition))
    op.create_index(
        "ix_work_orders_verified_in",
        "work_orders",
        ["verified_in"],
        sqlite_where=sa.text("verified_in IS NOT NULL"),
        postgresql_where=sa.text("verified_in IS NOT NULL"),
    )
    _report_items()
    _attempts()
    _claims()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_RETURNED)
        statements = SQLITE_TRIGGERS
    else:
        statements = STATEMENTS
    for statement in statements:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop it; an order that a supervisor closed waits for its verification again."""
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("interactions_proof_update", "interactions_proof_delete"):
            op.execute(f"DROP TRIGGER {trigger}")
        for trigger in ("work_orders_closing_insert", "work_orders_closing_update"):
            op.execute(f"DROP TRIGGER {trigger}")
    else:
        _drop_functions()
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_work_orders_verified_in", "work_orders")
    op.execute(
        "UPDATE work_orders SET state = 'VERIFYING' WHERE state = 'CLOSED' AND verified_in IS NULL"
    )
    _drop_returned()
    with op.batch_alter_table("work_orders") as batch:
        for name in _CHECKS:
            batch.drop_constraint(_name(name), type_="check")
        for column in _columns():
            batch.drop_column(column.name)
        before = "state <> 'CLOSED' OR verified_in IS NOT NULL"
        batch.create_check_constraint(_name(_GATE), sa.text(before))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_RETURNED)


def _drop_returned() -> None:
    """Rebuilding a table on SQLite writes its rows anew, and drops its triggers anyhow."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER work_orders_returned")


def _drop_functions() -> None:
    for name in ("guard_order_loop", "guard_claim", "require_closing_proof", "keep_proof"):
        op.execute(f"DROP FUNCTION access.{name}() CASCADE")
    op.execute("DROP FUNCTION access.keep_attempts() CASCADE")


def _name(check: str) -> str:
    return op.f(f"ck_work_orders_{check}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("field_work", sa.Boolean(), server_default=sa.false(), nullable=False),
        _text("technician"),
        _text("technician_phone"),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        _text("hold_reason"),
        sa.Column("reports", sa.Integer(), server_default="0", nullable=False),
        sa.Column("report_faulty_part", sa.Text(), nullable=True),
        sa.Column("report_liable", sa.String(length=16), nullable=True),
        _text("report_supplier"),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        _text("overridden_by"),
        _text("override_reason"),
    )


def _of_order(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_order_id_work_orders")
    return sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=name)


def _report_items() -> None:
    op.create_table(
        "order_report_items",
        sa.Column("order_id", uuid_text(), nullable=False),
        sa.Column("report", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(
            "kind IN ('CHARGE', 'LABOUR', 'PART', 'TRAVEL')",
            name=op.f("ck_order_report_items_kind"),
        ),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_order_report_items_quantity")),
        sa.CheckConstraint("unit_price_minor >= 0", name=op.f("ck_order_report_items_unit_price")),
        _of_order("order_report_items"),
        sa.PrimaryKeyConstraint(
            "order_id", "report", "position", name=op.f("pk_order_report_items")
        ),
    )


def _attempts() -> None:
    op.create_table(
        "verification_attempts",
        sa.Column("interaction_id", uuid_text(), nullable=False),
        sa.Column("order_id", uuid_text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _text("note"),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_verification_attempts_interaction_id_interactions"),
        ),
        _of_order("verification_attempts"),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_verification_attempts")),
    )
    op.create_index(
        "ix_verification_attempts_order_id", "verification_attempts", ["order_id", "round", "day"]
    )


def _claims() -> None:
    def check(name: str, condition: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(condition, name=op.f(f"ck_order_claims_{name}"))

    op.create_table(
        "order_claims",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("order_id", uuid_text(), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("department_id", uuid_text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("labour_minor", "parts_minor", "travel_minor")
        ),
        _text("part"),
        _text("supplier"),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        _text("office_approved_by"),
        _text("hq_approved_by"),
        _text("settled_by"),
        _text("reason"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        check("kind", "kind IN ('EXPENSE', 'SUPPLIER')"),
        check(
            "state",
            "state IN ('HQ_APPROVED', 'OFFICE_APPROVED', 'SENT_BACK', 'SETTLED', 'SUBMITTED')",
        ),
        check("amounts", "labour_minor >= 0 AND parts_minor >= 0 AND travel_minor >= 0"),
        check(
            "approved",
            "state NOT IN ('HQ_APPROVED', 'OFFICE_APPROVED', 'SETTLED') OR "
            "office_approved_by <> ''",
        ),
        check(
            "approved_by_two",
            "state NOT IN ('HQ_APPROVED', 'SETTLED') OR "
            "(hq_approved_by <> '' AND hq_approved_by <> office_approved_by)",
        ),
        check("settled", "state <> 'SETTLED' OR settled_by <> ''"),
        check("reason", "state <> 'SENT_BACK' OR reason <> ''"),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_order_claims_department_id_departments"),
        ),
        _of_order("order_claims"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_claims")),
        sa.UniqueConstraint(
            "order_id", "report", "kind", name=op.f("uq_order_claims_order_id_report_kind")
        ),
    )
    op.create_index(
        "ix_order_claims_state_department_id",
        "order_claims",
        ["state", "department_id", "submitted_at", "id"],
    )
