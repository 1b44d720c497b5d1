"""Taking note of an escalation as a desk does whose database is there; on the test's event loop."""

from __future__ import annotations

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.services.service_levels import ServiceLevels


async def acknowledge(
    levels: ServiceLevels, order_id: WorkOrderId, alert_key: str, note: str = ""
) -> None:
    """Say what there is to say, if anything, and have it stored."""
    command = levels.acknowledgement(order_id, alert_key, note)
    if command is not None:
        await levels.apply(command)
