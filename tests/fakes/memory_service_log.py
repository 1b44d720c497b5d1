"""Orders' histories that a test writes, kept in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.ports.service_log import Moments


class MemoryServiceLog:
    """`ports.service_log.ServiceLog` that fails with ``broken`` while it is set."""

    def __init__(self) -> None:
        """Begin without any order."""
        self._moments: dict[WorkOrderId, list[ServiceMoment]] = {}
        self._acknowledged: list[EscalationAcknowledgedEvent] = []
        self.broken: Exception | None = None
        self.reads: list[frozenset[WorkOrderId] | None] = []

    def add(self, order_id: WorkOrderId, *moments: ServiceMoment) -> None:
        """Let ``moments`` happen to the order."""
        self._moments.setdefault(order_id, []).extend(moments)

    def forget(self, order_id: WorkOrderId) -> None:
        """Let the order be over and done with."""
        del self._moments[order_id]

    async def moments(self, orders: Collection[WorkOrderId] | None = None) -> Moments:
        """Return what each of ``orders`` was, of all when None."""
        self._require_whole()
        self.reads.append(None if orders is None else frozenset(orders))
        wanted = self._moments if orders is None else orders
        return {key: tuple(self._moments[key]) for key in wanted if key in self._moments}

    async def acknowledged(self) -> Sequence[EscalationAcknowledgedEvent]:
        """Return every acknowledgement."""
        self._require_whole()
        return tuple(self._acknowledged)

    async def acknowledge(self, event: EscalationAcknowledgedEvent) -> None:
        """Keep ``event``."""
        self._require_whole()
        self._acknowledged.append(event)

    def _require_whole(self) -> None:
        if self.broken is not None:
            raise self.broken
