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
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from agent_desk.services.desk import Desk
from agent_desk.services.outbox import Kept

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
        desk.bus.subscribe(SharedRecordsChangedEvent, self._on_changes)
        desk.bus.subscribe(SharedRecordsReloadEvent, lambda _: self._news.set())

    async def work(self, until: float) -> None:
        """Handle the orders that come until the monotonic time ``until``."""
        while monotonic() < until:
            for line in await self._desk.orders.lines(states=frozenset({WorkOrderState.ASSIGNED})):
                if self._is_mine(line.order.id) and monotonic() < until:
                    await self._handle(line.order)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(LOOK_SECONDS, until - monotonic()))):
                    await self._news.wait()
            self._news.clear()

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
        if isinstance(answer, Kept):
            raise RuntimeError(f"{command.kind} waits in the journal; the order stays where it is")
        return answer

    def _on_changes(self, event: SharedRecordsChangedEvent) -> None:
        if event.ids(Stream.WORK_ORDER):
            self._news.set()
