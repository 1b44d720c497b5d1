"""Orders' histories that a test writes, kept in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import EventId, WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.service_history import OrderHistory
from agent_desk.domain.service_target import ServicePolicy
from agent_desk.ports.service_log import Histories


class MemoryServiceLog:
    """`ports.service_log.ServiceLog` that fails with ``broken`` while it is set."""

    def __init__(self, targets: ServicePolicy) -> None:
        """Begin without any order; ``targets`` can be changed as an import would."""
        self.targets = targets
        self._histories: dict[WorkOrderId, OrderHistory] = {}
        self._stored: set[EventId] = set()
        self.broken: Exception | None = None
        # Whose histories were asked for; None for who is followed.
        self.reads: list[frozenset[WorkOrderId] | None] = []

    def add(self, order_id: WorkOrderId, *moments: ServiceMoment) -> None:
        """Let ``moments`` happen to the order."""
        former = self._histories.get(order_id, OrderHistory(moments=()))
        self._histories[order_id] = replace(former, moments=(*former.moments, *moments))

    def forget(self, order_id: WorkOrderId) -> None:
        """Let the order be over and done with."""
        del self._histories[order_id]

    def acknowledged(self, order_id: WorkOrderId) -> tuple[EscalationAcknowledgedEvent, ...]:
        """Return who took note of what became late of the order."""
        return self._histories[order_id].acknowledged

    async def policy(self) -> ServicePolicy:
        """Return the targets."""
        self._require_whole()
        return self.targets

    async def followed(self) -> Collection[WorkOrderId]:
        """Return every order."""
        self._require_whole()
        self.reads.append(None)
        return tuple(self._histories)

    async def histories(self, orders: Collection[WorkOrderId]) -> Histories:
        """Return what happened to each of ``orders``."""
        self._require_whole()
        self.reads.append(frozenset(orders))
        return {key: self._histories[key] for key in orders if key in self._histories}

    async def acknowledge(self, event: EscalationAcknowledgedEvent, *, id: EventId) -> None:
        """Keep ``event``, once for each ``id``."""
        self._require_whole()
        if id in self._stored:
            return
        self._stored.add(id)
        former = self._histories[event.order_id]
        acknowledged = (*former.acknowledged, event)
        self._histories[event.order_id] = replace(former, acknowledged=acknowledged)

    def _require_whole(self) -> None:
        if self.broken is not None:
            raise self.broken
