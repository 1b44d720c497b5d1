"""Stores customers by the thousand, for imports, demo data and benchmarks; the caller's thread.

Works inside the caller's transaction: all of it is there after the commit, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert

from agent_desk.domain.customer import Company, ContactPoint, Customer
from agent_desk.domain.product import OwnedProduct
from db.customer_rows import (
    company_row,
    contact_point_row,
    customer_row,
    customer_search_row,
)
from db.pinyin import pinyin_of
from db.product_rows import contract_row, product_row
from db.product_tables import service_contracts
from db.tables import companies as companies_table
from db.tables import contact_points as contact_points_table
from db.tables import customers as customers_table
from db.tables import products as products_table
from db.tables import search_texts as search_texts_table

T = TypeVar("T")

_BATCH = 5_000
"""Rows per statement, so that a generator of a million never lies in memory as a whole."""


def insert_customers(
    connection: Connection,
    customers: Iterable[Customer],
    contact_points: Iterable[ContactPoint] = (),
    *,
    companies: Iterable[Company] = (),
    products: Iterable[OwnedProduct] = (),
) -> None:
    """Store new companies, customers, contact points and products, ready to be found.

    Fills the suffix keys and the search index; ``Customer.pinyin`` is computed when empty.
    ``Customer.company_name`` is what the search knows, ``company_id`` what the record keeps.
    Contracts are those of the products. Raises the driver's errors, IntegrityError for an id or a
    contact point that is there already.
    """
    insert_rows(connection, companies_table, map(company_row, companies))
    for batch in _batches(customers):
        spelled = [(c, c.pinyin or pinyin_of(c.name)) for c in batch]
        insert_rows(connection, customers_table, (customer_row(c, p) for c, p in spelled))
        insert_rows(connection, search_texts_table, (_search_row(c, p) for c, p in spelled))
    insert_rows(connection, contact_points_table, map(contact_point_row, contact_points))
    owned = list(products)
    contracts = {p.contract.id: p.contract for p in owned if p.contract is not None}
    insert_rows(connection, service_contracts, map(contract_row, contracts.values()))
    insert_rows(connection, products_table, map(product_row, owned))


def insert_rows(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Store ``rows``, which all have the same columns, in ``table``, batch by batch."""
    statement = insert(table)
    for batch in _batches(rows):
        connection.execute(statement, batch)


def _batches(values: Iterable[T]) -> Iterable[list[T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _search_row(customer: Customer, pinyin: str) -> dict[str, Any]:
    return customer_search_row(
        customer.id, name=customer.name, pinyin=pinyin, company=customer.company_name
    )
