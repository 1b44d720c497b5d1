"""Work that is handed out exactly once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, uuid_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WAITING = "finished_at IS NULL"
_FREE = "finished_at IS NULL AND claimed_by IS NULL"
_CLAIMED = "finished_at IS NULL AND claimed_by IS NOT NULL"


def upgrade() -> None:
    """Make the table and the indexes that find what is next."""
    op.create_table(
        "work_items",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", uuid_text(), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("reserved_for", sa.Text(), nullable=True),
        sa.Column("claimed_by", uuid_text(), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('CALLBACK', 'DIAL', 'DISPATCH')", name=op.f("ck_work_items_kind")
        ),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_work_items_priority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_items")),
    )
    _index("next", ["kind", "priority", "due_at", "created_at", "id"], _FREE)
    _index("subject", ["subject_id", "kind"], _WAITING)
    _index("claimed", ["claimed_until", "claimed_by"], _CLAIMED)
    # What waits already: an item of its own has any id, and the record's is free.
    op.execute(
        "INSERT INTO work_items "
        "(id, kind, subject_id, priority, due_at, created_at, reserved_for) "
        "SELECT id, 'CALLBACK', id, priority, follow_up_at, opened_at, owner FROM tickets "
        "WHERE follow_up_at IS NOT NULL AND state IN ('OPEN', 'REOPENED')"
    )
    op.execute(
        "INSERT INTO work_items (id, kind, subject_id, priority, due_at, created_at) "
        "SELECT id, 'DISPATCH', id, priority, raised_at, raised_at FROM work_orders "
        "WHERE state = 'PENDING_DISPATCH'"
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("work_items")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"ix_work_items_{name}",
        "work_items",
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
