"""Takes steps of work orders; one that somebody forestalled comes back to its person."""

from __future__ import annotations

from agent_desk.domain.command import OrderCommand
from agent_desk.domain.errors import StaleVersionError
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.desk import Desk
from agent_desk.services.outbox import Kept

StepOutcome = WorkOrder | Kept | LateStep


async def take_step(desk: Desk, command: OrderCommand) -> StepOutcome:
    """Return the order after ``command``, that it is kept, or what it came too late for.

    Runs on `desk-loop`; raises what the outbox raises, but for StaleVersionError.
    """
    try:
        return await desk.outbox.submit(command)
    except StaleVersionError:
        return await desk.conflicts.of_step(command)


async def take_again(desk: Desk, late: LateStep) -> StepOutcome:
    """Take ``late`` once more, on the order as its person has seen it now; like `take_step`."""
    return await take_step(desk, desk.commands.again(late.command, late.conflict.theirs_version))
