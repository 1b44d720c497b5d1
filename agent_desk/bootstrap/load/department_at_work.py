"""What a department's person does all day, played on a real desk: orders, until they go back.

Runs on the loop of its process. The change feed says when there is something to do.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from uuid import UUID

from agent_desk.bootstrap.load.tally import Belief, Operation, Tally
from agent_desk.domain.command import OrderCommand
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CommandId, WorkOrderId
from agent_desk.domain.kept_command import KeptState
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from agent_desk.services.desk import Desk
from agent_desk.services.outbox import Kept, KeptAppliedEvent, OutboxChangedEvent

LOOK_SECONDS = 5.0
"""Longest pause between two looks for new orders."""


class DepartmentAtWork:
    """One person of a department."""

    def __init__(self, *, desk: Desk, share: tuple[int, int], tally: Tally, belief: Belief) -> None:
        """``share``: of the department's orders, those whose number leaves this remainder."""
        self._desk = desk
        self._remainder, self._divisor = share
        self._tally = tally
        self._belief = belief
        self._news = asyncio.Event()
        self._awaited: dict[CommandId, asyncio.Future[WorkOrder]] = {}
        desk.bus.subscribe(SharedRecordsChangedEvent, self._on_changes)
        desk.bus.subscribe(SharedRecordsReloadEvent, lambda _: self._news.set())
        desk.bus.subscribe(KeptAppliedEvent, self._on_applied)
        desk.bus.subscribe(OutboxChangedEvent, self._on_outbox)

    async def work(self, until: float) -> None:
        """Handle the orders that come until the monotonic time ``until``."""
        while monotonic() < until:
            await self.handle_assigned(until)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(LOOK_SECONDS, until - monotonic()))):
                    await self._news.wait()
            self._news.clear()

    async def handle_assigned(self, until: float) -> None:
        """Take what is assigned to this desk now all the way back, unless ``until`` comes first."""
        for line in await self._desk.orders.lines(states=frozenset({WorkOrderState.ASSIGNED})):
            if self._is_mine(line.order.id) and monotonic() < until:
                await self._handle(line.order)

    def _is_mine(self, order_id: WorkOrderId) -> bool:
        return UUID(order_id).int % self._divisor == self._remainder

    async def _handle(self, order: WorkOrder) -> None:
        commands, now = self._desk.commands, self._desk.clock.now()
        report = WorkReport(
            started_at=now - timedelta(minutes=30),
            ended_at=now,
            done="Replaced the part and tried it out.",
            outcome=ReportOutcome.SOLVED,
        )
        order = await self._step(commands.accept_order(order.id, order.version))
        order = await self._step(commands.start_order(order.id, order.version))
        order = await self._step(commands.report_order(order.id, order.version, report))
        order = await self._step(commands.return_order(order.id, order.version))
        self._belief.orders[order.id] = order.version

    async def _step(self, command: OrderCommand) -> WorkOrder:
        with self._tally.timed(Operation.ORDER_STEP):
            answer = await self._desk.outbox.submit(command)
        self._belief.commands.add(command.id)
        return await self._applied(command.id) if isinstance(answer, Kept) else answer

    async def _applied(self, command_id: CommandId) -> WorkOrder:
        """Return the order once a step that waits in the journal is in the database.

        A person would see that it waits, and go on with this order when it has arrived. Raises
        RuntimeError for one that is refused: nobody else works on the orders of this desk.
        """
        applied: asyncio.Future[WorkOrder] = asyncio.get_running_loop().create_future()
        self._awaited[command_id] = applied
        try:
            return await applied
        finally:
            del self._awaited[command_id]

    def _on_applied(self, event: KeptAppliedEvent) -> None:
        applied = self._awaited.get(event.command.id)
        if applied is not None and not applied.done() and isinstance(event.outcome, WorkOrder):
            applied.set_result(event.outcome)

    def _on_outbox(self, event: OutboxChangedEvent) -> None:
        for entry in event.kept:
            applied = self._awaited.get(entry.id)
            if entry.state is KeptState.CONFLICT and applied is not None and not applied.done():
                applied.set_exception(
                    RuntimeError(f"a kept {entry.command.kind} is refused: {entry.refusal}")
                )

    def _on_changes(self, event: SharedRecordsChangedEvent) -> None:
        if event.ids(Stream.WORK_ORDER):
            self._news.set()
