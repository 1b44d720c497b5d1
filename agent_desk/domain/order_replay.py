"""Work orders rebuilt from the append-only log: where each stands, and whether it came there.

Pure, any thread. One pass over the events in the order of the log; each carries its whole record,
so the newest one is the current state, and the way from one to the next must be in the table.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent_desk.domain.event_log import LoggedEvent, Stream, from_payload
from agent_desk.domain.identifiers import ClaimId, WorkOrderId
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.verification import VerificationAttempt
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrder, WorkOrderState

_FIELDS = frozenset(field.name for field in dataclasses.fields(WorkOrder))
_S = WorkOrderState
_WAYS: frozenset[tuple[str | None, str]] = frozenset(
    {
        *((None, state.value) for state in (_S.DRAFT, _S.PENDING_DISPATCH)),
        *(
            (state.value, target.value)
            for state in _S
            for target in WORK_ORDER_TABLE.targets(state)
        ),
    }
)
"""Every step from one event to the next that changes the state; None before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReplay:
    """What the log says.

    orders, attempts, claims: as they stand now. broken: events whose state no step leads to; none
    in a log that the program wrote.
    """

    orders: Mapping[WorkOrderId, WorkOrder]
    attempts: Mapping[WorkOrderId, tuple[VerificationAttempt, ...]]
    claims: Mapping[ClaimId, OrderClaim]
    broken: tuple[LoggedEvent, ...]


def replay_orders(events: Iterable[LoggedEvent]) -> OrderReplay:
    """Return the orders of ``events``, in the order of the log; other streams are left out."""
    newest: dict[str, Mapping[str, Any]] = {}
    attempts: defaultdict[str, list[VerificationAttempt]] = defaultdict(list)
    claims: dict[ClaimId, OrderClaim] = {}
    broken: list[LoggedEvent] = []
    for event in events:
        payload, key = event.payload, event.stream_id
        if event.stream is not Stream.WORK_ORDER or "state" not in payload:
            continue  # of another record, or beside the order: it moves nothing
        former = newest.get(key)
        before, state = former["state"] if former else None, payload["state"]
        if before != state and (before, state) not in _WAYS:
            broken.append(event)
        newest[key] = payload
        if "claim" in payload:
            claim = from_payload(OrderClaim, payload["claim"])
            claims[claim.id] = claim
        elif "attempt" in payload:
            attempts[key].append(from_payload(VerificationAttempt, payload["attempt"]))
    return OrderReplay(
        orders={WorkOrderId(key): _order(payload) for key, payload in newest.items()},
        attempts={WorkOrderId(key): tuple(kept) for key, kept in attempts.items()},
        claims=claims,
        broken=tuple(broken),
    )


def _order(payload: Mapping[str, Any]) -> WorkOrder:
    """Return the order that an event carries; what it says besides (a reason) is left out."""
    return from_payload(WorkOrder, {k: v for k, v in payload.items() if k in _FIELDS})
