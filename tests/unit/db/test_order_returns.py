"""Who handed an order back to dispatch is remembered, in a file as on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from db.access_tables import order_returns
from db.sqlite_database import SqliteDatabase
from db.tables import work_orders
from tests.contracts.storage_samples import a_customer, a_ticket, an_order
from tests.fakes.desk_file import new_desk_file


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with SqliteDatabase(path=new_desk_file(tmp_path)) as database:
        yield database


def test_the_last_department_that_declined_is_kept(database: SqliteDatabase) -> None:
    first, second = database.read(lambda unit: unit.catalogue.departments())[:2]
    category = database.read(lambda unit: unit.catalogue.categories())[0].id
    customer = a_customer()
    ticket = a_ticket(customer, category, 1)
    order = an_order(ticket, 1, department_id=first.id)
    database.write(lambda unit: unit.customers.add(customer, ()))
    database.write(lambda unit: unit.tickets.add(ticket))
    database.write(lambda unit: unit.orders.add(order))

    for department_id in (None, second.id, None):
        with database.transaction() as connection:
            connection.execute(update(work_orders).values(department_id=department_id))

    with database.transaction() as connection:
        assert connection.execute(select(order_returns)).all() == [
            (order.id, second.id, order.version)
        ]
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
