"""The table of working calendars, as SQLAlchemy Core sees it; immutable, any thread."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from db.columns import json_value
from db.tables import metadata

working_calendars = Table(
    "working_calendars",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", json_value(), nullable=False),
)
"""By the calendar's id; the document is that of `agent_desk.domain.calendar_document`."""
