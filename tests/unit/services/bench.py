"""One whole desk on real storage with everything a test wants to see; on the test's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from agent_desk.domain.customer import Customer, NewCustomer
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, CallId, CategoryId, CustomerId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import TicketForm
from agent_desk.ports.local_cache import LocalCache
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.services.service_levels import ServiceLevelsChangedEvent
from db.engine import sqlite_driver
from db.journal import FileJournal
from db.sqlite_storage import SqliteStorage
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.unit.services.faults import BreakableJournal, BreakableStorage

AGENT = AgentId("agent-1")
WANG_NUMBER = "+8613800138000"
LI_NUMBER = "+8613900139000"
WAIT_SECONDS = 20.0

E = TypeVar("E")


class Seen:
    """Every event of the bus in order; a test waits for one with `first`."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.events: list[object] = []
        self._came = asyncio.Event()

    def add(self, event: object) -> None:
        self.events.append(event)
        self._came.set()

    def add_doing(self, event: object) -> None:
        """Add what somebody did: clocks go on by themselves, whatever a test does."""
        if not isinstance(event, ServiceLevelsChangedEvent):
            self.add(event)

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def nth(self, kind: type[E], count: int = 1) -> E:
        """Return the ``count``-th event of ``kind``, waiting for it."""
        async with asyncio.timeout(WAIT_SECONDS):
            while len(self.all(kind)) < count:
                self._came.clear()
                await self._came.wait()
        return self.all(kind)[count - 1]


@dataclass(slots=True, kw_only=True)
class Bench:
    """A desk and the parts around it."""

    folder: Path
    clock: ManualClock
    switch: ScriptedSwitch
    storage: BreakableStorage
    journal: BreakableJournal
    desk: Desk
    seen: Seen = field(default_factory=Seen)

    @property
    def database(self) -> Path:
        return self.folder / "desk.db"

    async def sign_on(self) -> None:
        await self.desk.agent.log_on()
        await self.desk.agent.ready()

    async def customer(self, name: str = "王伟", number: str = WANG_NUMBER) -> Customer:
        card = await self.desk.customers.create(NewCustomer(name=name, number=number))
        return card.customer

    async def talk(
        self, call_id: str = "c-1", number: str = WANG_NUMBER, queue: str = "support"
    ) -> CallId:
        """Let a caller ring, wait for who it is, and answer."""
        matched = len(self.seen_matches()) + 1
        call = self.switch.ring(call_id, number, queue=queue)
        await self.matched(matched)
        await self.desk.calls.answer_call(call)
        return call

    def seen_matches(self) -> Sequence[object]:
        from agent_desk.services.screen_pop import PopMatchedEvent

        return self.seen.all(PopMatchedEvent)

    async def matched(self, count: int = 1) -> None:
        from agent_desk.services.screen_pop import PopMatchedEvent

        await self.seen.nth(PopMatchedEvent, count)

    def record(self, call_id: CallId) -> Interaction:
        return self.desk.interactions.of_call(call_id)

    async def stored(self, call_id: CallId) -> Interaction:
        """Return the record of the call as the database has it."""
        await self.desk.recorder.settled()
        interaction_id = self.record(call_id).id
        return await self.storage.read(lambda uow: uow.interactions.get(interaction_id))

    async def log(self, stream: Stream, stream_id: str) -> Sequence[LoggedEvent]:
        await self.desk.recorder.settled()
        return await self.storage.read(lambda uow: uow.events.of(stream, stream_id))

    async def kinds(self, stream: Stream, stream_id: str) -> list[str]:
        return [event.kind for event in await self.log(stream, stream_id)]

    async def category(self, name: str) -> CategoryId:
        tree = await self.desk.tickets.categories()
        return next(category.id for category in tree if category.name == name)

    async def form(
        self, customer_id: CustomerId, category: str = "Refund", **more: object
    ) -> TicketForm:
        fields = {"subject": "Refund of order 88", **more}
        return TicketForm(
            customer_id=customer_id,
            category_id=await self.category(category),
            **fields,  # type: ignore[arg-type]
        )


def new_bench(
    folder: Path, clock: ManualClock, profile: DeskProfile, cache: LocalCache | None = None
) -> Bench:
    """Return a desk on the files in ``folder``, not started."""
    switch = ScriptedSwitch(clock=clock)
    storage = BreakableStorage(inner=SqliteStorage(path=folder / "desk.db", calling_code="86"))
    journal = BreakableJournal(FileJournal(path=folder / "journal.db"))
    ports = DeskPorts(
        switch=switch,
        media=switch.media,
        storage=storage,
        journal=journal,
        clock=clock,
        cache=cache,
    )
    bench = Bench(
        folder=folder,
        clock=clock,
        switch=switch,
        storage=storage,
        journal=journal,
        desk=Desk(ports=ports, profile=profile),
    )
    bench.desk.bus.subscribe(object, bench.seen.add_doing)
    return bench


def dump(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every ordinary table but the heartbeats, which come by themselves."""
    # The library of the storage: the locks of another one in this process would drop its own.
    connection = sqlite_driver().connect(database)
    try:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE '%_index%' AND name NOT LIKE 'sqlite_%' "
            "AND name <> 'desk_presence'"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
            for (name,) in names
        }
    finally:
        connection.close()
