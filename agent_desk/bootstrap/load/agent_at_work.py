"""What an agent does all day, played on a real desk: calls, notes and tickets.

Runs on the loop of its process, beside many others. Each call is one of the agent's own customers,
so that no two desks work on the same record: what is measured is the floor, not their quarrel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle
from random import Random
from time import monotonic

from agent_desk.bootstrap.load.tally import Belief, Operation, Tally
from agent_desk.domain.agent import NotReadyReason
from agent_desk.domain.identifiers import CallId, CategoryId, CustomerId, TicketId, new_uuid7
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.services.desk import Desk
from agent_desk.services.screen_pop import PopFailedEvent, PopMatchedEvent, PopStartedEvent

POP_SECONDS = 30.0
"""Longest wait for who is calling; then the desk counts as broken."""

RING_SHARE, TALK_SHARE = 0.02, 0.3
"""Ringing and talking, as shares of the time from one call to the next."""

NOTE_SHARE = 0.3
"""Share of the calls in which a note is written."""

RESOLUTIONS: Sequence[tuple[Resolution, Disposition]] = (
    (Resolution.RESOLVED_NOW, Disposition.RESOLVED),
    (Resolution.RESOLVED_NOW, Disposition.RESOLVED),
    (Resolution.WORK_ORDER, Disposition.WORK_ORDER),
    (Resolution.RESOLVED_NOW, Disposition.RESOLVED),
    (Resolution.FOLLOW_UP, Disposition.FOLLOW_UP),
    (Resolution.RESOLVED_NOW, Disposition.RESOLVED),
    (Resolution.WORK_ORDER, Disposition.WORK_ORDER),
)
"""How one ticket after the other ends."""

Ring = Callable[[str], CallId | None]
"""Lets a number call the desk; None when it is busy."""


class AgentAtWork:
    """One agent."""

    def __init__(
        self,
        *,
        desk: Desk,
        ring: Ring,
        numbers: Sequence[str],
        tally: Tally,
        belief: Belief,
        random: Random,
    ) -> None:
        """``numbers`` call one after the other; nothing happens before `work`."""
        self._desk = desk
        self._ring = ring
        self._numbers = cycle(numbers)
        self._tally = tally
        self._belief = belief
        self._random = random
        self._resolutions = cycle(RESOLUTIONS)
        self._categories: Sequence[CategoryId] = ()
        self._pops: dict[CallId, asyncio.Future[CustomerId]] = {}
        self._began: dict[CallId, float] = {}
        desk.bus.subscribe(PopStartedEvent, self._on_started)
        desk.bus.subscribe(PopMatchedEvent, self._on_matched)
        desk.bus.subscribe(PopFailedEvent, self._on_failed)

    async def prepare(self) -> None:
        """Sign on and look at the categories."""
        tree = await self._desk.tickets.categories()
        parents = {category.parent_id for category in tree}
        self._categories = [each.id for each in tree if each.id not in parents]
        await self._desk.agent.log_on()

    async def work(self, until: float, *, pause_seconds: float) -> None:
        """Take a call every ``pause_seconds`` until the monotonic time ``until``."""
        due = monotonic() + self._random.uniform(0.0, pause_seconds)
        while due + pause_seconds * (RING_SHARE + TALK_SHARE) < until:
            await asyncio.sleep(max(0.0, due - monotonic()))
            await self._take_call(pause_seconds)
            due = max(due + pause_seconds * self._random.uniform(0.9, 1.1), monotonic())

    async def _take_call(self, pause_seconds: float) -> None:
        desk = self._desk
        await desk.agent.ready()
        call_id = self._ring(next(self._numbers))
        assert call_id is not None
        popped = self._pops.setdefault(call_id, asyncio.get_running_loop().create_future())
        async with asyncio.timeout(POP_SECONDS):
            customer_id = await popped
        await asyncio.sleep(pause_seconds * RING_SHARE)
        await desk.calls.answer_call(call_id)
        self._belief.calls.add(desk.interactions.of_call(call_id).id)
        await self._talk(call_id, customer_id, pause_seconds * TALK_SHARE)
        await desk.calls.clear_connection(call_id)
        await desk.agent.not_ready(NotReadyReason.BACK_OFFICE)
        del self._pops[call_id], self._began[call_id]

    async def _talk(self, call_id: CallId, customer_id: CustomerId, seconds: float) -> None:
        await asyncio.sleep(seconds / 2)
        if self._random.random() < NOTE_SHARE:
            await self._add_note(customer_id)
        resolution, disposition = next(self._resolutions)
        ticket_id = await self._log_ticket(call_id, customer_id, resolution)
        self._desk.interactions.link_ticket(call_id, ticket_id)
        await asyncio.sleep(seconds / 2)
        self._desk.interactions.dispose(call_id, disposition)

    async def _add_note(self, customer_id: CustomerId) -> None:
        command = self._desk.commands.add_note(customer_id, "Prefers to be called after six.")
        with self._tally.timed(Operation.NOTE):
            await self._desk.outbox.submit(command)
        self._belief.commands.add(command.id)

    async def _log_ticket(
        self, call_id: CallId, customer_id: CustomerId, resolution: Resolution
    ) -> TicketId:
        now = self._desk.clock.now()
        form = TicketForm(
            customer_id=customer_id,
            category_id=self._random.choice(self._categories),
            subject=f"Call {len(self._belief.tickets) + 1} of {self._belief.login}",
            description="The parcel came back and the money did not.",
            resolution=resolution,
            follow_up_at=now + timedelta(days=1) if resolution is Resolution.FOLLOW_UP else None,
            new_id=TicketId(new_uuid7(now)),
        )
        call = self._desk.interactions.of_call(call_id)
        command = self._desk.commands.log_ticket(form, call)
        with self._tally.timed(Operation.TICKET):
            await self._desk.outbox.submit(command)
        self._belief.commands.add(command.id)
        self._belief.tickets.add(command.ticket_id)
        return command.ticket_id

    def _on_started(self, event: PopStartedEvent) -> None:
        self._began[event.call_id] = monotonic()

    def _on_matched(self, event: PopMatchedEvent) -> None:
        self._tally.seconds[Operation.POP].append(monotonic() - self._began[event.call_id])
        popped = self._pop(event.call_id)
        if popped.done():
            return
        if event.card is not None:
            popped.set_result(event.card.customer.id)
        elif event.result.candidates:
            popped.set_result(event.result.candidates[0].customer_id)
        else:
            popped.set_exception(LookupError("a customer who calls is not known"))

    def _on_failed(self, event: PopFailedEvent) -> None:
        popped = self._pop(event.call_id)
        if not popped.done():
            popped.set_exception(event.error)

    def _pop(self, call_id: CallId) -> asyncio.Future[CustomerId]:
        # The first event may come before `receive_call` has said which call it is.
        return self._pops.setdefault(call_id, asyncio.get_running_loop().create_future())
