"""What makes a ticket a complaint, as SQLAlchemy Core sees it; immutable, any thread."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text

from agent_desk.domain.complaint import Severity
from db.columns import UtcDateTime, uuid_text
from db.tables import metadata, quoted

BYSTANDER = "complained_about"
"""Name of the constraint by which the database refuses whom a complaint is about."""

complaints = Table(
    "complaints",
    metadata,
    Column("ticket_id", uuid_text(), ForeignKey("tickets.id"), primary_key=True),
    Column("severity", String(16), nullable=False),
    Column("about", Text, nullable=False),
    Column("about_login", Text, nullable=False, server_default=""),
    Column("promised_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("settled_by", Text, nullable=False, server_default=""),
    CheckConstraint(f"severity IN ({quoted(Severity)})", name="severity"),
    CheckConstraint("settled_by = '' OR settled_by <> about_login", name=BYSTANDER),
    Index("ix_complaints_about_login", "about_login"),
)
