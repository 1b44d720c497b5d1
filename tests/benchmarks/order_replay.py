"""A million events of work orders, replayed from memory into where every order stands."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    DepartmentId,
    EventId,
    InteractionId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from tests.benchmarks.rounds import median_ms

EVENTS = 1_000_000
REQUIRED_EVENTS_PER_SECOND = 100_000
_ROUNDS = 3
_BEGAN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_S = WorkOrderState
_WAY = (
    (_S.DRAFT, "OrderRaised"),
    (_S.PENDING_DISPATCH, "OrderAwaitsDispatch"),
    (_S.ASSIGNED, "OrderAssigned"),
    (_S.ACCEPTED, "OrderAccepted"),
    (_S.IN_PROGRESS, "OrderStarted"),
    (_S.REPORTED, "OrderReported"),
    (_S.VERIFYING, "OrderReturned"),
    (_S.CLOSED, "OrderClosed"),
)


def run(events: int = EVENTS) -> dict[str, Any]:
    """Return how many events a second are replayed; the median of a few rounds.

    Events are what `EventLog` gives: payloads of JSON values, orders mixed as on a floor.
    """
    gc.disable()
    log = list(_log(events // len(_WAY)))
    # The log is the machine's memory here, not the replay's garbage.
    gc.freeze()
    gc.enable()
    taken = []
    for _ in range(_ROUNDS):
        began = perf_counter()
        replay = replay_orders(log)
        taken.append(perf_counter() - began)
        assert len(replay.orders) == len(log) // len(_WAY)
        assert not replay.broken
        del replay
    gc.unfreeze()
    return {
        "events": len(log),
        "orders": len(log) // len(_WAY),
        "median_ms": median_ms(taken),
        "events_per_second": round(len(log) / (median_ms(taken) / 1000)),
        "required_events_per_second": REQUIRED_EVENTS_PER_SECOND,
    }


def _log(orders: int) -> Iterator[LoggedEvent]:
    """Yield the whole way of every order, step by step over all of them."""
    order = _order()
    for step, (state, kind) in enumerate(_WAY):
        order = _moved(order, state, _BEGAN + timedelta(hours=step))
        payload = to_payload(order)
        for number in range(orders):
            yield LoggedEvent(
                id=EventId(f"{step}-{number}"),
                stream=Stream.WORK_ORDER,
                stream_id=f"order-{number}",
                kind=kind,
                at=order.changed_at,
                actor=order.owner,
                payload={**payload, "id": f"order-{number}", "number": number},
            )


def _order() -> WorkOrder:
    return WorkOrder(
        id=WorkOrderId("order"),
        number=0,
        ticket_id=TicketId("ticket"),
        customer_id=CustomerId("customer"),
        subject="断网 Router offline",
        instructions="Ring twice",
        priority=Priority.P3,
        state=_S.DRAFT,
        owner=AgentId("1001"),
        raised_at=_BEGAN,
        changed_at=_BEGAN,
        version=0,
    )


def _moved(order: WorkOrder, state: WorkOrderState, at: datetime) -> WorkOrder:
    moved = replace(order, state=state, changed_at=at, version=order.version + 1)
    if state is _S.ASSIGNED:
        return replace(moved, department_id=DepartmentId("field"))
    if state is _S.REPORTED:
        report = WorkReport(
            started_at=at - timedelta(hours=1),
            ended_at=at,
            done="更换路由器",
            outcome=ReportOutcome.SOLVED,
        )
        return replace(moved, report=report, reports=1)
    if state is _S.CLOSED:
        return replace(moved, verified_in=InteractionId("call"), confirmed_at=at)
    return moved


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
