"""A floor at work: one person of every role, and whole desks for them on the test's event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from db.access.server_people import ServerPeople
from db.change_feed.postgres import PostgresChangeFeed
from db.postgres_storage import PostgresStorage
from db.server_address import parse_server_address
from tests.access.floor import PEOPLE
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_cache import MemoryCache
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.servers.fixtures import Floor
from tests.unit.services.bench import Seen

WANG_NUMBER = "+8613800138000"


def at_work(login: str) -> AgentId:
    """Return another login than that of the attacked floor: roles belong to the whole server."""
    return AgentId(f"working.{login}")


def hire(floor: Floor) -> None:
    """Let everybody of `PEOPLE` sign in to ``floor``."""
    with ServerPeople.connected(parse_server_address(floor.url), password=floor.password) as people:
        for login, (role, department) in PEOPLE.items():
            name = at_work(login)
            people.add(
                name, name=name, roles=[role], department=department, password=floor.password
            )


class Workplace:
    """The desk of one person with everything that a test wants to see."""

    def __init__(self, floor: Floor, login: str, clock: ManualClock) -> None:
        """Nothing is touched before `opened`."""
        self.login = at_work(login)
        self.clock = clock
        self.url = floor.server.url(floor.name, user=self.login)
        self.password = floor.password
        self.storage = PostgresStorage(url=self.url, password=self.password, calling_code="86")
        self.journal = MemoryJournal()
        self.cache = MemoryCache()
        self.switch = ScriptedSwitch(clock=clock)
        self.seen = Seen()

    async def opened(self) -> Desk:
        """Sign in and return the desk, which runs."""
        await self.storage.open()
        person = await self.storage.read(self._sign_in)
        desk = Desk(
            ports=DeskPorts(
                switch=self.switch,
                media=self.switch.media,
                storage=self.storage,
                journal=self.journal,
                clock=self.clock,
                cache=self.cache,
                feed=PostgresChangeFeed(url=self.url, password=self.password),
            ),
            profile=DeskProfile(
                agent_id=person.login, agent_name=person.name, region="CN", person=person
            ),
        )
        desk.bus.subscribe(object, self.seen.add)
        await desk.start()
        return desk

    async def left_in_the_journal(self) -> int:
        """Return how many events and commands the desk, which is stopped, has not written."""
        await self.journal.open()
        return len(await self.journal.spooled()) + len(await self.journal.kept_commands())

    def _sign_in(self, uow: UnitOfWork) -> Person:
        return uow.people.sign_in(self.login, self.password)


@asynccontextmanager
async def desk_at(
    floor: Floor, login: str, clock: ManualClock
) -> AsyncIterator[tuple[Desk, Workplace]]:
    """Yield the running desk of ``login`` with its workplace, and stop it."""
    workplace = Workplace(floor, login, clock)
    try:
        desk = await workplace.opened()
        try:
            yield desk, workplace
        finally:
            await desk.stop()
    finally:
        await workplace.storage.close()
