"""What a line changes in a stored customer, and the writing of it; the caller's thread.

An empty cell says nothing: it never erases what is stored. Numbers and addresses are added,
never taken away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select, text, update

from agent_desk.domain.customer import ContactKind, ContactPoint, Customer, Tier
from agent_desk.domain.identifiers import (
    CompanyId,
    ContactPointId,
    CustomerId,
    number_suffix,
)
from db.bulk_customers import insert_customers
from db.customer_import.row_check import CheckedRow
from db.customer_rows import customer_from, customer_row, customer_search_row
from db.pinyin import pinyin_of
from db.tables import companies, contact_points, customers, search_texts

_AMONG = text("customers.id IN (SELECT value FROM json_each(:ids))")
_STORED = (
    select(customers, companies.c.name.label("company_name"))
    .select_from(customers.outerjoin(companies, companies.c.id == customers.c.company_id))
    .where(_AMONG)
)
_CONTACTS = select(
    contact_points.c.customer_id, contact_points.c.kind, contact_points.c.value
).where(text("contact_points.customer_id IN (SELECT value FROM json_each(:ids))"))

_CHANGED_COLUMNS = (
    "name", "pinyin", "company_id", "tier", "language", "city", "address", "since",
    "external_key", "version",
)  # fmt: skip
_UPDATE = (
    update(customers)
    .where(customers.c.id == bindparam("customer_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED_COLUMNS})
)
_INDEX = (
    update(search_texts)
    .where(search_texts.c.subject_id == bindparam("customer_id"))
    .values({name: bindparam(f"new_{name}") for name in ("name", "pinyin", "spelled", "company")})
)


class StoredCustomers:
    """The stored customers of one batch."""

    def __init__(self, connection: Connection, customer_ids: Sequence[str]) -> None:
        """Read the customers with these ids."""
        ids = {"ids": json.dumps(customer_ids)}
        self._customers = {row.id: customer_from(row) for row in connection.execute(_STORED, ids)}
        self._contacts: dict[str, set[tuple[str, str]]] = {}
        for row in connection.execute(_CONTACTS, ids):
            self._contacts.setdefault(row.customer_id, set()).add((row.kind, row.value))

    def customer(self, customer_id: str) -> Customer:
        """Return a customer that was read."""
        return self._customers[customer_id]

    def contacts(self, customer_id: str) -> set[tuple[str, str]]:
        """Return kind and value of every contact point."""
        return self._contacts.get(customer_id, set())


def changed_customer(
    stored: Customer, row: CheckedRow, company_id: Callable[[str], CompanyId]
) -> Customer:
    """Return ``stored`` as ``row`` wants it, the same object when nothing differs."""
    wanted = replace(
        stored,
        name=row.name or stored.name,
        company_id=company_id(row.company) if row.company else stored.company_id,
        company_name=row.company or stored.company_name,
        tier=row.tier or stored.tier,
        language=row.language or stored.language,
        city=row.city or stored.city,
        address=row.address or stored.address,
        since=row.since or stored.since,
        external_key=row.external_key or stored.external_key,
    )
    if wanted == stored:
        return stored
    pinyin = stored.pinyin if wanted.name == stored.name else pinyin_of(wanted.name)
    return replace(wanted, pinyin=pinyin, version=stored.version + 1)


def new_customer(
    customer_id: str, row: CheckedRow, company_id: Callable[[str], CompanyId]
) -> Customer:
    """Return the customer that ``row`` describes."""
    return Customer(
        id=CustomerId(customer_id),
        name=row.name,
        pinyin=pinyin_of(row.name),
        company_id=company_id(row.company) if row.company else None,
        company_name=row.company,
        tier=row.tier or Tier.STANDARD,
        language=row.language,
        city=row.city,
        address=row.address,
        since=row.since,
        external_key=row.external_key,
    )


def missing_contacts(
    customer_id: str, row: CheckedRow, known: set[tuple[str, str]], new_id: Callable[[], str]
) -> list[ContactPoint]:
    """Return the contact points of ``row`` that the customer does not have yet."""
    kinds = {kind for kind, _ in known}
    wanted = [(ContactKind.PHONE, value, raw) for value, raw in row.numbers]
    if row.email:
        wanted.append((ContactKind.EMAIL, row.email, row.email))
    added = []
    for kind, value, raw in wanted:
        if (kind, value) in known:
            continue
        added.append(
            ContactPoint(
                id=ContactPointId(new_id()),
                customer_id=CustomerId(customer_id),
                kind=kind,
                value=value,
                raw=raw,
                suffix=number_suffix(value) if kind is ContactKind.PHONE else "",
                is_primary=kind not in kinds,
            )
        )
        kinds.add(kind)
    return added


def write_changes(
    connection: Connection, changed: Sequence[Customer], added: Sequence[ContactPoint]
) -> None:
    """Save changed customers with what they are found by, and further contact points."""
    if changed:
        connection.execute(_UPDATE, [_update_row(customer) for customer in changed])
        connection.execute(_INDEX, [_index_row(customer) for customer in changed])
    insert_customers(connection, (), added)


def _update_row(customer: Customer) -> dict[str, object]:
    row = customer_row(customer, customer.pinyin)
    return {"customer_id": customer.id} | {f"new_{name}": row[name] for name in _CHANGED_COLUMNS}


def _index_row(customer: Customer) -> dict[str, object]:
    row = customer_search_row(
        customer.id, name=customer.name, pinyin=customer.pinyin, company=customer.company_name
    )
    names = ("name", "pinyin", "spelled", "company")
    return {"customer_id": customer.id} | {f"new_{name}": row[name] for name in names}
