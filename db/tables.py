"""The tables as SQLAlchemy Core sees them; the migrations make them. Immutable, any thread.

Ids are UUIDv7 texts, so new rows land at the end of every index. Links to interactions that are
written by call events carry no foreign key where a record may arrive later than what names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from agent_desk.domain.call import CallDirection
from agent_desk.domain.customer import ContactKind, Tier
from agent_desk.domain.event_log import Stream
from agent_desk.domain.interaction import Disposition, InteractionOutcome
from agent_desk.domain.report_item import Liability
from agent_desk.domain.ticket import UNFINISHED, Priority, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrderState
from db.columns import (
    UtcDateTime,
    json_value,
    optional_json,
    ordered_text,
    sequence_number,
    uuid_text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

UNDER_WAY: frozenset[WorkOrderState] = frozenset(WorkOrderState) - {
    WorkOrderState.CLOSED,
    WorkOrderState.CANCELLED,
}
"""States of a work order that is not finished."""

CLOSING_GATE = "closed_needs_verification"
"""Name of the constraint by which the database itself refuses an unproven closing.

Triggers of the same name look up what it points to: see `db.closing_gate`.
"""

CLOSING_PROOF = (
    "state <> 'CLOSED' OR (verified_in IS NOT NULL AND confirmed_at IS NOT NULL) OR "
    "(trim(overridden_by) <> '' AND trim(override_reason) <> '')"
)
"""A confirmed verification call, or a supervisor's override with a reason."""

ON_SITE: frozenset[WorkOrderState] = frozenset(
    {
        WorkOrderState.IN_PROGRESS,
        WorkOrderState.ON_HOLD,
        WorkOrderState.REPORTED,
        WorkOrderState.VERIFYING,
        WorkOrderState.CLOSED,
    }
)
"""States of field work in which it is known who arrived, and when."""

APPEND_ONLY_TRIGGERS = ("event_log_no_update", "event_log_no_delete")
"""What keeps the log as it is; PostgreSQL has "event_log_no_truncate" besides."""


def quoted(values: Iterable[StrEnum]) -> str:
    """Return ``values`` as a list of SQL literals, sorted."""
    return ", ".join(f"'{value}'" for value in sorted(values))


def _one_of(column: str, kind: type[StrEnum], *, nullable: bool = False) -> CheckConstraint:
    known = f"{column} IN ({quoted(kind)})"
    return CheckConstraint(f"{column} IS NULL OR {known}" if nullable else known, name=column)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _ordered_text(name: str) -> Column[str]:
    return Column(name, ordered_text(), nullable=False, server_default="")


def _id(name: str, target: str | None = None, *, nullable: bool = False) -> Column[str]:
    if target is None:
        return Column(name, uuid_text(), nullable=nullable)
    return Column(name, uuid_text(), ForeignKey(target), nullable=nullable)


def _key() -> Column[str]:
    return Column("id", uuid_text(), primary_key=True)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default="1")


companies = Table(
    "companies",
    metadata,
    _key(),
    Column("name", Text, nullable=False),
    _text("city"),
    UniqueConstraint("name"),
)

customers = Table(
    "customers",
    metadata,
    _key(),
    Column("name", Text, nullable=False),
    _text("pinyin"),
    _id("company_id", "companies.id", nullable=True),
    Column("tier", String(16), nullable=False, server_default=Tier.STANDARD),
    _text("language"),
    _text("city"),
    _text("address"),
    Column("since", Date),
    Column("verified", Boolean, nullable=False, server_default=false()),
    _text("external_key"),
    _version(),
    _one_of("tier", Tier),
    Index("ix_customers_company_id", "company_id"),
    Index(
        "uq_customers_external_key",
        "external_key",
        unique=True,
        sqlite_where=text("external_key <> ''"),
        postgresql_where=text("external_key <> ''"),
    ),
)

contact_points = Table(
    "contact_points",
    metadata,
    _key(),
    _id("customer_id", "customers.id"),
    Column("kind", String(8), nullable=False),
    Column("value", ordered_text(), nullable=False),
    _text("raw"),
    _text("suffix"),
    # The suffix backwards: "ends with these digits" becomes a range of an ordinary index.
    _ordered_text("suffix_reversed"),
    _text("label"),
    Column("is_primary", Boolean, nullable=False, server_default=false()),
    _one_of("kind", ContactKind),
    UniqueConstraint("customer_id", "kind", "value"),
    Index("ix_contact_points_value", "value"),
    Index("ix_contact_points_suffix_reversed", "suffix_reversed"),
)

products = Table(
    "products",
    metadata,
    _key(),
    _id("customer_id", "customers.id"),
    Column("name", ordered_text(), nullable=False),
    _text("serial_number"),
    Column("purchased_on", Date),
    _text("sold_by"),
    Column("warranty_until", Date),
    _id("contract_id", "service_contracts.id", nullable=True),
    _version(),
    Index("ix_products_customer_id", "customer_id"),
    Index(
        "ix_products_contract_id",
        "contract_id",
        sqlite_where=text("contract_id IS NOT NULL"),
        postgresql_where=text("contract_id IS NOT NULL"),
    ),
)

notes = Table(
    "notes",
    metadata,
    _key(),
    _id("customer_id", "customers.id"),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Index("ix_notes_customer_id_created_at", "customer_id", "created_at", "id"),
)

note_numbers = Table(
    "note_numbers",
    metadata,
    Column("note_id", uuid_text(), ForeignKey("notes.id"), primary_key=True),
    Column("suffix", String(9), primary_key=True),
    Column("suffix_reversed", ordered_text(9), nullable=False),
    _id("customer_id", "customers.id"),
    Index("ix_note_numbers_suffix_reversed", "suffix_reversed"),
    Index("ix_note_numbers_customer_id", "customer_id"),
)

departments = Table(
    "departments",
    metadata,
    _key(),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
)

categories = Table(
    "categories",
    metadata,
    _key(),
    _id("parent_id", "categories.id", nullable=True),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    _id("department_id", "departments.id", nullable=True),
    Column("position", Integer, nullable=False, server_default="0"),
)

tickets = Table(
    "tickets",
    metadata,
    _key(),
    Column("number", Integer, nullable=False),
    _id("customer_id", "customers.id"),
    _id("category_id", "categories.id"),
    Column("subject", Text, nullable=False),
    _text("description"),
    Column("priority", String(2), nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    _id("opened_in", nullable=True),
    Column("follow_up_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("fcr_claimed", Boolean, nullable=False, server_default=false()),
    Column("fcr_withdrawn_at", UtcDateTime),
    Column("fcr_confirmed", Boolean),
    _version(),
    _id("product_id", "products.id", nullable=True),
    _one_of("priority", Priority),
    _one_of("state", TicketState),
    UniqueConstraint("number"),
    Index("ix_tickets_customer_id_opened_at", "customer_id", "opened_at", "id"),
    Index(
        "ix_tickets_unfinished_customer",
        "customer_id",
        "number",
        sqlite_where=text(f"state IN ({quoted(UNFINISHED)})"),
        postgresql_where=text(f"state IN ({quoted(UNFINISHED)})"),
    ),
    Index(
        "ix_tickets_unfinished_owner",
        "owner",
        sqlite_where=text(f"state IN ({quoted(UNFINISHED)})"),
        postgresql_where=text(f"state IN ({quoted(UNFINISHED)})"),
    ),
)

interactions = Table(
    "interactions",
    metadata,
    _key(),
    Column("call_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("number", Text, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    _id("customer_id", "customers.id", nullable=True),
    Column("queue_id", Text),
    Column("queue_wait_seconds", Float, nullable=False, server_default="0"),
    _text("reason"),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("wrap_up_ended_at", UtcDateTime),
    Column("held_seconds", Float, nullable=False, server_default="0"),
    Column("transferred", Boolean, nullable=False, server_default=false()),
    Column("disposition", String(16)),
    _id("ticket_id", "tickets.id", nullable=True),
    _text("note"),
    _one_of("direction", CallDirection),
    _one_of("outcome", InteractionOutcome),
    _one_of("disposition", Disposition, nullable=True),
    Index("ix_interactions_customer_id_began_at", "customer_id", "began_at", "id"),
    Index("ix_interactions_customer_number", "customer_id", "number", "direction", "began_at"),
    Index("ix_interactions_agent_id_began_at", "agent_id", "began_at", "id"),
    Index("ix_interactions_ticket_id", "ticket_id"),
    Index(
        "ix_interactions_unfinished",
        "agent_id",
        "began_at",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

work_orders = Table(
    "work_orders",
    metadata,
    _key(),
    Column("number", Integer, nullable=False),
    _id("ticket_id", "tickets.id"),
    _id("customer_id", "customers.id"),
    Column("subject", Text, nullable=False),
    _text("instructions"),
    Column("priority", String(2), nullable=False),
    Column("state", String(20), nullable=False),
    Column("owner", Text, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    _id("department_id", "departments.id", nullable=True),
    Column("report_started_at", UtcDateTime),
    Column("report_ended_at", UtcDateTime),
    Column("report_done", Text),
    Column("report_outcome", String(16)),
    _text("report_why_not_solved"),
    _id("verified_in", "interactions.id", nullable=True),
    _version(),
    Column("field_work", Boolean, nullable=False, server_default=false()),
    _text("technician"),
    _text("technician_phone"),
    Column("arrived_at", UtcDateTime),
    _text("hold_reason"),
    Column("reports", Integer, nullable=False, server_default="0"),
    Column("report_faulty_part", Text),
    Column("report_liable", String(16)),
    _text("report_supplier"),
    Column("round", Integer, nullable=False, server_default="1"),
    Column("confirmed_at", UtcDateTime),
    Column("satisfaction", Integer),
    _text("overridden_by"),
    _text("override_reason"),
    _id("product_id", "products.id", nullable=True),
    _text("service_level"),
    Column("routing", optional_json()),
    _one_of("priority", Priority),
    _one_of("state", WorkOrderState),
    _one_of("report_outcome", ReportOutcome, nullable=True),
    _one_of("report_liable", Liability, nullable=True),
    CheckConstraint(CLOSING_PROOF, name=CLOSING_GATE),
    CheckConstraint("state <> 'ON_HOLD' OR hold_reason <> ''", name="hold_reason"),
    CheckConstraint(
        f"NOT field_work OR state NOT IN ({quoted(ON_SITE)}) OR "
        "(technician <> '' AND technician_phone <> '' AND arrived_at IS NOT NULL)",
        name="field_work",
    ),
    CheckConstraint("satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5", name="satisfaction"),
    UniqueConstraint("number"),
    Index("ix_work_orders_customer_id_raised_at", "customer_id", "raised_at", "id"),
    Index("ix_work_orders_ticket_id", "ticket_id"),
    Index(
        "ix_work_orders_verified_in",
        "verified_in",
        sqlite_where=text("verified_in IS NOT NULL"),
        postgresql_where=text("verified_in IS NOT NULL"),
    ),
    Index(
        "ix_work_orders_product_id",
        "product_id",
        sqlite_where=text("product_id IS NOT NULL"),
        postgresql_where=text("product_id IS NOT NULL"),
    ),
    Index(
        "ix_work_orders_under_way_customer",
        "customer_id",
        "number",
        sqlite_where=text(f"state IN ({quoted(UNDER_WAY)})"),
        postgresql_where=text(f"state IN ({quoted(UNDER_WAY)})"),
    ),
    Index("ix_work_orders_state_department_id", "state", "department_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

NUMBER_SEQUENCES: Mapping[str, Sequence] = MappingProxyType(
    {
        "ticket": Sequence("ticket_numbers", start=1001, data_type=Integer, metadata=metadata),
        "work_order": Sequence(
            "work_order_numbers", start=1001, data_type=Integer, metadata=metadata
        ),
    }
)
"""What counts on PostgreSQL instead of the table `counters`, by the counter's name."""

event_log = Table(
    "event_log",
    metadata,
    Column("seq", sequence_number(), Identity(always=True), primary_key=True, autoincrement=True),
    _id("id"),
    Column("stream", String(16), nullable=False),
    Column("stream_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("payload", json_value(), nullable=False),
    _one_of("stream", Stream),
    UniqueConstraint("id"),
    Index("ix_event_log_stream_stream_id_seq", "stream", "stream_id", "seq"),
    sqlite_autoincrement=True,
)

# What the full-text index is built from: one row per customer or ticket. On SQLite the virtual
# table search_index follows it by triggers; on PostgreSQL there is a generated column besides.
search_texts = Table(
    "search_texts",
    metadata,
    Column(
        "row_id", sequence_number(), Identity(always=True), primary_key=True, autoincrement=True
    ),
    _id("subject_id"),
    _ordered_text("name"),
    _text("pinyin"),
    _ordered_text("spelled"),
    _text("company"),
    _text("subject"),
    UniqueConstraint("subject_id"),
)

SEARCH_COLUMNS = ("name", "pinyin", "spelled", "company", "subject")
"""Columns of the full-text index, in order; "subject" belongs to tickets, the rest to customers."""
