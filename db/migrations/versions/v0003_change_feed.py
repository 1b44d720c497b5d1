"""What the change feed reads by."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from agent_desk.domain.identifiers import new_uuid7
from db.columns import UtcDateTime, sequence_number, uuid_text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_IS_RECORD = "stream IN ('CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER')"


def upgrade() -> None:
    """Make it."""
    epochs = op.create_table(
        "feed_epochs",
        sa.Column("number", sequence_number(), autoincrement=True, nullable=False),
        sa.Column("epoch", uuid_text(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feed_epochs")),
    )
    op.create_table(
        "feed_relays",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_relays")),
    )
    _begin_first_epoch(epochs)
    if op.get_bind().dialect.name == "postgresql":
        # Rows that are there already get the number of this transaction, once.
        op.execute(
            "ALTER TABLE event_log ADD COLUMN txid xid8 NOT NULL DEFAULT pg_current_xact_id()"
        )
        op.create_index(
            "ix_event_log_txid_seq",
            "event_log",
            ["txid", "seq"],
            postgresql_where=sa.text(_IS_RECORD),
        )


def downgrade() -> None:
    """Drop it."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_event_log_txid_seq", "event_log")
        op.drop_column("event_log", "txid")
    op.drop_table("feed_relays")
    op.drop_table("feed_epochs")


def _begin_first_epoch(epochs: sa.Table) -> None:
    newest = op.get_bind().scalar(sa.text("SELECT coalesce(max(seq), 0) FROM event_log"))
    now = datetime.now(UTC)
    row = {"epoch": new_uuid7(now), "first_seq": newest, "began_at": now}
    op.bulk_insert(epochs, [row])
