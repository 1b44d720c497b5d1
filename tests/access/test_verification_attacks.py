"""Plain SQL against verification calls: other people's customers, forged hand-overs, consent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from tests.access.floor import (
    AGENT,
    COLLEAGUE,
    DEALER,
    DEPARTMENT,
    NOW,
    RIVAL,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_call,
    a_message,
    a_work_item,
    an_attempt,
    insert,
)
from tests.access.test_loop_attacks import as_login

PENDING = "UPDATE work_orders SET state = 'PENDING_DISPATCH', round = round + 1 WHERE id = '{}'"


@pytest.fixture
def order(attacked: AccessFloor) -> str:
    return attacked.ids[f"order of {DEALER}"]


def coming_back(connection: psycopg.Connection[Any], order: str, **call: object) -> None:
    """Let the order wait for its verification, reserved for its owner as ``call`` says."""
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(
        "UPDATE work_orders SET state = 'VERIFYING', changed_at = %s WHERE id = %s", (NOW, order)
    )
    values = {"reserved_for": AGENT, "open_at": NOW, **call}
    insert(connection, "work_items", a_work_item(order, "VERIFY") | values)
    connection.execute("SET LOCAL session_replication_role = origin")


def refused(connection: psycopg.Connection[Any], login: str, statement: str) -> None:
    connection.execute("SAVEPOINT before")
    with pytest.raises(InsufficientPrivilege):
        as_login(connection, login, statement)
    connection.execute("ROLLBACK TO before")


def taking(login: str) -> str:
    return (
        "UPDATE work_items SET claimed_by = gen_random_uuid(), claimed_until = now(),"
        f" handed_to = '{login}' WHERE kind = 'VERIFY'"
    )


def test_nobody_answers_for_another_agents_customer(attacked: AccessFloor, order: str) -> None:
    with attacked.acting(SUPERUSER) as connection:
        coming_back(connection, order)
        refused(connection, COLLEAGUE, PENDING.format(order))
        assert as_login(connection, AGENT, PENDING.format(order)) == 1


def test_a_supervisor_may(attacked: AccessFloor, order: str) -> None:
    with attacked.acting(SUPERUSER) as connection:
        coming_back(connection, order)
        assert as_login(connection, SUPERVISOR, PENDING.format(order)) == 1


def test_whom_the_customer_calls_may(attacked: AccessFloor, order: str) -> None:
    with attacked.acting(SUPERUSER) as connection:
        coming_back(connection, order)
        call = a_call(COLLEAGUE) | {
            "customer_id": attacked.ids[f"customer of {DEALER}"],
            "answered_at": NOW,
        }
        insert(connection, "interactions", call | {"direction": "OUTBOUND"})
        refused(connection, COLLEAGUE, PENDING.format(order))
        connection.execute("RESET SESSION AUTHORIZATION")
        insert(
            connection,
            "interactions",
            call | {key: a_call(COLLEAGUE)[key] for key in ("id", "call_id")},
        )
        assert as_login(connection, COLLEAGUE, PENDING.format(order)) == 1


def test_a_call_is_handed_to_the_team_only_when_the_owner_is_away(
    attacked: AccessFloor, order: str
) -> None:
    gone = "UPDATE desk_presence SET left_at = now() WHERE agent_id = %s"
    with attacked.acting(SUPERUSER) as connection:
        coming_back(connection, order)
        refused(connection, COLLEAGUE, taking(COLLEAGUE))
        connection.execute("RESET SESSION AUTHORIZATION")
        connection.execute(gone, (AGENT,))
        refused(connection, COLLEAGUE, taking(AGENT))
        assert as_login(connection, COLLEAGUE, taking(COLLEAGUE)) == 1
        assert as_login(connection, COLLEAGUE, PENDING.format(order)) == 1


def test_not_before_it_is_the_teams(attacked: AccessFloor, order: str) -> None:
    with attacked.acting(SUPERUSER) as connection:
        coming_back(connection, order, open_at=NOW + timedelta(days=36_500))
        connection.execute("UPDATE desk_presence SET left_at = now()")
        refused(connection, COLLEAGUE, taking(COLLEAGUE))
        refused(
            connection, COLLEAGUE, "UPDATE work_items SET open_at = now() WHERE kind = 'VERIFY'"
        )
        refused(
            connection,
            COLLEAGUE,
            "UPDATE work_items SET reserved_for = session_user WHERE kind = 'VERIFY'",
        )


def test_nobody_puts_a_call_of_their_own(attacked: AccessFloor, order: str) -> None:
    for forged in ({}, {"handed_to": COLLEAGUE}):
        row = a_work_item(order, "VERIFY") | {"reserved_for": AGENT, "open_at": NOW} | forged
        with attacked.acting(COLLEAGUE) as connection, pytest.raises(InsufficientPrivilege):
            insert(connection, "work_items", row)


def test_a_department_lets_its_own_customers_be_called_and_no_others(
    attacked: AccessFloor,
) -> None:
    values = {"reserved_for": AGENT, "open_at": NOW}
    with attacked.acting(DEPARTMENT) as connection:
        own = attacked.ids[f"order of {DEPARTMENT}"]
        insert(connection, "work_items", a_work_item(own, "VERIFY") | values)
        theirs = attacked.ids[f"order of {RIVAL}"]
        with pytest.raises(InsufficientPrivilege):
            insert(connection, "work_items", a_work_item(theirs, "VERIFY") | values)


def test_an_attempt_is_the_owners(attacked: AccessFloor, order: str) -> None:
    call = attacked.ids[f"call under way of {COLLEAGUE}"]
    with attacked.acting(COLLEAGUE) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "verification_attempts", an_attempt(order, call, COLLEAGUE))


def test_an_agent_cancels_with_consent_alone(attacked: AccessFloor, order: str) -> None:
    cancelled = f"UPDATE work_orders SET state = 'CANCELLED' WHERE id = '{order}'"
    with attacked.acting(SUPERUSER) as connection:
        refused(connection, AGENT, cancelled)
        connection.execute("RESET SESSION AUTHORIZATION")
        insert(connection, "order_messages", a_message(order, AGENT) | {"kind": "CONSENT"})
        assert as_login(connection, AGENT, cancelled) == 1


@pytest.mark.parametrize("login", [AGENT, SUPERVISOR, DEALER])
def test_nobody_rewrites_what_was_said(attacked: AccessFloor, login: str) -> None:
    for statement in ("UPDATE order_messages SET text = 'x'", "DELETE FROM order_messages"):
        with attacked.acting(login) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(sql.SQL(statement))


def test_nobody_says_anything_in_anothers_name(attacked: AccessFloor, order: str) -> None:
    row = a_message(order, SUPERVISOR) | {"ordinal": 2}
    with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "order_messages", row)
