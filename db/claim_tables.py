"""The table of work that is handed out once, as SQLAlchemy Core sees it; immutable, any thread."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, text

from agent_desk.domain.claim import WorkKind
from agent_desk.domain.ticket import Priority
from db.columns import UtcDateTime, uuid_text
from db.tables import metadata, quoted

WAITING = "finished_at IS NULL"
FREE = "finished_at IS NULL AND claimed_by IS NULL"
CLAIMED = "finished_at IS NULL AND claimed_by IS NOT NULL"
"""Predicates of the partial indexes; statements spell them the same, or they are not used."""

work_items = Table(
    "work_items",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject_id", uuid_text(), nullable=False),
    Column("priority", String(2), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("reserved_for", Text),
    Column("claimed_by", uuid_text()),
    Column("claimed_until", UtcDateTime),
    Column("token", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("finished_at", UtcDateTime),
    Column("open_at", UtcDateTime),
    Column("handed_to", Text),
    CheckConstraint(f"kind IN ({quoted(WorkKind)})", name="kind"),
    CheckConstraint(f"priority IN ({quoted(Priority)})", name="priority"),
    Index(
        "ix_work_items_next",
        "kind",
        "priority",
        "due_at",
        "created_at",
        "id",
        sqlite_where=text(FREE),
        postgresql_where=text(FREE),
    ),
    Index(
        "ix_work_items_subject",
        "subject_id",
        "kind",
        sqlite_where=text(WAITING),
        postgresql_where=text(WAITING),
    ),
    Index(
        "ix_work_items_claimed",
        "claimed_until",
        "claimed_by",
        sqlite_where=text(CLAIMED),
        postgresql_where=text(CLAIMED),
    ),
)
