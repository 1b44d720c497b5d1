"""One floor: a database behind a proxy, and stations at work on it; on the test's loop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.identifiers import CategoryId, WorkOrderId
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.ports.storage import Storage
from db.journal import FileJournal
from db.postgres_storage import PostgresStorage
from tests.fakes.manual_clock import ManualClock
from tests.faults.audit import assert_all_saved, assert_records_are_the_last_word, effects
from tests.faults.station import WAIT_SECONDS, Plan, Station
from tests.servers.fixtures import Floor
from tests.servers.proxy import Proxy

CUSTOMERS = 3
ORDERS = 8

LIMIT_SECONDS = 1.0
"""Longest wait for a server within one unit of work, of desks that are in a hurry."""

AT_ONCE_SECONDS = 0.4
"""Longest that an agent may wait for an answered call: less than the patience of a desk in a hurry.

A call that waited for the database would wait longer; a busy machine takes its tenth of a second.
"""


class House:
    """One floor and its stations. before: the effects in the database before they began."""

    def __init__(self, floor: Floor, proxy: Proxy, folder: Path) -> None:
        """Nothing is opened yet."""
        self.floor = floor
        self.proxy = proxy
        self.folder = folder
        self.stations: list[Station] = []
        self.before: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """The address of the database by way of the proxy."""
        direct, by_proxy = f":{self.floor.server.port}/", f":{self.proxy.port}/"
        return self.floor.url.replace(direct, by_proxy) + "?connect_timeout=2"

    async def open(self, count: int, *, limit_seconds: float = LIMIT_SECONDS) -> list[Station]:
        """Return so many working stations, each on customers and orders of its own."""
        plans = await self._plans(count)
        self.before = await asyncio.to_thread(effects, self.floor)
        for index, plan in enumerate(plans):
            station = self.station(f"desk{index}", plan, limit_seconds=limit_seconds)
            await station.open()
            station.begin()
        return self.stations

    def station(
        self,
        name: str,
        plan: Plan,
        *,
        limit_seconds: float = LIMIT_SECONDS,
        storage: Storage | None = None,
        folder: Path | None = None,
    ) -> Station:
        """Return a station behind the proxy, not opened; ``folder``: of its journal."""
        made = Station(
            name,
            storage=storage or self.storage(limit_seconds=limit_seconds),
            journal=FileJournal(path=(folder or self.folder) / f"{name}.journal"),
            clock=ManualClock(),
            plan=plan,
        )
        self.stations.append(made)
        return made

    def storage(self, *, limit_seconds: float = LIMIT_SECONDS) -> PostgresStorage:
        """Return the database by way of the proxy, not opened."""
        return PostgresStorage(
            url=self.url,
            password=self.floor.password,
            calling_code="86",
            answer_limit_seconds=limit_seconds,
        )

    async def plan(self) -> Plan:
        """Return the plan for one station."""
        (plan,) = await self._plans(1)
        return plan

    async def _plans(self, count: int) -> list[Plan]:
        """Return plans with new customers and assigned orders, made by a desk without troubles."""
        storage = PostgresStorage(url=self.floor.url, password=self.floor.password)
        journal = FileJournal(path=self.folder / "foreman.journal")
        nothing = Plan(category_id=CategoryId(""), customers=())
        clock = ManualClock()
        foreman = Station("foreman", storage=storage, journal=journal, clock=clock, plan=nothing)
        await foreman.desk.start()
        made = [await _plan(foreman) for _ in range(count)]
        await foreman.desk.stop()
        return made

    async def warm(self, commands: int = 2) -> None:
        """Return when every station has been at work for a while."""
        await asyncio.gather(*(station.until_more(commands) for station in self.stations))

    async def served(self, calls: int = 3) -> None:
        """Return when every station has answered so many calls, however the cuts fell."""

        async def one(station: Station) -> None:
            await station.until(lambda: len(station.book.answer_seconds) >= calls)

        await asyncio.gather(*map(one, self.stations))

    async def noticed(self, commands: int = 6) -> None:
        """Return when every desk has said that the database is away, and works all the same."""

        async def one(station: Station) -> None:
            await station.until(lambda: station.line is not None)
            await station.until_more(commands)

        await asyncio.gather(*map(one, self.stations))

    async def saved(self) -> None:
        """Let all finish their calls, and see that what they did is in the database, each once."""
        await asyncio.gather(*(station.pause() for station in self.stations))
        await asyncio.gather(*(station.until_saved() for station in self.stations))
        assert_all_saved(self.floor, self.stations, before=self.before)
        await assert_records_are_the_last_word(self.stations)

    def assert_nobody_waited(self) -> None:
        """Nine of ten calls were answered at once, and so all but those of a busy machine."""
        for station in self.stations:
            seconds = sorted(station.book.answer_seconds)
            assert len(seconds) >= 3
            assert seconds[len(seconds) * 9 // 10 - 1] < AT_ONCE_SECONDS

    def assert_the_line_came_and_went(self) -> None:
        """Every agent has read once or more that the database is away, and reads it no longer."""
        for station in self.stations:
            assert any(station.lines)
            assert station.line is None

    async def close(self) -> None:
        """Stop every station."""
        await asyncio.gather(*(station.close() for station in self.stations))


async def _plan(foreman: Station) -> Plan:
    desk = foreman.desk
    categories = await desk.tickets.categories()
    category = next(c.id for c in categories if c.department_id is not None)
    created = [await desk.customers.create(NewCustomer(name="王伟")) for _ in range(CUSTOMERS)]
    customers = tuple(card.customer.id for card in created)
    tickets = set()
    for number in range(ORDERS):
        form = TicketForm(
            customer_id=customers[number % CUSTOMERS],
            category_id=category,
            subject=f"To be mended {number} for {customers[0]}",
            resolution=Resolution.WORK_ORDER,
        )
        tickets.add((await desk.tickets.log(form, None)).id)
    orders: list[tuple[WorkOrderId, int]] = [
        (line.order.id, line.order.version)
        for line in await desk.orders.lines()
        if line.order.ticket_id in tickets
    ]
    return Plan(category_id=category, customers=customers, orders=tuple(orders))


async def until(condition: Callable[[], bool]) -> None:
    """Return when ``condition``, which may wait for the server, holds."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.01)
