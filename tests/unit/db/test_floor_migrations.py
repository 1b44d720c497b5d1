"""What waits in an older file is handed out after its migration; what is new can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.interaction import InteractionOutcome
from agent_desk.domain.ticket import TicketState
from agent_desk.domain.work_order import WorkOrderState
from db.claim_tables import work_items
from db.customer_rows import customer_row
from db.engine import migrating_engine
from db.migrate import migration_config, upgrade
from db.repositories.interactions import interaction_row
from db.repositories.tickets import ticket_row
from db.repositories.work_orders import work_order_row
from db.tables import categories, customers, interactions, tickets, work_orders
from tests.contracts.storage_samples import AGENT, NOW, a_call, a_customer, a_ticket, an_order

BEFORE_CLAIMS, BEFORE_PRESENCE = "0005", "0004"


def downgrade(connection: Connection, revision: str) -> None:
    config = migration_config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


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
        connection.execute(insert(tickets), [ticket_row(t) for t in (promised, kept, plain)])
        connection.execute(insert(work_orders), [work_order_row(o) for o in (waiting, sent)])

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
