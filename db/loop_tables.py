"""Report lines, attempts, messages and claims, as SQLAlchemy Core sees them; any thread.

Quantities are whole thousandths and amounts whole minor units: both engines add them up exactly.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from agent_desk.domain.order_message import MessageKind
from agent_desk.domain.report_item import ItemKind
from agent_desk.domain.settlement import ClaimKind, ClaimState
from db.columns import UtcDateTime, uuid_text
from db.tables import metadata, quoted

APPROVED_ONCE = frozenset({ClaimState.OFFICE_APPROVED, ClaimState.HQ_APPROVED, ClaimState.SETTLED})
APPROVED_TWICE = frozenset({ClaimState.HQ_APPROVED, ClaimState.SETTLED})

TWO_APPROVERS = "approved_by_two"
"""Name of the constraint by which the database refuses two approvals of one person."""


def _one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({quoted(kind)})", name=column)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


order_report_items = Table(
    "order_report_items",
    metadata,
    Column("order_id", uuid_text(), ForeignKey("work_orders.id"), primary_key=True),
    Column("report", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    _text("part_number"),
    _one_of("kind", ItemKind),
    CheckConstraint("quantity_milli > 0", name="quantity"),
    CheckConstraint("unit_price_minor >= 0", name="unit_price"),
)

verification_attempts = Table(
    "verification_attempts",
    metadata,
    Column("interaction_id", uuid_text(), ForeignKey("interactions.id"), primary_key=True),
    Column("order_id", uuid_text(), ForeignKey("work_orders.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    _text("note"),
    Index("ix_verification_attempts_order_id", "order_id", "round", "day"),
)

order_messages = Table(
    "order_messages",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("order_id", uuid_text(), ForeignKey("work_orders.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ordinal", Integer, nullable=False),
    _text("text"),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("interaction_id", uuid_text(), ForeignKey("interactions.id")),
    _one_of("kind", MessageKind),
    UniqueConstraint("order_id", "kind", "ordinal"),
)
"""Append-only: nobody has the right to change a row, and triggers keep them on a file."""

order_claims = Table(
    "order_claims",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("order_id", uuid_text(), ForeignKey("work_orders.id"), nullable=False),
    Column("order_number", Integer, nullable=False),
    Column("report", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("department_id", uuid_text(), ForeignKey("departments.id"), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("labour_minor", BigInteger, nullable=False),
    Column("parts_minor", BigInteger, nullable=False),
    Column("travel_minor", BigInteger, nullable=False),
    _text("part"),
    _text("supplier"),
    Column("submitted_by", Text, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    _text("office_approved_by"),
    _text("hq_approved_by"),
    _text("settled_by"),
    _text("reason"),
    Column("version", Integer, nullable=False, server_default="1"),
    _one_of("kind", ClaimKind),
    _one_of("state", ClaimState),
    CheckConstraint("labour_minor >= 0 AND parts_minor >= 0 AND travel_minor >= 0", name="amounts"),
    CheckConstraint(
        f"state NOT IN ({quoted(APPROVED_ONCE)}) OR office_approved_by <> ''", name="approved"
    ),
    CheckConstraint(
        f"state NOT IN ({quoted(APPROVED_TWICE)}) OR "
        "(hq_approved_by <> '' AND hq_approved_by <> office_approved_by)",
        name=TWO_APPROVERS,
    ),
    CheckConstraint("state <> 'SETTLED' OR settled_by <> ''", name="settled"),
    CheckConstraint("state <> 'SENT_BACK' OR reason <> ''", name="reason"),
    UniqueConstraint("order_id", "report", "kind"),
    Index("ix_order_claims_state_department_id", "state", "department_id", "submitted_at", "id"),
)
