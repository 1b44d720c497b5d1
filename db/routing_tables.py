"""Routing rules, regions and whom orders can go to, as SQLAlchemy Core sees them; any thread."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, Table, Text, true
from sqlalchemy.sql.expression import false

from db.columns import UtcDateTime, json_value, uuid_text
from db.tables import metadata

rulebooks = Table(
    "rulebooks",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rules", json_value(), nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    CheckConstraint("version > 0", name="version"),
)
"""Every version of the rules; the newest one holds, and its key keeps two from being saved at once.

``rules``: the tables of `agent_desk.domain.routing_file`, in the order in which they hold.
"""

regions = Table(
    "regions",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False, server_default=""),
    Column("numbers", json_value(), nullable=False),
    Column("places", json_value(), nullable=False),
    Column("position", Integer, nullable=False),
)

assignees = Table(
    "assignees",
    metadata,
    Column("department_id", uuid_text(), ForeignKey("departments.id"), primary_key=True),
    Column("is_dealer", Boolean, nullable=False, server_default=false()),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("capacity", Integer),
    Column("calendar", Text, ForeignKey("working_calendars.name")),
    CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
)
"""What routing asks of a department beyond its name; one without a row is open and has no limit."""
