"""Whatever fails and whenever, what was acknowledged is applied once, or still here.

Hypothesis makes up a day: commands, a database that refuses, commits without saying so or is
changed by others, a journal that is full, a desk that dies. At its end everything works again.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_desk.domain.command import AddNote, Command, CreateCustomer, LogTicket
from agent_desk.domain.customer import CustomerChanges, NewCustomer
from agent_desk.domain.errors import (
    AgentDeskError,
    CommitUnknownError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    DiskFullError,
)
from agent_desk.domain.identifiers import CategoryId, CommandId, CustomerId, TicketId
from agent_desk.domain.kept_command import KeptState, held
from agent_desk.domain.ticket import TicketForm
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services import outbox as outbox_module
from agent_desk.services import recorder as recorder_module
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from db.sqlite_storage import SqliteStorage
from tests.fakes.faulty_storage import FaultyStorage
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.unit.services.bench import AGENT
from tests.unit.services.faults import BreakableJournal

T = TypeVar("T")

WORKS, REFUSES, FORGETS_TO_ANSWER, HANGS_UP = "works", "refuses", "forgets to answer", "hangs up"

ACTS = st.one_of(
    st.tuples(
        st.sampled_from(["note", "ticket", "join", "change", "elsewhere"]), st.integers(0, 1)
    ),
    st.tuples(st.sampled_from(["create", "about newcomer", "die", "revive", "crash"]), st.just(0)),
    st.tuples(st.just("full journal"), st.integers(0, 1)),
    st.tuples(st.just("breathe"), st.integers(1, 4)),
)
WRITES = st.lists(
    st.sampled_from([WORKS, WORKS, REFUSES, FORGETS_TO_ANSWER, HANGS_UP]), max_size=12
)


class MoodyStorage(FaultyStorage):
    """Treats each write as ``moods`` says, one after the other; in the end it works."""

    def __init__(self, *, inner: Storage) -> None:
        super().__init__(inner=inner)
        self.write_undisturbed = inner.write
        self.moods: list[str] = []

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        mood = self.moods.pop(0) if self.moods else WORKS
        if mood == REFUSES:
            raise DatabaseUnavailableError(path="desk.db", reason="test")
        if mood == HANGS_UP:
            raise DatabaseTimeoutError(path="desk.db", seconds=1)
        result = await super().write(work)
        if mood == FORGETS_TO_ANSWER:
            raise CommitUnknownError(path="desk.db")
        return result


@dataclass
class Day:
    """One desk after the other on the same files, and what each has promised."""

    storage: MoodyStorage
    journal: BreakableJournal
    clock: ManualClock
    category: CategoryId
    customers: list[CustomerId] = field(default_factory=list)
    acknowledged: set[CommandId] = field(default_factory=set)
    commands: dict[CommandId, Command] = field(default_factory=dict)
    newcomers: list[CustomerId] = field(default_factory=list)
    tickets: list[TicketId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = self._new_desk()

    def _new_desk(self) -> Desk:
        switch = ScriptedSwitch(clock=self.clock)
        ports = DeskPorts(
            switch=switch,
            media=switch.media,
            storage=self.storage,
            journal=self.journal,
            clock=self.clock,
        )
        return Desk(ports=ports, profile=DeskProfile(agent_id=AGENT, region="CN"))

    async def submit(self, command: Command) -> None:
        self.commands[command.id] = command
        self.clock.advance(1)
        try:
            await self.desk.outbox.submit(command)  # type: ignore[call-overload]
        except AgentDeskError:
            return
        self.acknowledged.add(command.id)

    async def act(self, act: str, which: int) -> None:
        await getattr(self, act.replace(" ", "_"))(which)

    async def note(self, which: int) -> None:
        text = f"note {len(self.commands)}"
        await self.submit(self.desk.commands.add_note(self.customers[which], text))

    async def ticket(self, which: int) -> None:
        await self.log(self.customers[which], joins=False)

    async def join(self, which: int) -> None:
        await self.log(self.customers[which], joins=True)

    async def change(self, which: int) -> None:
        changes = CustomerChanges(id=self.customers[which], version=1, name=f"v{which}")
        await self.submit(self.desk.commands.change_customer(changes))

    async def create(self, _: int) -> None:
        command = self.desk.commands.create_customer(NewCustomer(name="Newcomer"))
        self.newcomers.append(command.customer_id)
        await self.submit(command)

    async def about_newcomer(self, _: int) -> None:
        if self.newcomers:
            await self.log(self.newcomers[-1], joins=False)

    async def die(self, _: int) -> None:
        self.storage.die()

    async def revive(self, _: int) -> None:
        self.storage.revive()

    async def full_journal(self, is_full: int) -> None:
        self.journal.failure = DiskFullError(path="journal") if is_full else None

    async def breathe(self, while_: int) -> None:
        await asyncio.sleep(0.002 * while_)

    async def crash(self, _: int = 0) -> None:
        """End the outbox in the middle of whatever it does, and begin another one."""
        await self.desk.outbox.stop()
        self.journal.failure = None
        self.desk = self._new_desk()
        await self.desk.outbox.start()

    async def log(self, customer_id: CustomerId, *, joins: bool) -> None:
        form = TicketForm(
            customer_id=customer_id,
            category_id=self.category,
            subject=f"ticket {len(self.commands)}",
            ticket_id=self.tickets[-1] if joins and self.tickets else None,
        )
        command = self.desk.commands.log_ticket(form, None)
        self.tickets.append(command.ticket_id)
        await self.submit(command)

    async def elsewhere(self, which: int) -> None:
        """Let another desk, which has no trouble, change the customer."""
        customer_id = self.customers[which]

        def work(uow: UnitOfWork) -> None:
            version = uow.customers.get(customer_id).version
            theirs = CustomerChanges(id=customer_id, version=version, name="Theirs")
            uow.customers.change(theirs, None, "")

        await self.storage.write_undisturbed(work)

    async def end(self) -> None:
        """Let everything work again, and wait until nothing more happens by itself."""
        self.storage.revive()
        self.storage.moods = []
        await self.crash()
        async with asyncio.timeout(30):
            while self.due():
                await asyncio.sleep(0.002)

    def due(self) -> list[CommandId]:
        kept = self.desk.outbox.kept
        stuck = held(kept)
        return [e.id for e in kept if e.state is KeptState.WAITING and e.id not in stuck]


def effects(uow: UnitOfWork, command: Command) -> int:
    """Return how often the effect of ``command`` is in the database."""
    if isinstance(command, AddNote):
        card = uow.customers.card(command.customer_id, now=command.at)
        return sum(note.text == command.text for note in card.notes)
    stream, stream_id = command.about
    events = [e for e in uow.events.of(stream, stream_id) if e.at == command.at]
    if isinstance(command, LogTicket):
        kind = "TicketJoined" if command.form.ticket_id else "TicketOpened"
    else:
        kind = "CustomerAdded" if isinstance(command, CreateCustomer) else "CustomerChanged"
    return sum(event.kind == kind for event in events)


async def live(path: Path, acts: list[tuple[str, int]], moods: list[str]) -> None:
    storage = MoodyStorage(inner=SqliteStorage(path=path))
    await storage.open()
    journal = BreakableJournal(MemoryJournal())
    await journal.open()
    categories = await storage.read(lambda uow: uow.catalogue.categories())
    day = Day(storage=storage, journal=journal, clock=ManualClock(), category=categories[1].id)
    for name in ("Wang", "Li"):
        card = await day.desk.customers.create(NewCustomer(name=name))
        day.customers.append(card.customer.id)
    day.clock.advance(1)
    storage.moods = list(moods)
    await day.desk.outbox.start()
    for act, which in acts:
        await day.act(act, which)
    await day.end()
    try:
        await check(day)
    finally:
        await day.desk.outbox.stop()
        await storage.close()


async def check(day: Day) -> None:
    kept = {entry.id for entry in day.desk.outbox.kept}
    assert kept == {entry.id for entry in await day.journal.kept_commands()}
    for command in day.commands.values():

        def found(uow: UnitOfWork, command: Command = command) -> tuple[bool, int]:
            return uow.commands.applied(command.id) is not None, effects(uow, command)

        is_applied, count = await day.storage.read(found)
        assert count == int(is_applied), command
        if command.id in day.acknowledged:
            assert is_applied != (command.id in kept), command


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "desk.db"

    async def make() -> None:
        storage = SqliteStorage(path=path)
        await storage.open()
        await storage.close()

    asyncio.run(make())
    return path


@pytest.mark.slow
@pytest.mark.expected_logs("database away", "is not in the journal", "stays in the journal")
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=3, max_size=18), moods=WRITES)
def test_no_day_loses_or_doubles_what_was_acknowledged(
    template: Path,
    monkeypatch: pytest.MonkeyPatch,
    acts: list[tuple[str, int]],
    moods: list[str],
) -> None:
    monkeypatch.setattr(outbox_module, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_SECONDS", 0.002)
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 0.001)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        shutil.copyfile(template, path)
        asyncio.run(live(path, acts, moods))
