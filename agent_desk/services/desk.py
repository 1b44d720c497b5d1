"""One desk: its services in the order in which they start; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from agent_desk.domain.identifiers import AgentId
from agent_desk.ports.clock import Clock
from agent_desk.ports.journal import Journal
from agent_desk.ports.media import Media
from agent_desk.ports.storage import Storage
from agent_desk.ports.switch import Switch
from agent_desk.services.agent_session import AgentSession
from agent_desk.services.call_control import CallControl
from agent_desk.services.customers import Customers
from agent_desk.services.drafts import Drafts
from agent_desk.services.event_bus import EventBus
from agent_desk.services.interactions import Interactions
from agent_desk.services.recorder import Recorder
from agent_desk.services.screen_pop import ScreenPop
from agent_desk.services.tickets import Tickets
from agent_desk.services.wallboard import Wallboard
from agent_desk.services.work_orders import WorkOrders

_log = logging.getLogger(__name__)

RECONCILE_SECONDS = 5.0
"""Pause between two comparisons with the switch's truth, in seconds of real time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPorts:
    """The adapters that a desk stands on."""

    switch: Switch
    media: Media
    storage: Storage
    journal: Journal
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskProfile:
    """Who sits at the desk and how it reads numbers (region: ISO 3166-1)."""

    agent_id: AgentId
    region: str
    repeat_window: timedelta = timedelta(days=7)


class Desk:
    """All services of one desk."""

    def __init__(self, *, ports: DeskPorts, profile: DeskProfile) -> None:
        """Wire the services; nothing runs before ``start``."""
        self.bus = EventBus()
        self.profile = profile
        self._ports = ports
        self.recorder = Recorder(storage=ports.storage, journal=ports.journal, bus=self.bus)
        self.calls = CallControl(
            switch=ports.switch, media=ports.media, bus=self.bus, region=profile.region
        )
        self.agent = AgentSession(
            switch=ports.switch,
            bus=self.bus,
            recorder=self.recorder,
            clock=ports.clock,
            agent_id=profile.agent_id,
        )
        self._wire_records(ports, profile)
        self.drafts = Drafts(journal=ports.journal, bus=self.bus)
        self.wallboard = Wallboard(switch=ports.switch, bus=self.bus)
        self._running = AsyncExitStack()
        self._stops_one_by_one = asyncio.Lock()

    def _wire_records(self, ports: DeskPorts, profile: DeskProfile) -> None:
        self.interactions = Interactions(
            calls=self.calls,
            recorder=self.recorder,
            bus=self.bus,
            clock=ports.clock,
            agent_id=profile.agent_id,
            region=profile.region,
        )
        self.screen_pop = ScreenPop(
            storage=ports.storage,
            calls=self.calls,
            bus=self.bus,
            clock=ports.clock,
            region=profile.region,
        )
        self.customers = Customers(
            storage=ports.storage,
            clock=ports.clock,
            agent_id=profile.agent_id,
            region=profile.region,
        )
        self.orders = WorkOrders(
            storage=ports.storage, bus=self.bus, clock=ports.clock, agent_id=profile.agent_id
        )
        self.tickets = Tickets(
            storage=ports.storage,
            bus=self.bus,
            clock=ports.clock,
            agent_id=profile.agent_id,
            repeat_window=profile.repeat_window,
        )

    @property
    def clock(self) -> Clock:
        """The desk's clock, which a simulation may run faster than the wall."""
        return self._ports.clock

    async def start(self) -> None:
        """Open journal and database, close what a crash left open, then take calls.

        Raises StorageError when the database or the journal cannot be used; nothing stays open.
        """
        async with AsyncExitStack() as running:
            await self._start(running)
            self._running = running.pop_all()

    async def stop(self) -> None:
        """End calls, write what is left, and release everything, in the opposite order.

        A part that fails to stop hinders no other; stopping twice changes nothing, and the second
        caller too returns only when everything is released.
        """
        async with self._stops_one_by_one:
            await self._running.aclose()

    async def _start(self, running: AsyncExitStack) -> None:
        await self._ports.journal.open()
        running.push_async_callback(self._ports.journal.close)
        await self._ports.storage.open()
        running.push_async_callback(self._ports.storage.close)
        await self.recorder.start()
        running.push_async_callback(self.recorder.stop)
        await self._end_leftovers()
        self.calls.start()
        running.callback(self.calls.stop)
        await self._ports.switch.start()
        running.push_async_callback(self._ports.switch.stop)
        running.push_async_callback(self.screen_pop.stop)
        await self.wallboard.start()
        running.push_async_callback(self.wallboard.stop)
        reconciling = asyncio.create_task(self._reconcile(), name="reconcile")
        running.push_async_callback(_cancelled, reconciling)

    async def _end_leftovers(self) -> None:
        """End the calls of a former run, once its spooled events are in the database."""
        await self.recorder.settled()
        if self.recorder.spooled:
            _log.warning("calls of a former run are ended at the next start")
            return
        ended = await self.interactions.close_leftovers(self._ports.storage)
        if ended:
            _log.info("ended the records of %d calls of a former run", ended)

    async def _reconcile(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_SECONDS)
            self.calls.reconcile()


async def _cancelled(task: asyncio.Task[None]) -> None:
    """Return once ``task`` has ended."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
