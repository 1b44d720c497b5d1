"""The log alone says where every order stands, and whether it came there by the table."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import AgentId, CustomerId, EventId, TicketId, WorkOrderId
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    ReportOutcome,
    WorkOrder,
    WorkOrderState,
    WorkReport,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
W = WorkOrderState
REPORT = WorkReport(started_at=NOW, ended_at=NOW, done="done", outcome=ReportOutcome.SOLVED)


def an_order(number: int) -> WorkOrder:
    return WorkOrder(
        id=WorkOrderId(f"o{number}"),
        number=number,
        ticket_id=TicketId("t"),
        customer_id=CustomerId("c"),
        subject="断网",
        instructions="",
        priority=Priority.P3,
        state=W.DRAFT,
        owner=AgentId("1001"),
        raised_at=NOW,
        changed_at=NOW,
    )


def event_of(order: WorkOrder, **more: object) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(f"{order.id} {order.version}"),
        stream=Stream.WORK_ORDER,
        stream_id=order.id,
        kind="OrderMoved",
        at=order.changed_at,
        actor=order.owner,
        payload=json.loads(json.dumps({**to_payload(order), **more})),
    )


def walk(order: WorkOrder, choices: list[int]) -> list[WorkOrder]:
    """Return the order at each of its steps; ``choices`` say which way it goes."""
    steps = [order]
    for choice in choices:
        ways = sorted(WORK_ORDER_TABLE.targets(steps[-1].state))
        if not ways:
            break
        moved = replace(
            steps[-1],
            state=ways[choice % len(ways)],
            changed_at=steps[-1].changed_at + timedelta(minutes=1),
            version=steps[-1].version + 1,
        )
        if moved.state is W.REPORTED:
            moved = replace(moved, report=REPORT, reports=moved.reports + 1)
        steps.append(moved)
    return steps


CHOICES = st.lists(st.integers(0, 5), max_size=30)


@given(st.lists(CHOICES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_every_history_is_replayed_to_where_it_ended(
    histories: list[list[int]], chance: Random
) -> None:
    walks = [walk(an_order(number), choices) for number, choices in enumerate(histories)]
    waiting = [[event_of(order, reason="x") for order in steps] for steps in walks]
    log = []
    while any(waiting):
        log.append(chance.choice([events for events in waiting if events]).pop(0))

    replay = replay_orders(log)

    assert replay.orders == {steps[-1].id: steps[-1] for steps in walks}
    assert replay.broken == ()


@given(CHOICES, st.sampled_from(W))
def test_a_step_that_no_table_has_is_told(choices: list[int], target: WorkOrderState) -> None:
    steps = walk(an_order(1), choices)
    last = steps[-1]
    forged = event_of(replace(last, state=target, version=last.version + 1))

    replay = replay_orders([*map(event_of, steps), forged])

    is_a_way = target in WORK_ORDER_TABLE.targets(last.state) or target is last.state
    assert replay.broken == (() if is_a_way else (forged,))


def test_an_order_that_begins_at_its_end_is_told() -> None:
    forged = event_of(replace(an_order(1), state=W.CLOSED))

    assert replay_orders([forged]).broken == (forged,)


def test_other_streams_are_left_out() -> None:
    ticket = replace(event_of(an_order(1)), stream=Stream.TICKET)

    assert replay_orders([ticket]).orders == {}
