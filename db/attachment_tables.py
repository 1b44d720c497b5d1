"""Attachments, their bytes in pieces, and which are void, as SQLAlchemy Core sees them; any thread.

Nothing of them is ever changed. A piece belongs to nothing that anybody sees until its attachment
is written, with the last one: an upload that broke off leaves nothing behind but pieces that
whoever began it takes away or goes on with.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from agent_desk.domain.attachment import CHUNK_BYTES, MAX_BYTES, ContentPlace
from db.columns import UtcDateTime, uuid_text
from db.tables import metadata, quoted

attachments = Table(
    "attachments",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("order_id", uuid_text(), ForeignKey("work_orders.id"), nullable=False),
    Column("report", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("place", String(16), nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    CheckConstraint(f"size_bytes BETWEEN 1 AND {MAX_BYTES}", name="size"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint(f"place IN ({quoted(ContentPlace)})", name="place"),
    Index("ix_attachments_order_id", "order_id", "added_at", "id"),
)

attachment_chunks = Table(
    "attachment_chunks",
    metadata,
    Column("attachment_id", uuid_text(), primary_key=True),
    Column("added_by", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint(f"length(content) BETWEEN 1 AND {CHUNK_BYTES}", name="content"),
)

attachment_withdrawals = Table(
    "attachment_withdrawals",
    metadata,
    Column("attachment_id", uuid_text(), ForeignKey("attachments.id"), primary_key=True),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("trim(reason) <> ''", name="reason"),
)
