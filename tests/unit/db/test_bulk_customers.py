"""Customers stored by the thousand are found like those stored one by one."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from agent_desk.domain.customer import Company, CustomerCard
from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import ProductId
from agent_desk.domain.product import OwnedProduct
from db.bulk_customers import insert_customers
from db.sqlite_database import SqliteDatabase
from tests.contracts.storage_samples import (
    NOW,
    a_company_id,
    a_customer,
    a_point,
    fresh_id,
    number,
)


def test_everything_is_stored_and_found(tmp_path: Path) -> None:
    company = Company(id=a_company_id(), name="Bonn Pumps", city="Bonn")
    named = {"company_id": company.id, "company_name": company.name}
    customers = [a_customer(f"Ann {index}", **named) for index in range(6000)]
    customers.append(a_customer("吕布", external_key="K-1"))
    points = [a_point(customers[-1], "138 0013 8000", is_primary=True)]
    product = OwnedProduct(
        id=ProductId(fresh_id()),
        customer_id=customers[-1].id,
        name="Router",
        serial_number="S-1",
        purchased_on=date(2024, 2, 29),
        warranty_until=date(2026, 2, 28),
    )
    called = number("138 0013 8000")

    with SqliteDatabase(path=tmp_path / "desk.sqlite") as database:
        with database.transaction(cache_kib=50_000) as connection:
            insert_customers(
                connection, iter(customers), iter(points), companies=[company], products=[product]
            )
        card: CustomerCard = database.read(
            lambda unit: unit.customers.card(customers[-1].id, now=NOW)
        )
        hits = database.read(lambda unit: unit.customers.find_callers(called, called.suffix))
        by_name = database.read(lambda unit: unit.customers.search("ann 5999 bonn"))
        by_pinyin = database.read(lambda unit: unit.customers.search("lvb"))

    assert card.customer == dataclasses.replace(customers[-1], pinyin="lv bu")
    assert card.contact_points == tuple(points)
    assert card.products == (product,)
    assert [hit.customer_id for hit in hits] == [customers[-1].id]
    assert [hit.title for hit in by_name] == ["Ann 5999"]
    assert [hit.title for hit in by_pinyin] == ["吕布"]


def test_one_wrong_row_leaves_nothing_behind(tmp_path: Path) -> None:
    customer = a_customer("Twice")
    with SqliteDatabase(path=tmp_path / "desk.sqlite") as database:
        with pytest.raises(StorageError), database.transaction() as connection:
            insert_customers(connection, [a_customer("Once"), customer, customer])

        assert database.read(lambda unit: unit.customers.search("once")) == []
