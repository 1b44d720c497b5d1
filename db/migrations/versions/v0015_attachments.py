"""Files of work orders, their bytes in pieces, and which of them are void."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, uuid_text
from db.migrations.attachments_0015 import SQLITE_STATEMENTS, STATEMENTS

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = ("attachment_withdrawals", "attachment_chunks", "attachments")


def upgrade() -> None:
    """Make the tables, then what guards them."""
    _attachments()
    _chunks()
    _withdrawals()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_STATEMENTS if on_sqlite else STATEMENTS:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop them; what lies in a folder stays there."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION access.keep_attachments()")
        op.execute("DROP FUNCTION access.attachment_is_kept(uuid)")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("order_id", uuid_text(), nullable=False),
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        _check("attachments", "size", "size_bytes BETWEEN 1 AND 26214400"),
        _check("attachments", "sha256", "length(sha256) = 64"),
        _check("attachments", "place", "place IN ('DATABASE', 'FOLDER')"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_attachments_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_order_id", "attachments", ["order_id", "added_at", "id"])


def _chunks() -> None:
    op.create_table(
        "attachment_chunks",
        sa.Column("attachment_id", uuid_text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _check("attachment_chunks", "content", "length(content) BETWEEN 1 AND 262144"),
        sa.PrimaryKeyConstraint(
            "attachment_id", "added_by", "position", name=op.f("pk_attachment_chunks")
        ),
    )


def _withdrawals() -> None:
    op.create_table(
        "attachment_withdrawals",
        sa.Column("attachment_id", uuid_text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _check("attachment_withdrawals", "reason", "trim(reason) <> ''"),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_attachment_withdrawals_attachment_id_attachments"),
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_withdrawals")),
    )
