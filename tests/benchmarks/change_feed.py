"""From a desk's commit to the change on other desks, by PostgreSQL's bell and behind a relay.

At the bell every desk is a whole change feed. Behind the relay the writing desks are, and the many
others are bare connections that read the same lines: five hundred feeds in two processes would
measure this machine's Python instead of the relay. Server, writers, relay and desks share it.
Every change must reach every desk exactly once, or the run fails.
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import lru_cache, partial
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from agent_desk.domain.change import ChangeBatch, FeedStateChangedEvent
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, EventId, new_uuid7
from db.change_feed.page import Page
from db.change_feed.postgres import PostgresChangeFeed
from db.change_feed.postgres_reader import PostgresReader
from db.change_feed.relay import Relay
from db.change_feed.relay_protocol import message, proof
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.contracts.storage_samples import NOW
from tests.servers.postgres import PostgresServer

BELL_DESKS = 50
RELAY_DESKS = 500
CHANGES_PER_SECOND = 100
SECONDS = 10.0
ALLOWED_P99_MS = 250.0

_PROCESSES = 2
_WRITING_DESKS = 5
_OPENING_AT_ONCE = 10

Arrivals = list[tuple[str, float]]


def run() -> dict[str, Any]:
    """Return medians and p99 in milliseconds for desks at the bell and behind a relay."""
    with PostgresServer() as server:
        return {
            "changes_per_second": CHANGES_PER_SECOND,
            "bell": _measured(server, BELL_DESKS, with_relay=False),
            "relay": _measured(server, RELAY_DESKS, with_relay=True),
            "allowed_p99_ms": ALLOWED_P99_MS,
        }


def _measured(server: PostgresServer, desks: int, *, with_relay: bool) -> dict[str, Any]:
    name = server.create_database()
    migrate(server.url(name), password=server.password)
    return asyncio.run(_measure(server.url(name), server.password, desks, with_relay))


async def _measure(url: str, password: str, desks: int, with_relay: bool) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        if with_relay:
            relay = Relay(url=url, password=password)
            await relay.start()
            stack.push_async_callback(relay.stop)
            await relay.registered()
        work = _listen_to_relay if with_relay else _listen_to_bell
        pipes = await stack.enter_async_context(_processes(work, url, password, desks))
        whole: Arrivals = []
        rings = [await _opened(url, password, stack, whole) for _ in range(_WRITING_DESKS)]
        committed = await _write(url, password, rings)
        arrivals = await asyncio.to_thread(_received, pipes)
        async with asyncio.timeout(SECONDS):
            while len(whole) < len(rings) * len(committed):
                await asyncio.sleep(0.05)
    return {
        "desks": desks,
        **_report(desks, committed, arrivals),
        "writing_desks": _report(len(rings), committed, whole),
    }


async def _opened(
    url: str, password: str, stack: AsyncExitStack, arrivals: Arrivals
) -> PostgresChangeFeed:
    feed = PostgresChangeFeed(url=url, password=password)
    feed.subscribe(partial(_note, arrivals))
    await feed.open()
    stack.push_async_callback(feed.close)
    return feed


def _note(arrivals: Arrivals, event: ChangeBatch | FeedStateChangedEvent) -> None:
    if isinstance(event, ChangeBatch):
        now = monotonic()
        arrivals.extend((change.id, now) for change in event.changes)


async def _write(url: str, password: str, rings: Sequence[PostgresChangeFeed]) -> dict[str, float]:
    """Return when each change's commit began, on the monotonic clock."""
    committed: dict[str, float] = {}
    with PostgresDatabase(url=url, password=password) as database:
        began = monotonic()
        for number in range(round(CHANGES_PER_SECOND * SECONDS)):
            await asyncio.sleep(began + number / CHANGES_PER_SECOND - monotonic())
            event = _event()
            committed[event.id] = monotonic()
            await asyncio.to_thread(
                database.write, lambda unit, event=event: unit.events.append([event])
            )
            rings[number % len(rings)].ring()
    return committed


def _event() -> LoggedEvent:
    return LoggedEvent(
        id=EventId(new_uuid7(NOW)),
        stream=Stream.TICKET,
        stream_id=new_uuid7(NOW),
        kind="TicketOpened",
        at=NOW,
        actor=AgentId("1001"),
        payload={"subject": "Refund of order 88"},
    )


@asynccontextmanager
async def _processes(
    work: Callable[[str, str, int, Arrivals], AbstractAsyncContextManager[None]],
    url: str,
    password: str,
    desks: int,
) -> AsyncIterator[list[Connection]]:
    """Yield the pipes of processes in which that many desks listen."""
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    for _ in range(_PROCESSES):
        ours, theirs = context.Pipe()
        arguments = (work, url, password, desks // _PROCESSES, theirs)
        processes.append(context.Process(target=_listen, args=arguments))
        processes[-1].start()
        pipes.append(ours)
    for pipe in pipes:
        await asyncio.to_thread(pipe.recv)
    yield pipes
    for process in processes:
        await asyncio.to_thread(process.join)


def _listen(
    work: Callable[[str, str, int, Arrivals], AbstractAsyncContextManager[None]],
    url: str,
    password: str,
    desks: int,
    pipe: Connection,
) -> None:
    """Let that many desks listen until everything has arrived at all of them."""

    # A million kept arrivals would be searched for garbage, and for nothing.
    gc.disable()

    async def listen() -> Arrivals:
        arrivals: Arrivals = []
        async with work(url, password, desks, arrivals):
            pipe.send("ready")
            async with asyncio.timeout(SECONDS * 6):
                while len(arrivals) < desks * CHANGES_PER_SECOND * SECONDS:
                    await asyncio.sleep(0.05)
        return arrivals

    pipe.send(asyncio.run(listen()))


@asynccontextmanager
async def _listen_to_bell(
    url: str, password: str, desks: int, arrivals: Arrivals
) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for _ in range(desks):
            await _opened(url, password, stack, arrivals)
        yield


@asynccontextmanager
async def _listen_to_relay(
    url: str, password: str, desks: int, arrivals: Arrivals
) -> AsyncIterator[None]:
    with PostgresReader(url, password=password) as reader:
        relay = reader.relay()
    assert relay is not None
    host, _, port = relay.address.rpartition(":")
    loop = asyncio.get_running_loop()
    transports = []
    for _ in range(desks):
        transport, desk = await loop.create_connection(
            partial(_BareDesk, relay.token, arrivals), host, int(port)
        )
        await desk.welcome
        transports.append(transport)
    yield
    for transport in transports:
        transport.close()


class _BareDesk(asyncio.Protocol):
    """Reads a relay's lines as a feed does, without a thread of its own."""

    def __init__(self, token: str, arrivals: Arrivals) -> None:
        self._token = token
        self._arrivals = arrivals
        self._unread = b""
        self._transport: Any = None
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            if line.startswith(b"agent-desk-relay"):
                nonce = line.decode().rpartition(" ")[2]
                self._transport.write(f"hello {proof(self._token, nonce)}\n".encode())
            elif line == b"welcome":
                self.welcome.set_result(None)
            else:
                now = monotonic()
                self._arrivals.extend((id_, now) for id_ in _ids(line))


@lru_cache(maxsize=64)
def _ids(line: bytes) -> tuple[str, ...]:
    """Return the events that a line tells; read once for all desks of a process.

    In a floor each desk reads it on a machine of its own.
    """
    said = message(line)
    return tuple(row.change.id for row in said.rows) if isinstance(said, Page) else ()


def _received(pipes: Sequence[Connection]) -> Arrivals:
    return [arrival for pipe in pipes for arrival in pipe.recv()]


def _report(desks: int, committed: dict[str, float], arrivals: Arrivals) -> dict[str, Any]:
    counts = Counter(id_ for id_, _ in arrivals)
    if counts != Counter(dict.fromkeys(committed, desks)):
        raise RuntimeError("a desk missed a change, or was told twice")
    delays = [at - committed[id_] for id_, at in arrivals]
    return {
        "deliveries": len(delays),
        "median_ms": median_ms(delays),
        "p99_ms": percentile_ms(delays, 0.99),
        "longest_ms": percentile_ms(delays, 1.0),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
