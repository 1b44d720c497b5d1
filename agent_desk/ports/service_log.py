"""What happened to orders, for their service clocks, and who took note of what was late."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment

Moments = Mapping[WorkOrderId, Sequence[ServiceMoment]]


class ServiceLog(Protocol):
    """Orders' histories and acknowledgements, read from the shared log; raises StorageError."""

    async def moments(self, orders: Collection[WorkOrderId] | None = None) -> Moments:
        """Return what each of ``orders`` was, in the order of the log; unknown ones are left out.

        None: every order that is under way, or is not but has escalations to acknowledge.
        """
        ...

    async def acknowledged(self) -> Sequence[EscalationAcknowledgedEvent]:
        """Return the acknowledgements for the orders that ``moments`` returns when asked for all.

        In the order of the log; one alert may have several.
        """
        ...

    async def acknowledge(self, event: EscalationAcknowledgedEvent) -> None:
        """Store ``event``; what was acknowledged before stays so."""
        ...
