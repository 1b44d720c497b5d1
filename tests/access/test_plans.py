"""Rights cost no index: what a desk asks while it rings is planned as if there were none."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql

from tests.access.floor import AGENT, DEALER, SUPERUSER, AccessFloor

QUESTIONS = {
    "number": "SELECT c.name FROM contact_points p JOIN customers c ON c.id = p.customer_id"
    " WHERE p.value = '+8613800000001' LIMIT 20",
    "ending": "SELECT c.name FROM contact_points p JOIN customers c ON c.id = p.customer_id"
    " WHERE p.suffix_reversed >= '1000' AND p.suffix_reversed < '1001' LIMIT 20",
    "card": "SELECT id FROM interactions WHERE customer_id = '018e0000-0000-7000-8000-000000000001'"
    " ORDER BY began_at DESC LIMIT 50",
    "log": "SELECT kind FROM event_log WHERE stream = 'CALL' AND stream_id = 'x' ORDER BY seq",
}


def _plan(floor: AccessFloor, login: str, question: str) -> list[str]:
    """Return the nodes of the plan, their conditions left out."""
    with floor.acting(login) as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("SET LOCAL enable_bitmapscan = off")
        rows: list[Any] = connection.execute(sql.SQL(f"EXPLAIN (COSTS OFF) {question}")).fetchall()
    return [line.strip() for (line,) in rows if "->" in line or "Index Cond" in line]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_agent_gets_the_plan_that_a_superuser_gets(attacked: AccessFloor, question: str) -> None:
    plan = _plan(attacked, AGENT, QUESTIONS[question])

    assert any("Index" in node for node in plan)
    assert plan == _plan(attacked, SUPERUSER, QUESTIONS[question])


def test_a_dealers_order_is_found_by_its_key(attacked: AccessFloor) -> None:
    plan = _plan(
        attacked,
        DEALER,
        "SELECT id FROM work_orders WHERE id = '018e0000-0000-7000-8000-000000000001'",
    )

    assert any("(id = " in node for node in plan)


def test_a_dealers_log_is_read_by_the_stream(attacked: AccessFloor) -> None:
    plan = _plan(
        attacked,
        DEALER,
        "SELECT kind FROM event_log WHERE stream = 'WORK_ORDER'"
        " AND stream_id = '018e0000-0000-7000-8000-000000000001' ORDER BY seq",
    )

    assert any("Index Cond" in node and "(stream_id = " in node for node in plan)
    assert any("Index Cond" in node and "(id = " in node for node in plan)
