"""The table of desks that are there, as SQLAlchemy Core sees it; immutable, any thread."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Integer, String, Table, Text

from agent_desk.domain.agent import AgentState
from db.columns import UtcDateTime, json_value, uuid_text
from db.tables import metadata, quoted

# No index but the key: a heartbeat then rewrites its row in place (a HOT update), and a floor is
# at most a thousand rows. Not UNLOGGED on PostgreSQL, although heartbeats would refill it: a crash
# of the server empties such a table, and nobody would know whose calls to close any more. The
# beats give up waiting for the disk instead, see `database_clock`.
desk_presence = Table(
    "desk_presence",
    metadata,
    Column("desk_id", uuid_text(), primary_key=True),
    Column("agent_id", Text, nullable=False),
    Column("agent_name", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("busy_kind", String(16)),
    Column("state_seconds", Float, nullable=False),
    Column("calls", json_value(), nullable=False),
    Column("queues", json_value(), nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("closings", Integer, nullable=False, server_default="0"),
    CheckConstraint(f"state IN ({quoted(AgentState)})", name="state"),
    postgresql_with={"fillfactor": 50},
)
