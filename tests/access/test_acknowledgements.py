"""Plain SQL against escalations: who takes note, and by which hours a dealer is judged."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.access.floor import (
    AGENT,
    AUDITOR,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    SUPERVISOR,
    AccessFloor,
    insert,
)


def a_note(floor: AccessFloor, actor: str, role: str, order_of: str = DEPARTMENT) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "stream": "WORK_ORDER",
        "stream_id": floor.ids[f"order of {order_of}"],
        "kind": "EscalationAcknowledged",
        "at": NOW,
        "actor": actor,
        "payload": Jsonb({"alert_key": "ACCEPT.1.P2.100", "role": role, "note": ""}),
    }


@pytest.mark.parametrize(
    ("login", "role"),
    [(SUPERVISOR, "SUPERVISOR"), (DISPATCHER, "DISPATCHER"), (DEPARTMENT, "DEPARTMENT")],
)
def test_whoever_was_told_takes_note(attacked: AccessFloor, login: str, role: str) -> None:
    with attacked.acting(login) as connection:
        insert(connection, "event_log", a_note(attacked, login, role))


@pytest.mark.parametrize(
    ("login", "actor", "role"),
    [
        (AGENT, AGENT, "SUPERVISOR"),
        (DISPATCHER, DISPATCHER, "SUPERVISOR"),
        (SUPERVISOR, SUPERVISOR, "DISPATCHER"),
        (SUPERVISOR, SUPERVISOR, "NOBODY"),
        (AGENT, SUPERVISOR, "AGENT"),
        (AUDITOR, AUDITOR, "AUDITOR"),
    ],
)
def test_nobody_takes_note_for_another_role_or_in_another_name(
    attacked: AccessFloor, login: str, actor: str, role: str
) -> None:
    with attacked.acting(login) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "event_log", a_note(attacked, actor, role))


def test_a_dealer_takes_no_note_of_another_ones_order(attacked: AccessFloor) -> None:
    note = a_note(attacked, DEALER, "DEALER", order_of=DEPARTMENT)
    with attacked.acting(DEALER) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, "event_log", note)


def test_a_department_reads_by_which_hours_it_is_judged_and_nothing_more(
    attacked: AccessFloor,
) -> None:
    with attacked.acting(DEPARTMENT) as connection:
        connection.execute("SELECT department_id, calendar FROM assignees")
    with attacked.acting(DEPARTMENT) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(sql.SQL("SELECT capacity FROM assignees"))
