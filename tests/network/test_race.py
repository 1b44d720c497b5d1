"""Addresses of one host, of which some lead nowhere."""

from __future__ import annotations

import asyncio

import pytest

from telephony.network.datagram import DatagramFlow
from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.flow import Flow, Server
from telephony.network.race import by_host, first_connected
from tests.network.heard import PATIENCE_SECONDS


def server(address: str, host: str = "a", port: int = 5060) -> Server:
    return Server(transport="TCP", address=address, port=port, name="x", host=host)


class Hosts:
    """What becomes of a connection to each address; a test decides by its future."""

    def __init__(self) -> None:
        self.attempts: dict[str, asyncio.Future[Flow]] = {}
        self.failures: list[str] = []
        self._news = asyncio.Event()

    async def connect(self, to: Server) -> Flow:
        self.attempts[to.address] = asyncio.get_running_loop().create_future()
        self._news.set()
        return await self.attempts[to.address]

    def failed(self, to: Server, _error: NetworkError) -> None:
        self.failures.append(to.address)

    async def tried(self, address: str) -> asyncio.Future[Flow]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while address not in self.attempts:
                self._news.clear()
                await self._news.wait()
        return self.attempts[address]


def way(to: str) -> DatagramFlow:
    return DatagramFlow(server=server(to), local=("", 0), send=lambda data, address, port: None)


async def test_an_address_that_is_silent_does_not_keep_the_next_one_waiting() -> None:
    hosts = Hosts()
    race = asyncio.ensure_future(
        first_connected(
            [server("6"), server("4")], hosts.connect, failed=hosts.failed, seconds=0.001
        )
    )
    (await hosts.tried("4")).set_result(found := way("4"))
    assert await race == (server("4"), found)
    assert hosts.attempts["6"].cancelled()
    assert hosts.failures == []


async def test_after_a_failure_the_next_one_is_tried_at_once() -> None:
    hosts = Hosts()
    race = asyncio.ensure_future(
        first_connected([server("6"), server("4")], hosts.connect, failed=hosts.failed, seconds=60)
    )
    refused = NetworkError(NetworkErrorKind.REFUSED, "6")
    (await hosts.tried("6")).set_exception(refused)
    (await hosts.tried("4")).set_exception(refused)
    assert await race is None
    assert hosts.failures == ["6", "4"]


async def test_what_connects_too_late_is_closed_again() -> None:
    hosts = Hosts()
    race = asyncio.ensure_future(
        first_connected(
            [server("6"), server("4")], hosts.connect, failed=hosts.failed, seconds=0.001
        )
    )
    late, first = way("6"), way("4")
    both = [await hosts.tried("4"), await hosts.tried("6")]
    both[0].set_result(first)
    both[1].set_result(late)
    found = await race
    assert found is not None
    assert sorted([late.is_open, first.is_open]) == [False, True]
    assert found[1].is_open


async def test_a_race_that_is_given_up_leaves_nothing_running() -> None:
    hosts = Hosts()
    before = asyncio.all_tasks()
    race = asyncio.ensure_future(first_connected([server("6")], hosts.connect, failed=hosts.failed))
    await hosts.tried("6")
    race.cancel()
    with pytest.raises(asyncio.CancelledError):
        await race
    assert asyncio.all_tasks() <= before


def test_only_addresses_of_one_host_race() -> None:
    listed = [server("1"), server("2"), server("3", host="b"), server("4", host="b", port=5070)]
    assert by_host(listed) == [listed[:2], listed[2:3], listed[3:]]
