"""The table of service contracts, as SQLAlchemy Core sees it; immutable, any thread."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, true

from db.columns import uuid_text
from db.tables import metadata

service_contracts = Table(
    "service_contracts",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("customer_id", uuid_text(), ForeignKey("customers.id"), nullable=False),
    Column("number", Text, nullable=False),
    Column("level", Text, nullable=False, server_default=""),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("covers_costs", Boolean, nullable=False, server_default=true()),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("ix_service_contracts_customer_id", "customer_id"),
)
