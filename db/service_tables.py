"""The table of service policies, as SQLAlchemy Core sees it; immutable, any thread."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from db.columns import UtcDateTime, json_value
from db.tables import metadata

service_policies = Table(
    "service_policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", json_value(), nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
)
"""The newest version holds; the document is that of `agent_desk.domain.service_policy_file`."""
