"""Takes the staged lines into the customers, within one transaction; the caller's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from agent_desk.domain.customer import Company, ContactPoint, Customer
from agent_desk.domain.identifiers import CompanyId, new_uuid7
from db.bulk_customers import insert_customers
from db.customer_import.changes import (
    StoredCustomers,
    changed_customer,
    missing_contacts,
    new_customer,
    write_changes,
)
from db.customer_import.matching import AmbiguousError, BatchMatcher
from db.customer_import.report import RefusedValue
from db.customer_import.row_check import CheckedRow
from db.customer_import.staging import Staging
from db.tables import companies

_BATCH = 2_000
_COMPANIES_KEPT = 50_000
_IDS_PER_MILLISECOND = 32
_ONCE = "each customer in one line of a file"
_ONE_MEANT = "a customer number, because several customers have this name and number"


@dataclass(slots=True)
class MergeCounts:
    """What became of the staged lines, in customers."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class Merge:
    """One import's way into the tables; the caller holds the transaction."""

    def __init__(self, connection: Connection, staging: Staging, *, now: datetime) -> None:
        """Ids of new rows carry ``now``."""
        self._connection = connection
        self._staging = staging
        self._now = now
        self._ids = 0
        self._companies: dict[str, CompanyId] = {}
        self.counts = MergeCounts()

    def run(self, progress: Callable[[int], None]) -> MergeCounts:
        """Store every staged line; ``progress`` is told the line of the file."""
        for rows in self._staging.batches(_BATCH):
            self._batch(rows)
            progress(rows[-1].line)
        return self.counts

    def _batch(self, rows: Sequence[CheckedRow]) -> None:
        new, known, refused = self._sorted_out(rows)
        self._staging.refuse(refused)
        self._staging.touch({customer: row.line for customer, row in (*new, *known)})
        self._add(new)
        self._change(known)

    def _sorted_out(
        self, rows: Sequence[CheckedRow]
    ) -> tuple[list[tuple[str, CheckedRow]], list[tuple[str, CheckedRow]], list[RefusedValue]]:
        """Return new ones and known ones, each with its customer's id, and repetitions."""
        matcher = BatchMatcher(self._connection, rows)
        touched = self._staging.touched(matcher.stored_ids())
        new: list[tuple[str, CheckedRow]] = []
        known: list[tuple[str, CheckedRow]] = []
        refused: list[RefusedValue] = []
        for row in rows:
            try:
                customer_id = matcher.customer_of(row)
            except AmbiguousError:
                refused.append(RefusedValue(row.line, "line", _subject(row), _ONE_MEANT))
                continue
            if customer_id in touched:
                accepted = f"{_ONCE}; line {touched[customer_id]} stands for the same one"
                refused.append(RefusedValue(row.line, "line", _subject(row), accepted))
                continue
            (known if customer_id else new).append((customer_id or self._new_id(), row))
            customer_id = (known if customer_id else new)[-1][0]
            touched[customer_id] = row.line
            matcher.learn(row, customer_id)
        return new, known, refused

    def _add(self, new: Sequence[tuple[str, CheckedRow]]) -> None:
        added = [new_customer(customer_id, row, self._company_id) for customer_id, row in new]
        points = [
            point
            for customer_id, row in new
            for point in missing_contacts(customer_id, row, set(), self._new_id)
        ]
        insert_customers(self._connection, added, points)
        self.counts.added += len(added)

    def _change(self, known: Sequence[tuple[str, CheckedRow]]) -> None:
        stored = StoredCustomers(self._connection, [customer_id for customer_id, _ in known])
        changed: list[Customer] = []
        points: list[ContactPoint] = []
        for customer_id, row in known:
            before = stored.customer(customer_id)
            after = changed_customer(before, row, self._company_id)
            contacts = stored.contacts(customer_id)
            further = missing_contacts(customer_id, row, contacts, self._new_id)
            points.extend(further)
            if after is not before:
                changed.append(after)
            if after is not before or further:
                self.counts.changed += 1
            else:
                self.counts.unchanged += 1
        write_changes(self._connection, changed, points)

    def _company_id(self, name: str) -> CompanyId:
        """Return the company of that name, a new one when there is none."""
        known = self._companies.get(name)
        if known:
            return known
        query = select(companies.c.id).where(companies.c.name == name)
        found = self._connection.execute(query).scalar()
        if found is None:
            found = self._new_id()
            company = Company(id=CompanyId(found), name=name)
            insert_customers(self._connection, (), companies=[company])
        if len(self._companies) >= _COMPANIES_KEPT:
            self._companies.clear()
        self._companies[name] = CompanyId(found)
        return self._companies[name]

    def _new_id(self) -> str:
        """Return a new id; later ones sort later, so that rows land at the end of the indexes."""
        self._ids += 1
        return new_uuid7(self._now + timedelta(milliseconds=self._ids // _IDS_PER_MILLISECOND))


def _subject(row: CheckedRow) -> str:
    numbers = ", ".join(raw for _, raw in row.numbers)
    return " ".join(part for part in (row.external_key, row.name, numbers) if part)
