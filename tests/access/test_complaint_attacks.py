"""Plain SQL of the person complained about: no closing, no owning, no review, no new words."""

from __future__ import annotations

import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests.access.floor import (
    AGENT,
    COLLEAGUE,
    DEPARTMENT,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_complaint,
    a_ticket,
    an_event,
    insert,
)


def attempt(floor: AccessFloor, login: str, statement: str) -> int:
    """Return how many rows ``statement`` of ``login`` touches, on a complaint about COLLEAGUE."""
    ticket = floor.ids[f"ticket of {DEPARTMENT}"]
    with floor.acting(SUPERUSER) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE tickets SET state = 'OPEN' WHERE id = %s", (ticket,))
        connection.execute("SET LOCAL session_replication_role = origin")
        name = sql.Identifier(login)
        connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
        done = 0
        for part in statement.format(ticket=ticket).split("; "):
            done = connection.execute(sql.SQL(part)).rowcount
        return done


SETTLED = (
    "UPDATE complaints SET settled_by = session_user WHERE ticket_id = '{ticket}'; "
    "UPDATE tickets SET state = 'RESOLVED' WHERE id = '{ticket}'"
)


@pytest.mark.parametrize(
    "statement",
    [
        SETTLED,
        "UPDATE tickets SET state = 'PENDING' WHERE id = '{ticket}'",
        "UPDATE tickets SET state = 'RESOLVED' WHERE id = '{ticket}'",
        "UPDATE complaints SET settled_by = 't_agent' WHERE ticket_id = '{ticket}'",
        "UPDATE complaints SET about = 'x', about_login = '' WHERE ticket_id = '{ticket}'",
        "UPDATE complaints SET answered_at = now() WHERE ticket_id = '{ticket}'",
    ],
)
def test_whom_a_complaint_is_about_settles_and_rewrites_nothing(
    attacked: AccessFloor, statement: str
) -> None:
    with pytest.raises(CheckViolation, match="complained_about"):
        attempt(attacked, COLLEAGUE, statement)


def test_somebody_else_settles_it_under_their_own_name(attacked: AccessFloor) -> None:
    assert attempt(attacked, AGENT, SETTLED) == 1
    with pytest.raises(CheckViolation, match="complained_about"):
        attempt(attacked, AGENT, SETTLED.replace("session_user", "'t_supervisor'"))
    with pytest.raises(CheckViolation, match="complained_about"):
        attempt(attacked, AGENT, SETTLED.split("; ")[1])


def test_not_even_a_supervisor_gives_it_to_whom_it_is_about(attacked: AccessFloor) -> None:
    given = f"UPDATE tickets SET owner = '{COLLEAGUE}' WHERE id = '{{ticket}}'"

    with pytest.raises(CheckViolation, match="complained_about"):
        attempt(attacked, SUPERVISOR, given)


def test_the_log_takes_no_settling_step_of_whom_it_is_about(attacked: AccessFloor) -> None:
    ticket = attacked.ids[f"ticket of {DEPARTMENT}"]
    row = an_event(COLLEAGUE, stream="TICKET", stream_id=ticket) | {"kind": "TicketResolved"}
    with attacked.acting(COLLEAGUE) as connection, pytest.raises(CheckViolation):
        insert(connection, "event_log", row)


def test_an_agent_hands_a_complaint_about_themselves_to_a_supervisor(
    attacked: AccessFloor,
) -> None:
    customer, category = attacked.ids[f"customer of {DEPARTMENT}"], attacked.ids["category"]
    ticket = a_ticket(customer, category, 9200)
    with attacked.acting(AGENT) as connection:
        insert(connection, "tickets", ticket | {"owner": SUPERVISOR})
        insert(connection, "complaints", a_complaint(ticket["id"], AGENT))
    with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "tickets", ticket | {"owner": COLLEAGUE})
    with attacked.acting(AGENT) as connection:
        insert(connection, "tickets", ticket)
        with pytest.raises(CheckViolation):
            insert(connection, "complaints", a_complaint(ticket["id"], AGENT))
