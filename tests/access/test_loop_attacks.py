"""Plain SQL against the closed loop and its claims: approvals, proofs and other people's money."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests.access.floor import (
    AGENT,
    COLLEAGUE,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    RIVAL,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_claim,
    a_report_item,
    an_attempt,
    insert,
)

OFFICE = "state = 'OFFICE_APPROVED', office_approved_by = session_user"
HQ = "state = 'HQ_APPROVED', hq_approved_by = session_user"


def refused(floor: AccessFloor, login: str, statement: str, **values: object) -> None:
    with floor.acting(login) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(sql.SQL(statement), values)


def as_login(connection: psycopg.Connection[Any], login: str, statement: str) -> int:
    """Run ``statement`` as ``login`` in the transaction of the superuser's ``connection``."""
    name = sql.Identifier(login)
    connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
    return connection.execute(sql.SQL(statement)).rowcount


@pytest.mark.parametrize(
    ("login", "change"),
    [
        (DEALER, OFFICE),
        (DEPARTMENT, OFFICE),
        (DISPATCHER, HQ),
        (SUPERVISOR, HQ),
        (DISPATCHER, "state = 'OFFICE_APPROVED', office_approved_by = 't_supervisor'"),
        (DISPATCHER, "hq_approved_by = 't_supervisor'"),
        (SUPERVISOR, "state = 'SETTLED', settled_by = session_user"),
        (SUPERVISOR, "parts_minor = parts_minor + 1"),
        (DEALER, "parts_minor = parts_minor + 1"),
        (DEALER, "kind = 'SUPPLIER'"),
        (DEALER, "state = 'SENT_BACK', reason = 'mine'"),
    ],
)
def test_a_step_of_a_claim_that_is_not_theirs_is_refused(
    attacked: AccessFloor, login: str, change: str
) -> None:
    refused(attacked, login, f"UPDATE order_claims SET {change}")


@pytest.mark.parametrize("login", [AGENT, SUPERVISOR, DISPATCHER, DEALER])
def test_which_product_an_order_is_about_is_never_changed(
    attacked: AccessFloor, login: str
) -> None:
    for change in ("product_id = NULL", "service_level = 'platinum'"):
        order = attacked.ids[f"order of {DEALER}"]
        statement = f"UPDATE work_orders SET {change} WHERE id = %(order)s"
        refused(attacked, login, statement, order=order)


def test_a_department_does_not_say_which_product_a_ticket_is_about(attacked: AccessFloor) -> None:
    product = "(SELECT id FROM products LIMIT 1)"
    refused(attacked, DEPARTMENT, f"UPDATE tickets SET product_id = {product}")


@pytest.mark.parametrize("login", [DEPARTMENT, DEALER])
def test_a_department_sees_product_and_contract_of_its_order_alone(
    attacked: AccessFloor, login: str
) -> None:
    customer = attacked.ids[f"customer of {login}"]
    with attacked.acting(login) as connection:
        seen = connection.execute(
            "SELECT p.customer_id::text, c.level FROM products AS p"
            " JOIN service_contracts AS c ON c.id = p.contract_id"
        ).fetchall()
        (contracts,) = connection.execute("SELECT count(*) FROM service_contracts").fetchall()
    assert seen == [(customer, "gold")]
    assert contracts == (1,)


@pytest.mark.parametrize("login", [AGENT, DEALER])
def test_who_reviews_nothing_claims_nothing(attacked: AccessFloor, login: str) -> None:
    order, place = attacked.ids[f"order of {DEALER}"], attacked.ids["department Repair centre"]
    with attacked.acting(login) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "order_claims", a_claim(order, place, login) | {"report": 2})


@pytest.mark.parametrize(
    "forged",
    [
        {"submitted_by": "t_dispatcher"},
        {"state": "OFFICE_APPROVED", "office_approved_by": "t_dispatcher"},
        {"office_approved_by": "t_dispatcher"},
    ],
)
def test_no_claim_is_born_approved(attacked: AccessFloor, forged: dict[str, Any]) -> None:
    order, place = attacked.ids[f"order of {DEALER}"], attacked.ids["department Repair centre"]
    row = a_claim(order, place, SUPERVISOR) | {"report": 2} | forged
    with attacked.acting(SUPERVISOR) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "order_claims", row)


def test_two_people_bring_a_claim_to_its_settlement(attacked: AccessFloor) -> None:
    with attacked.acting(SUPERUSER) as connection:
        assert as_login(connection, DISPATCHER, f"UPDATE order_claims SET {OFFICE}") == 3
        assert as_login(connection, SUPERVISOR, f"UPDATE order_claims SET {HQ}") == 3
        settled = "UPDATE order_claims SET state = 'SETTLED', settled_by = session_user"
        assert as_login(connection, SUPERVISOR, settled) == 3


def test_one_person_cannot_approve_twice(attacked: AccessFloor) -> None:
    with attacked.acting(SUPERVISOR) as connection:
        connection.execute(f"UPDATE order_claims SET {OFFICE}")
        with pytest.raises(CheckViolation, match="approved_by_two"):
            connection.execute(f"UPDATE order_claims SET {HQ}")


def test_a_dealer_sees_no_suppliers_claim_and_no_rivals(attacked: AccessFloor) -> None:
    order, place = attacked.ids[f"order of {DEALER}"], attacked.ids["department Repair centre"]
    with attacked.acting(SUPERUSER) as connection:
        insert(connection, "order_claims", a_claim(order, place, AGENT) | {"kind": "SUPPLIER"})
        name = sql.Identifier(DEALER)
        connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
        found = connection.execute("SELECT id::text, kind FROM order_claims").fetchall()

    assert found == [(attacked.ids[f"claim of {DEALER}"], "EXPENSE")]


def test_a_dealer_lists_nothing_in_a_rivals_report(attacked: AccessFloor) -> None:
    row = a_report_item(attacked.ids[f"order of {RIVAL}"]) | {"position": 7}
    with attacked.acting(DEALER) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "order_report_items", row)


def test_nobody_signs_an_attempt_for_somebody_else(attacked: AccessFloor) -> None:
    call, order = attacked.ids[f"call finished of {AGENT}"], attacked.ids[f"order of {DEALER}"]
    with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "verification_attempts", an_attempt(order, call, COLLEAGUE))


@pytest.mark.parametrize(
    "change",
    [
        "technician = 'Chen'",
        "arrived_at = now()",
        "field_work = true",
        "reports = 7",
        "report_liable = 'CUSTOMER'",
        "round = 2",
        "confirmed_at = now()",
        "overridden_by = session_user, override_reason = 'because'",
    ],
)
@pytest.mark.parametrize("login", [DEALER, SUPERVISOR])
def test_nothing_of_the_loop_is_written_out_of_its_step(
    attacked: AccessFloor, login: str, change: str
) -> None:
    refused(attacked, login, f"UPDATE work_orders SET {change} WHERE state = 'ASSIGNED'")


def test_an_agent_overrides_no_closing_even_with_attempts(attacked: AccessFloor) -> None:
    order = attacked.ids[f"order of {DEALER}"]
    closed = (
        "UPDATE work_orders SET state = 'CLOSED', overridden_by = session_user,"
        f" override_reason = 'moved away' WHERE id = '{order}'"
    )
    with attacked.acting(SUPERUSER) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE work_orders SET state = 'VERIFYING' WHERE id = %s", (order,))
        calls = connection.execute("SELECT id::text FROM interactions LIMIT 4").fetchall()
        connection.execute("DELETE FROM verification_attempts")
        for day, (call,) in enumerate(calls[:3], start=1):
            attempt = an_attempt(order, call, AGENT) | {"day": NOW.date().replace(day=day)}
            insert(connection, "verification_attempts", attempt)
        connection.execute("SET LOCAL session_replication_role = origin")
        connection.execute("SAVEPOINT before")
        with pytest.raises(InsufficientPrivilege):
            as_login(connection, AGENT, closed)
        connection.execute("ROLLBACK TO before")
        assert as_login(connection, SUPERVISOR, closed) == 1
