"""What happened to orders, for their service clocks, and who took note of what was late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import EventId, WorkOrderId
from agent_desk.domain.service_history import OrderHistory
from agent_desk.domain.service_target import ServicePolicy

Histories = Mapping[WorkOrderId, OrderHistory]


class ServiceLog(Protocol):
    """Targets, orders' histories and acknowledgements in the database; raises StorageError."""

    async def policy(self) -> ServicePolicy:
        """Return the targets that hold now, the same object as long as nothing changed.

        The histories that are read afterwards name the calendars by which it reckons.
        """
        ...

    async def followed(self) -> Collection[WorkOrderId]:
        """Return the orders that this desk follows by itself, the newest first.

        Those that are under way, or ended less than service_history.ENDED_DAYS ago, so that what
        was late of them can still be acknowledged.
        """
        ...

    async def histories(self, orders: Collection[WorkOrderId]) -> Histories:
        """Return what happened to each of ``orders``; what is unknown or unseen is left out.

        A moment that changes nothing for a clock may be left out.
        """
        ...

    async def acknowledge(self, event: EscalationAcknowledgedEvent, *, id: EventId) -> None:
        """Store ``event``, once for each ``id``; what was acknowledged before stays so."""
        ...
