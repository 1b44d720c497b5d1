"""A desk at work: it takes calls, writes tickets, notes and reports, and keeps book of it.

Real services, journal and database; the switch does what the station says. On the test's loop.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.command import AddNote, Command, LogTicket
from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CommandId,
    CustomerId,
    WorkOrderId,
)
from agent_desk.domain.interaction import Disposition, Interaction
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkReport
from agent_desk.ports.journal import Journal
from agent_desk.ports.storage import Storage
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.outbox import Kept, KeptAppliedEvent, OutboxChangedEvent
from agent_desk.services.recorder import StorageStateChangedEvent
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_switch import ScriptedSwitch

PAUSE_SECONDS = 0.02
"""Between two steps of the work: the loop is shared by all stations."""

WAIT_SECONDS = 60.0
"""Longest wait for anything, so that a busy machine fails no test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a station works on: its own customers and assigned orders, and how tickets end.

    orders: with the version that each has.
    """

    category_id: CategoryId
    customers: tuple[CustomerId, ...]
    orders: tuple[tuple[WorkOrderId, int], ...] = ()


@dataclass(slots=True)
class Book:
    """What a station has done. told: how many events there are of a stream's id and kind."""

    given: dict[CommandId, Command] = field(default_factory=dict)
    acknowledged: set[CommandId] = field(default_factory=set)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    records: dict[str, Interaction] = field(default_factory=dict)
    answer_seconds: list[float] = field(default_factory=list)


class Station:
    """One desk and whoever sits at it. lines: each calm line as it appeared, None as it went."""

    def __init__(
        self, name: str, *, storage: Storage, journal: Journal, clock: ManualClock, plan: Plan
    ) -> None:
        """Nothing runs before `open`."""
        self.name = name
        self.clock = clock
        self.storage = storage
        self.journal = journal
        self.switch = ScriptedSwitch(clock=clock)
        self.book = Book()
        self.lines: list[str | None] = [None]
        self.desk = Desk(
            ports=DeskPorts(
                switch=self.switch,
                media=self.switch.media,
                storage=storage,
                journal=journal,
                clock=clock,
            ),
            profile=DeskProfile(agent_id=AgentId(name), region="CN"),
        )
        self._plan = plan
        self._versions = dict(plan.orders)
        self._orders = [order_id for order_id, _ in plan.orders]
        self._numbers = count(1)
        self._recording: StorageError | None = None
        self._submitting: StorageError | None = None
        self._working: asyncio.Task[None] | None = None
        self._is_pausing = False
        self._changed = asyncio.Event()
        for kind, handler in (
            (CallEvent, self._on_call),
            (InteractionChangedEvent, self._on_interaction),
            (KeptAppliedEvent, self._on_applied),
            (StorageStateChangedEvent, self._on_recorder),
            (OutboxChangedEvent, self._on_outbox),
        ):
            self.desk.bus.subscribe(kind, handler)  # type: ignore[arg-type]
        self.desk.bus.subscribe(object, lambda _: self._changed.set())

    async def open(self) -> None:
        """Start the desk and sign on."""
        await self.desk.start()
        await self.desk.agent.log_on()
        await self.desk.agent.ready()

    def begin(self) -> None:
        """Work until `pause`."""
        self._working = asyncio.create_task(self._work(), name=f"station {self.name}")

    async def pause(self) -> None:
        """Finish the present call and take no further one; raises what went wrong at work."""
        working, self._working = self._working, None
        if working is not None:
            self._is_pausing = True
            await working

    async def close(self) -> None:
        """Stop working and stop the desk."""
        await self.pause()
        await self.desk.stop()

    @property
    def line(self) -> str | None:
        """The code of the error that the calm line tells now, None when there is no line."""
        return self.lines[-1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when ``condition`` holds, which is asked after every event of the desk."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                if self._working is not None and self._working.done():
                    await self._working
                self._changed.clear()
                await self._changed.wait()

    async def until_more(self, commands: int) -> None:
        """Return when so many further commands are acknowledged."""
        wanted = len(self.book.acknowledged) + commands
        # A command is acknowledged when its call goes on: every call tells events.
        await self.until(lambda: len(self.book.acknowledged) >= wanted)

    async def until_saved(self) -> None:
        """Return when the desk keeps nothing, its journal is empty and no line is shown."""
        async with asyncio.timeout(WAIT_SECONDS):
            while self.desk.outbox.kept or self.desk.recorder.spooled or self.line is not None:
                await asyncio.sleep(PAUSE_SECONDS)
            await self.desk.recorder.settled()

    # The work

    async def _work(self) -> None:
        self._is_pausing = False
        while not self._is_pausing:
            await self.serve()

    async def serve(self) -> None:
        """Serve one call from ring to disposition, and one step of an order beside it."""
        number = next(self._numbers)
        customer_id = self._plan.customers[number % len(self._plan.customers)]
        call_id = self.switch.ring(f"{self.name}-{number}", "+8613800138000", queue="support")
        began = perf_counter()
        await self.desk.calls.answer_call(call_id)
        self.book.answer_seconds.append(perf_counter() - began)
        self.clock.advance(1)
        self.desk.interactions.assign_customer(call_id, customer_id)
        record = self.desk.interactions.of_call(call_id)
        form = TicketForm(
            customer_id=customer_id,
            category_id=self._plan.category_id,
            subject=f"{self.name} ticket {number}",
            resolution=Resolution.RESOLVED_NOW if number % 3 else Resolution.WORK_ORDER,
        )
        commands = self.desk.commands
        logged = commands.log_ticket(form, record)
        if await self.submit(logged):
            self.desk.interactions.link_ticket(call_id, logged.ticket_id)
        await self.submit(commands.add_note(customer_id, f"{self.name} note {number}"))
        await self._step_order(number)
        await self.desk.calls.clear_connection(call_id)
        self.clock.advance(1)
        self.desk.interactions.dispose(call_id, Disposition.RESOLVED)
        self.switch.wrap_up_ends()
        await asyncio.sleep(PAUSE_SECONDS)

    async def submit(self, command: Command) -> bool:
        """Give ``command`` to the desk; return whether the desk has promised to save it."""
        self.book.given[command.id] = command
        try:
            outcome = await self.desk.outbox.submit(command)  # type: ignore[call-overload]
        except StorageError:
            return False
        self.book.acknowledged.add(command.id)
        if not isinstance(outcome, Kept):
            self._remember(outcome)
        await asyncio.sleep(PAUSE_SECONDS)
        return True

    async def _step_order(self, number: int) -> None:
        """Accept, start or report the next order; three calls make one."""
        index, step = divmod(number - 1, 3)
        if index >= len(self._orders):
            return
        order_id, commands = self._orders[index], self.desk.commands
        version = self._versions[order_id]
        if step == 0:
            await self.submit(commands.accept_order(order_id, version))
        elif step == 1:
            await self.submit(commands.start_order(order_id, version))
        else:
            await self.submit(commands.report_order(order_id, version, self._report()))

    def _report(self) -> WorkReport:
        now = self.clock.now()
        return WorkReport(started_at=now, ended_at=now, done="Mended", outcome=ReportOutcome.SOLVED)

    # What the desk tells

    def _remember(self, outcome: object) -> None:
        if isinstance(outcome, WorkOrder):
            self._versions[outcome.id] = outcome.version

    def _on_applied(self, event: KeptAppliedEvent) -> None:
        self._remember(event.outcome)

    def _on_call(self, event: CallEvent) -> None:
        kind = type(event).__name__.removesuffix("Event")
        self.book.told[event.call_id, kind] += 1

    def _on_interaction(self, event: InteractionChangedEvent) -> None:
        self.book.told[event.interaction.id, event.kind] += 1
        self.book.records[event.interaction.id] = event.interaction

    def _on_recorder(self, event: StorageStateChangedEvent) -> None:
        self._recording = event.error
        self._say()

    def _on_outbox(self, event: OutboxChangedEvent) -> None:
        self._submitting = event.away
        self._say()

    def _say(self) -> None:
        error = self._recording or self._submitting
        line = None if error is None else error.code
        if line != self.line:
            self.lines.append(line)


def effect_of(command: Command) -> str:
    """Return what the database has once when ``command`` was applied, see `audit.effects`."""
    if isinstance(command, LogTicket):
        return f"ticket {command.form.subject}"
    if isinstance(command, AddNote):
        return f"note {command.text}"
    return f"order {command.about[1]} {_ORDER_EVENTS[command.kind]}"


_ORDER_EVENTS = {
    "AcceptOrder": "OrderAccepted",
    "StartOrder": "OrderStarted",
    "ReportOrder": "OrderReported",
}
