"""Customers with their contact points, notes and products; on the thread of its unit of work."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as conflict_insert

from agent_desk.domain.customer import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerCard,
    CustomerChanges,
    Note,
    SearchHit,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import CompanyId, CustomerId, PhoneNumber
from agent_desk.domain.job_sheet import CustomerSite
from agent_desk.domain.matching import CallerHit
from agent_desk.ports.storage import MAX_PAGE
from db.bulk_customers import insert_customers
from db.customer_rows import (
    contact_point_row,
    customer_from,
    customer_search_row,
    note_row,
)
from db.number_keys import reversed_digits, suffixes_in
from db.pinyin import pinyin_of
from db.prepared import PreparedSelect
from db.repositories.caller_lookup import find_callers
from db.repositories.customer_card import customer_card, customer_statement
from db.repositories.search import search
from db.repositories.timeline import count_timeline, timeline
from db.tables import companies, contact_points, customers, note_numbers, notes, search_texts

_CUSTOMER = PreparedSelect(customer_statement())
_COMPANY_NAMED = select(companies.c.id).where(companies.c.name == bindparam("name"))
_COMPANY_NAME = select(companies.c.name).where(companies.c.id == bindparam("company_id"))
_VERSION = select(customers.c.version).where(customers.c.id == bindparam("customer_id"))
_NUMBER = (
    select(contact_points.c.value)
    .where(
        contact_points.c.customer_id == bindparam("customer_id"),
        contact_points.c.kind == ContactKind.PHONE.value,
    )
    .order_by(contact_points.c.is_primary.desc(), contact_points.c.id)
    .limit(1)
)
# No more columns than a dealer may read of its own orders' customers.
_SITE = (
    select(
        customers.c.name,
        customers.c.city,
        customers.c.address,
        customers.c.language,
        companies.c.name.label("company"),
    )
    .select_from(customers)
    .outerjoin(companies, companies.c.id == customers.c.company_id)
    .where(customers.c.id == bindparam("customer_id"))
)
_NUMBERS = (
    select(contact_points.c.value, contact_points.c.label)
    .where(
        contact_points.c.customer_id == bindparam("customer_id"),
        contact_points.c.kind == ContactKind.PHONE.value,
    )
    .order_by(contact_points.c.is_primary.desc(), contact_points.c.id)
    .limit(MAX_PAGE)
)
# PostgreSQL's spelling is SQLite's too, and compiles for both.
_ADD_CONTACT_POINT = conflict_insert(contact_points).on_conflict_do_nothing(
    index_elements=["customer_id", "kind", "value"]
)


class SqlCustomerRepository:
    """``ports.storage.CustomerRepository`` on one connection."""

    def __init__(self, connection: Connection, *, calling_code: str) -> None:
        """Work on ``connection``; ``calling_code`` such as "86" completes national numbers."""
        self._connection = connection
        self._calling_code = calling_code

    def find_callers(self, number: PhoneNumber | None, suffix: str) -> Sequence[CallerHit]:
        """Return whom the number may belong to: exact, else by last digits or in a note."""
        return find_callers(self._connection, number, suffix)

    def site_of(self, customer_id: CustomerId) -> CustomerSite:
        """Return where the customer is; raises NotFoundError."""
        asked = {"customer_id": customer_id}
        row = self._connection.execute(_SITE, asked).first()
        if row is None:
            raise NotFoundError(subject="Customer", id=customer_id)
        return CustomerSite(
            name=row.name,
            company=row.company or "",
            city=row.city,
            address=row.address,
            language=row.language,
            numbers=tuple((x.value, x.label) for x in self._connection.execute(_NUMBERS, asked)),
        )

    def get(self, customer_id: CustomerId) -> Customer:
        """Return the customer; raises NotFoundError."""
        row = _CUSTOMER.first(self._connection, {"customer_id": customer_id})
        if row is None:
            raise NotFoundError(subject="Customer", id=customer_id)
        return customer_from(row)

    def card(self, customer_id: CustomerId, *, now: datetime, rows: int = 50) -> CustomerCard:
        """Return the whole card; raises NotFoundError."""
        return customer_card(self._connection, customer_id, now=now, rows=rows)

    def timeline(
        self,
        customer_id: CustomerId,
        *,
        kinds: frozenset[TimelineKind] | None = None,
        offset: int = 0,
        rows: int = MAX_PAGE,
    ) -> Sequence[TimelineEntry]:
        """Return one page of the timeline, newest first."""
        return timeline(self._connection, customer_id, kinds=kinds, offset=offset, rows=rows)

    def count_timeline(
        self, customer_id: CustomerId, kinds: frozenset[TimelineKind] | None = None
    ) -> int:
        """Return how many rows `timeline` has in all."""
        return count_timeline(self._connection, customer_id, kinds)

    def search(self, query: str, *, rows: int = 20) -> Sequence[SearchHit]:
        """Return customers and tickets for what is typed."""
        return search(self._connection, query, rows=rows, calling_code=self._calling_code)

    def company_named(self, name: str) -> CompanyId | None:
        """Return the company of exactly that name, None when there is none."""
        found = self._connection.execute(_COMPANY_NAMED, {"name": name}).scalar()
        return None if found is None else CompanyId(found)

    def add_company(self, company_id: CompanyId, name: str, city: str = "") -> None:
        """Store a new company."""
        self._connection.execute(insert(companies), {"id": company_id, "name": name, "city": city})

    def add(self, customer: Customer, contact_points: Iterable[ContactPoint]) -> None:
        """Store a new customer."""
        if customer.company_id and not customer.company_name:
            # The search must know the company by name, whoever left it out.
            named = {"company_id": customer.company_id}
            company = self._connection.execute(_COMPANY_NAME, named).scalar() or ""
            customer = dataclasses.replace(customer, company_name=company)
        insert_customers(self._connection, [customer], contact_points)

    def change(self, changes: CustomerChanges, company_id: CompanyId | None, pinyin: str) -> None:
        """Save edited fields; raises StaleVersionError or NotFoundError.

        An empty ``pinyin`` is computed from the name.
        """
        pinyin = pinyin or pinyin_of(changes.name)
        changed = self._connection.execute(
            update(customers)
            .where(customers.c.id == changes.id, customers.c.version == changes.version)
            .values(
                name=changes.name,
                pinyin=pinyin,
                company_id=company_id,
                city=changes.city,
                address=changes.address,
                language=changes.language,
                tier=changes.tier.value,
                verified=changes.verified,
                version=changes.version + 1,
            )
        )
        if changed.rowcount == 0:
            self._refuse_change(changes)
        self._index(changes, pinyin)

    def add_contact_point(self, contact_point: ContactPoint) -> None:
        """Store a further number or address; the same value again changes nothing."""
        self._connection.execute(_ADD_CONTACT_POINT, contact_point_row(contact_point))

    def number_of(self, customer_id: CustomerId) -> str:
        """Return the number to call, the primary one first; ``""`` when there is none."""
        found = self._connection.execute(_NUMBER, {"customer_id": customer_id})
        return found.scalar() or ""

    def add_note(self, note: Note) -> None:
        """Store a note and the telephone numbers in it."""
        self._connection.execute(insert(notes), note_row(note))
        numbers = [
            {
                "note_id": note.id,
                "customer_id": note.customer_id,
                "suffix": suffix,
                "suffix_reversed": reversed_digits(suffix),
            }
            for suffix in suffixes_in(note.text)
        ]
        if numbers:
            self._connection.execute(insert(note_numbers), numbers)

    def _refuse_change(self, changes: CustomerChanges) -> None:
        theirs = self._connection.execute(_VERSION, {"customer_id": changes.id}).scalar()
        if theirs is None:
            raise NotFoundError(subject="Customer", id=changes.id)
        raise StaleVersionError(
            subject=f"Customer {changes.name}", mine=changes.version, theirs=theirs
        )

    def _index(self, changes: CustomerChanges, pinyin: str) -> None:
        row = customer_search_row(
            changes.id, name=changes.name, pinyin=pinyin, company=changes.company
        )
        self._connection.execute(
            update(search_texts).where(search_texts.c.subject_id == changes.id).values(row)
        )
