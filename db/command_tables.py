"""The table of commands that were applied; joins the metadata of `db.tables`."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from db.columns import UtcDateTime, json_value, uuid_text
from db.tables import metadata

applied_commands = Table(
    "applied_commands",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
    Column("result", json_value(), nullable=False),
)
