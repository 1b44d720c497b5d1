"""What is stored comes back equal, whatever the values are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, delete, insert, select

from agent_desk.domain.complaint import Complaint
from agent_desk.domain.customer import ContactPoint, Customer, Note
from agent_desk.domain.draft import Draft
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ServiceContract
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrder, WorkReport
from db import customer_rows as rows
from db.complaint_tables import complaints
from db.engine import migrating_engine
from db.journal import _draft_from, _draft_row
from db.product_rows import contract_row, product_from, product_row, with_contract
from db.product_tables import service_contracts
from db.repositories.event_log import event_from, event_row
from db.repositories.interactions import interaction_from, interaction_row
from db.repositories.tickets import WITH_COMPLAINTS, complaint_row, ticket_from, ticket_row
from db.repositories.work_orders import work_order_from, work_order_row
from db.statement_types import AnyRow
from db.tables import (
    contact_points,
    event_log,
    interactions,
    metadata,
    notes,
    products,
    tickets,
    work_orders,
)

T = TypeVar("T")

# Half characters are no text; SQLite cuts nothing else.
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
MOMENTS = st.datetimes(
    min_value=datetime(1950, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
NUMBERS = st.integers(0, 2**31 - 1)
UUIDS = st.uuids(version=4).map(str)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)

for kind, strategy in ((str, TEXTS), (datetime, MOMENTS), (int, NUMBERS)):
    st.register_type_strategy(kind, strategy)


def values_of(kind: type[T], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Return a strategy for ``kind`` in which every id is a UUID and closing has its proof."""
    ids = {
        field.name: UUIDS
        for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        if field.name in ("id", "customer_id", "category_id")
    }
    optional = {
        field.name: st.none() | UUIDS
        for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        if field.name in ("opened_in", "department_id", "ticket_id", "company_id", "product_id")
    }
    return st.builds(kind, **{**ids, **optional, **fields})


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path: Path = tmp_path_factory.mktemp("rows") / "rows.sqlite"
    engine = migrating_engine(path)
    with engine.begin() as opened:
        metadata.create_all(opened)
        yield opened


def stored(
    connection: Connection, table: Table, row: dict[str, Any], back: Callable[[AnyRow], T]
) -> T:
    connection.execute(delete(table))
    connection.execute(insert(table), row)
    return back(connection.execute(select(table)).one())


round_trip = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


COMPLAINTS = st.builds(
    Complaint,
    about_login=st.none() | TEXTS.filter(bool),
    answered_at=st.none() | MOMENTS,
)


@round_trip
@given(values_of(Ticket, complaint=st.none() | COMPLAINTS))
def test_tickets_round_trip(connection: Connection, ticket: Ticket) -> None:
    connection.execute(delete(complaints))
    connection.execute(delete(tickets))
    connection.execute(insert(tickets), ticket_row(ticket))
    if ticket.complaint is not None:
        connection.execute(insert(complaints), complaint_row(ticket.id, ticket.complaint))

    assert ticket_from(connection.execute(WITH_COMPLAINTS).one()) == ticket


@round_trip
@given(values_of(Interaction, customer_id=st.none() | UUIDS))
def test_interactions_round_trip(connection: Connection, call: Interaction) -> None:
    assert stored(connection, interactions, interaction_row(call), interaction_from) == call


def as_the_tables_ask(order: WorkOrder) -> WorkOrder:
    """Return ``order`` with what its state and its being field work demand."""
    return dataclasses.replace(
        order,
        hold_reason=order.hold_reason or "parts",
        technician=order.technician or "陈工",
        technician_phone=order.technician_phone or "119",
    )


ORDERS = values_of(
    WorkOrder,
    ticket_id=UUIDS,
    verified_in=UUIDS,
    arrived_at=MOMENTS,
    confirmed_at=MOMENTS,
    satisfaction=st.none() | st.integers(1, 5),
    overridden_by=st.none() | TEXTS.filter(bool),
    # Its lines have a table of their own.
    report=st.none() | values_of(WorkReport, items=st.just(())),
).map(as_the_tables_ask)


@round_trip
@given(ORDERS)
def test_work_orders_round_trip(connection: Connection, order: WorkOrder) -> None:
    assert stored(connection, work_orders, work_order_row(order), work_order_from) == order


@round_trip
@given(values_of(LoggedEvent, payload=st.dictionaries(TEXTS, JSON, max_size=4)))
def test_events_round_trip(connection: Connection, event: LoggedEvent) -> None:
    assert stored(connection, event_log, event_row(event), event_from) == event


@round_trip
@given(values_of(ContactPoint))
def test_contact_points_round_trip(connection: Connection, point: ContactPoint) -> None:
    row = rows.contact_point_row(point)
    assert stored(connection, contact_points, row, rows.contact_point_from) == point


@round_trip
@given(values_of(Note))
def test_notes_round_trip(connection: Connection, note: Note) -> None:
    assert stored(connection, notes, rows.note_row(note), rows.note_from) == note


@round_trip
@given(values_of(OwnedProduct, contract=st.none() | values_of(ServiceContract)))
def test_products_round_trip_with_their_contracts(
    connection: Connection, product: OwnedProduct
) -> None:
    for table in (products, service_contracts):
        connection.execute(delete(table))
    if product.contract is not None:
        connection.execute(insert(service_contracts), contract_row(product.contract))
    connection.execute(insert(products), product_row(product))

    assert product_from(connection.execute(with_contract(products)).one()) == product


@given(values_of(Customer))
def test_a_customers_row_has_every_field(customer: Customer) -> None:
    row = rows.customer_row(customer, customer.pinyin)

    for field in dataclasses.fields(Customer):
        if field.name != "company_name":
            assert row[field.name] == getattr(customer, field.name)


@given(st.builds(Draft, fields=st.dictionaries(TEXTS, TEXTS)))
def test_drafts_round_trip(draft: Draft) -> None:
    assert _draft_from(_draft_row(draft)) == draft
