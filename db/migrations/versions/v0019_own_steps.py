"""A department or dealer sees nothing of what a former one did; the feed tells of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.own_steps_0019 import DOWN_STATEMENTS, STATEMENTS

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remember as which version an order was handed back; on a server hide the rest."""
    version = sa.Column("version", sa.Integer(), server_default="0", nullable=False)
    op.add_column("order_returns", version)
    if op.get_bind().dialect.name == "sqlite":
        _keep_returns("order_id, department_id, version", "old.id, old.department_id, new.version")
    _run(STATEMENTS)


def downgrade() -> None:
    """Let every step of an own order be read again."""
    _run(DOWN_STATEMENTS)
    if op.get_bind().dialect.name == "sqlite":
        _keep_returns("order_id, department_id", "old.id, old.department_id")
    op.drop_column("order_returns", "version")


def _keep_returns(columns: str, values: str) -> None:
    op.execute("DROP TRIGGER work_orders_returned")
    op.execute(
        "CREATE TRIGGER work_orders_returned AFTER UPDATE OF department_id ON work_orders "
        "WHEN old.department_id IS NOT NULL AND new.department_id IS NULL "
        f"BEGIN INSERT OR REPLACE INTO order_returns ({columns}) VALUES ({values}); END"
    )


def _run(statements: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for statement in statements:
            # No parameters: a percent sign is one.
            op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
