"""Several desks of one floor on one database; on the test's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, new_uuid7
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.presence import DeskPresence, Seat
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.agent_session import AgentSession
from agent_desk.services.call_control import CallControl
from agent_desk.services.event_bus import EventBus
from agent_desk.services.interactions import Interactions
from agent_desk.services.presence import FloorChangedEvent, Presence
from agent_desk.services.recorder import Recorder
from db.database_clock import database_time
from db.presence_tables import desk_presence
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.unit.services.bench import WAIT_SECONDS, WANG_NUMBER, Seen
from tests.unit.services.faults import BreakableStorage


class Colleague:
    """The parts of a desk that make records and tell the floor of themselves."""

    def __init__(self, storage: Storage, agent: str, clock: ManualClock | None = None) -> None:
        """Sit down as ``agent``; ``storage`` can be broken for this desk alone."""
        self.clock = clock or ManualClock()
        self.storage = BreakableStorage(inner=storage)
        self.bus = EventBus()
        self.seen = Seen()
        self.bus.subscribe(object, self.seen.add)
        self.switch = ScriptedSwitch(clock=self.clock)
        self.seat = Seat(desk_id=DeskId(new_uuid7(self.clock.now())), agent_name=agent)
        self.journal = MemoryJournal()
        self.recorder = Recorder(storage=self.storage, journal=self.journal, bus=self.bus)
        access = Access.without_sign_in(AgentId(agent))
        self.calls = CallControl(
            switch=self.switch, media=self.switch.media, bus=self.bus, region="CN", access=access
        )
        self.agent = AgentSession(
            switch=self.switch,
            bus=self.bus,
            recorder=self.recorder,
            clock=self.clock,
            access=access,
        )
        self.interactions = Interactions(
            calls=self.calls,
            recorder=self.recorder,
            bus=self.bus,
            clock=self.clock,
            agent_id=AgentId(agent),
            region="CN",
        )
        self.presence = Presence(
            storage=self.storage,
            bus=self.bus,
            clock=self.clock,
            agent=self.agent,
            calls=self.calls,
            seat=self.seat,
            access=access,
        )

    @property
    def desk_id(self) -> DeskId:
        return self.seat.desk_id

    async def arrive(self) -> None:
        """Start everything, sign on, and take calls."""
        await self.journal.open()
        await self.recorder.start()
        self.calls.start()
        await self.switch.start()
        await self.presence.start()
        await self.agent.log_on()
        await self.agent.ready()

    async def go(self) -> None:
        """Stop everything, also what a test has broken."""
        self.storage.revive()
        self.storage.fault = None
        self.storage.release()
        await self.presence.stop()
        await self.recorder.stop()

    async def die(self) -> None:
        """Vanish as by `kill -9`: nothing is ended, nothing is said."""
        await self.recorder.settled()
        self.storage.die()
        await self.presence.stop()
        await self.recorder.stop()

    async def talk(self, call_id: str = "c-1") -> CallId:
        """Take a call."""
        call = self.switch.ring(call_id, WANG_NUMBER, queue="support")
        await self.calls.answer_call(call)
        return call

    async def stored(self, call_id: CallId) -> Interaction:
        """Return the record of this desk's call as the database has it."""
        await self.recorder.settled()
        record = self.interactions.of_call(call_id)
        return await self.storage.read(lambda uow: uow.interactions.get(record.id))

    async def kinds(self, call_id: CallId) -> list[str]:
        """Return what happened to the record of a call, in the log's order."""
        await self.recorder.settled()
        record = self.interactions.of_call(call_id)
        log: list[LoggedEvent] = list(
            await self.storage.read(lambda uow: uow.events.of(Stream.INTERACTION, record.id))
        )
        return [event.kind for event in log]

    async def sees(self, condition: Callable[[dict[str, DeskPresence]], Any]) -> DeskPresence:
        """Watch the floor until ``condition`` holds for the desks by name; return its truth."""
        await self.presence.watch()
        async with asyncio.timeout(WAIT_SECONDS):
            count = len(self.seen.all(FloorChangedEvent))
            while True:
                count += 1
                event = await self.seen.nth(FloorChangedEvent, count)
                if event.floor is None:
                    continue
                found = condition({d.report.agent_name: d for d in event.floor.desks})
                if found:
                    return found  # type: ignore[no-any-return]


async def fall_silent(storage: Storage, desk_id: DeskId, seconds: float) -> None:
    """Let the last sign of life of a desk, and what it told then, be ``seconds`` ago."""
    silent = desk_presence.update().where(desk_presence.c.desk_id == desk_id)
    statement = silent.values(
        heartbeat_at=database_time(-seconds), reported_at=database_time(-seconds)
    )

    def work(uow: UnitOfWork) -> None:
        uow.presence._connection.execute(statement)  # type: ignore[attr-defined]

    await storage.write(work)
