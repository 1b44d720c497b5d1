"""The way to the server is cut, falls silent or is closed while desks work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from agent_desk.domain.customer import CustomerCard
from agent_desk.ports.storage import UnitOfWork
from db.journal import FileJournal
from db.postgres_storage import PostgresStorage
from tests.faults.audit import (
    assert_calls_are_told_once,
    assert_each_is_somewhere,
    column,
    effects,
)
from tests.faults.house import House, until
from tests.servers.proxy import Moment, Proxy

T = TypeVar("T")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.expected_logs("database away", "stays as it was", "error ignored terminating"),
]

DESKS = 4
CUTS = 12
GOODBYE_SECONDS = 8.0
"""Longest for a desk to stop while the database hangs: then the program ends all the same."""


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.usefixtures("hurry")
async def test_a_reset_in_the_middle_of_commits(house: House, moment: Moment) -> None:
    stations = await house.open(DESKS)
    await house.warm()

    house.proxy.reset_at(moment, times=CUTS)
    async with asyncio.timeout(60):
        while house.proxy.resets < CUTS:
            await stations[0].until_more(1)

    await house.served()
    await house.saved()
    house.assert_nobody_waited()


@pytest.mark.usefixtures("hurry")
async def test_connections_that_are_cut_anywhere(house: House) -> None:
    stations = await house.open(DESKS)
    for _ in range(10):
        await stations[0].until_more(1)
        house.proxy.reset()

    await house.saved()


@pytest.mark.usefixtures("hurry")
async def test_a_peer_that_hangs_and_still_acknowledges(house: House) -> None:
    stations = await house.open(DESKS)
    await house.warm()

    house.proxy.hang()
    await house.noticed()
    assert_each_is_somewhere(house.floor, stations)
    house.proxy.resume()

    await house.served()
    await house.saved()
    house.assert_nobody_waited()
    house.assert_the_line_came_and_went()


@pytest.mark.usefixtures("hurry")
async def test_a_server_that_refuses_and_comes_back(house: House) -> None:
    stations = await house.open(DESKS)
    await house.warm()

    house.proxy.refuse()
    await house.noticed()
    assert_each_is_somewhere(house.floor, stations)
    house.proxy.accept()

    await house.served()
    await house.saved()
    house.assert_nobody_waited()


class LastWords(PostgresStorage):
    """A database whose next commit stays on the way until the proxy passes things on again."""

    def __init__(self, *, proxy: Proxy, url: str, password: str) -> None:
        super().__init__(url=url, password=password)
        self._proxy = proxy
        self.stalls = False

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        def then_stall(uow: UnitOfWork) -> T:
            result = work(uow)
            if self.stalls:
                self._proxy.hang()
            return result

        return await super().write(then_stall)


async def test_a_commit_that_arrives_during_its_second_try(house: House) -> None:
    """A desk dies, its last words are still on the way, and its next run says them again."""
    plan, floor = await house.plan(), house.floor
    storage = LastWords(proxy=house.proxy, url=house.url, password=floor.password)
    dying = house.station("dying", plan, storage=storage)
    direct = PostgresStorage(url=floor.url, password=floor.password)
    risen = house.station("risen", plan, storage=direct)
    await storage.open()
    await direct.open()
    command = dying.desk.commands.add_note(plan.customers[0], "said twice")
    storage.stalls = True
    last_words = asyncio.create_task(dying.desk.customers.apply(command))
    await until(lambda: house.proxy.is_hanging)

    said_again = asyncio.create_task(risen.desk.outbox.submit(command))
    await until(lambda: bool(column(floor, "SELECT pid FROM pg_locks WHERE NOT granted")))
    house.proxy.resume()
    await last_words

    assert isinstance(await said_again, CustomerCard)
    assert risen.desk.outbox.kept == ()
    assert effects(floor)["note said twice"] == 1
    await storage.close()
    await direct.close()


async def test_a_desk_that_stops_while_nothing_answers_leaves_all_of_it_in_the_journal(
    house: House,
) -> None:
    (station,) = await house.open(1, limit_seconds=8.0)
    await station.until_more(2)
    house.proxy.hang()
    await station.until_more(4)
    await station.pause()
    calls = station.desk.calls
    ringing = station.switch.ring("the-last-one", "+8613800138000", queue="support")
    await calls.answer_call(ringing)

    async with asyncio.timeout(GOODBYE_SECONDS):
        await station.desk.stop()

    journal = FileJournal(path=house.folder / "desk0.journal")
    await journal.open()
    spooled = await journal.spooled()
    kept = {entry.id for entry in await journal.kept_commands()}
    await journal.close()
    assert ("the-last-one", "Established") in {(e.stream_id, e.kind) for e in spooled}
    assert_calls_are_told_once(house.floor, [station], spooled=spooled)
    applied = {str(id_) for id_ in column(house.floor, "SELECT id FROM applied_commands")}
    assert station.book.acknowledged <= applied | kept
    assert kept
