"""What waits in an older file is handed out after its migration; what is new can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.identifiers import CategoryId
from agent_desk.domain.interaction import InteractionOutcome
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from db.claim_tables import work_items
from db.customer_rows import customer_row
from db.engine import migrating_engine
from db.migrate import migration_config, upgrade
from db.repositories.interactions import interaction_row
from db.repositories.tickets import ticket_row
from db.repositories.work_orders import work_order_row
from db.tables import categories, customers, interactions, tickets, work_orders
from tests.contracts.storage_samples import AGENT, NOW, a_call, a_customer, a_ticket, an_order

BEFORE_CLAIMS, BEFORE_PRESENCE, BEFORE_LOOP = "0005", "0004", "0007"


def downgrade(connection: Connection, revision: str) -> None:
    config = migration_config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


def _old_row(order: WorkOrder) -> dict[str, Any]:
    """Return the row of an order as it was before migration 0008."""
    return _until_version(work_orders, work_order_row(order))


def _old_ticket(ticket: Ticket) -> dict[str, Any]:
    """Return the row of a ticket as it was before it knew a product."""
    return _until_version(tickets, ticket_row(ticket))


def _until_version(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return ``row`` without the columns that came later: they stand behind the version."""
    columns = [column.name for column in table.columns]
    known = columns[: columns.index("version") + 1]
    return {name: value for name, value in row.items() if name in known}


def test_open_promises_and_orders_without_department_are_handed_out(tmp_path: Path) -> None:
    customer = a_customer()
    with migrating_engine(tmp_path / "desk.sqlite").begin() as connection:
        upgrade(connection, BEFORE_CLAIMS)
        category = connection.execute(select(categories.c.id)).scalars().first()
        promised, kept, plain = (
            a_ticket(customer, category, number, state=state, follow_up_at=follow_up)  # type: ignore[arg-type]
            for number, state, follow_up in (
                (1, TicketState.OPEN, NOW),
                (2, TicketState.RESOLVED, NOW),
                (3, TicketState.OPEN, None),
            )
        )
        waiting = an_order(plain, 1, state=WorkOrderState.PENDING_DISPATCH)
        sent = an_order(plain, 2, state=WorkOrderState.ACCEPTED)
        connection.execute(insert(customers), customer_row(customer, "wang"))
        connection.execute(insert(tickets), [_old_ticket(t) for t in (promised, kept, plain)])
        connection.execute(insert(work_orders), [_old_row(o) for o in (waiting, sent)])

        upgrade(connection)

        found = {row.kind: row for row in connection.execute(select(work_items))}
        assert set(found) == {"CALLBACK", "DISPATCH"}
        callback, dispatch = found["CALLBACK"], found["DISPATCH"]
        assert (callback.subject_id, callback.due_at) == (promised.id, NOW)
        assert (callback.reserved_for, callback.token) == (AGENT, 0)
        assert (dispatch.subject_id, dispatch.reserved_for) == (waiting.id, None)


def test_a_call_may_end_with_its_desk_and_has_failed_for_an_older_program(tmp_path: Path) -> None:
    lost = interaction_row(a_call(outcome=InteractionOutcome.DESK_LOST))
    with migrating_engine(tmp_path / "desk.sqlite").begin() as connection:
        upgrade(connection, BEFORE_PRESENCE)
        with pytest.raises(IntegrityError, match="ck_interactions_outcome"):
            connection.execute(insert(interactions), lost)
        upgrade(connection)
        connection.execute(insert(interactions), lost)

        downgrade(connection, BEFORE_PRESENCE)

        assert connection.execute(select(interactions.c.outcome)).scalars().all() == ["FAILED"]


def test_an_order_that_was_closed_before_has_its_proof_and_loses_it_to_an_older_program(
    tmp_path: Path,
) -> None:
    customer = a_customer()
    call = a_call(customer, answered_at=NOW)
    with migrating_engine(tmp_path / "desk.sqlite").begin() as connection:
        upgrade(connection, BEFORE_LOOP)
        category = connection.execute(select(categories.c.id)).scalars().first()
        assert category is not None
        ticket = a_ticket(customer, CategoryId(category), 1)
        closed = an_order(ticket, 1, state=WorkOrderState.CLOSED, verified_in=call.id)
        held = an_order(ticket, 2, state=WorkOrderState.ON_HOLD)
        connection.execute(insert(customers), customer_row(customer, "wang"))
        connection.execute(insert(tickets), _old_ticket(ticket))
        connection.execute(insert(interactions), interaction_row(call))
        connection.execute(insert(work_orders), [_old_row(o) for o in (closed, held)])

        upgrade(connection)

        proven = select(work_orders.c.confirmed_at).where(work_orders.c.id == closed.id)
        assert connection.execute(proven).scalar_one() == closed.changed_at
        reason = select(work_orders.c.hold_reason).where(work_orders.c.id == held.id)
        assert connection.execute(reason).scalar_one() == "?"

        downgrade(connection, BEFORE_LOOP)

        states = select(work_orders.c.state).order_by(work_orders.c.number)
        assert connection.execute(states).scalars().all() == ["CLOSED", "ON_HOLD"]
