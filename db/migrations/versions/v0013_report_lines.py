"""Lines of reports know a part number, and service items at a fixed price."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = "order_report_items"
_KINDS = "kind IN ('CHARGE', 'LABOUR', 'PART', 'SERVICE', 'TRAVEL')"
_KINDS_BEFORE = "kind IN ('CHARGE', 'LABOUR', 'PART', 'TRAVEL')"


def upgrade() -> None:
    """Add the column and let the new kind in."""
    with op.batch_alter_table(_TABLE) as table:
        table.add_column(sa.Column("part_number", sa.Text(), server_default="", nullable=False))
        table.drop_constraint(_name(), type_="check")
        table.create_check_constraint(_name(), sa.text(_KINDS))


def downgrade() -> None:
    """Take both away; a service item is a charge to an older program."""
    op.execute(f"UPDATE {_TABLE} SET kind = 'CHARGE' WHERE kind = 'SERVICE'")
    with op.batch_alter_table(_TABLE) as table:
        table.drop_constraint(_name(), type_="check")
        table.create_check_constraint(_name(), sa.text(_KINDS_BEFORE))
        table.drop_column("part_number")


def _name() -> str:
    return op.f(f"ck_{_TABLE}_kind")
