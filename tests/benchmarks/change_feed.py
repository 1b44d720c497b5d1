"""From a desk's commit to the change on other desks, by PostgreSQL's bell and behind a relay.

At the bell every desk is a whole change feed, and one of them a whole desk with the dispatcher's
board in its window: its figures go on to the painted card, see `painted_feed`. Behind the relay the
writing desks are, and the many others are bare connections that read the same lines: five hundred
feeds in two processes would measure this machine's Python instead of the relay. Server, writers,
relay and desks share it. Every change must reach every desk exactly once, or the run fails.
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from functools import lru_cache, partial
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from agent_desk.domain.change import ChangeBatch, FeedStateChangedEvent
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, EventId, WorkOrderId, new_uuid7
from agent_desk.domain.rights import Role
from agent_desk.ports.storage import UnitOfWork
from db.access.users import open_people
from db.change_feed.page import Page
from db.change_feed.postgres import PostgresChangeFeed
from db.change_feed.postgres_reader import PostgresReader
from db.change_feed.relay import Relay
from db.change_feed.relay_protocol import message, proof
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from tests.benchmarks.board import LOGIN
from tests.benchmarks.board_rows import fill
from tests.benchmarks.painted_feed import (
    ORDERS,
    BoardSeat,
    OrderChanges,
    Painted,
    new_event_id,
    show_board,
)
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

_PASSWORD = "correct horse battery"

Arrivals = list[tuple[str, float]]
Change = Callable[[UnitOfWork, int, EventId], None]
"""Makes the change of a number, and logs it under an id."""


def run() -> dict[str, Any]:
    """Return medians and p99 in milliseconds for desks at the bell and behind a relay."""
    with PostgresServer() as server:
        return {
            "changes_per_second": CHANGES_PER_SECOND,
            "bell": _at_the_bell(server),
            "relay": _behind_a_relay(server),
            "allowed_p99_ms": ALLOWED_P99_MS,
        }


def _at_the_bell(server: PostgresServer) -> dict[str, Any]:
    """Return what `_measure` returns of all desks but one, and what that one painted when."""
    name = server.create_database()
    url = server.url(name)
    migrate(url, password=server.password)
    with PostgresDatabase(url=url, password=server.password, readers=1) as database:
        fill(database.write, ORDERS)
    with open_people(url, password=server.password) as people:
        roles = frozenset({Role.DISPATCHER})
        people.add(LOGIN, name=LOGIN, roles=roles, department="", password=_PASSWORD)
    seat = BoardSeat(url=server.url(name, user=LOGIN), password=_PASSWORD)
    with _board(seat) as (pipe, in_sight):
        with PostgresDatabase(url=url, password=server.password, readers=1) as database:
            orders = database.read(lambda unit: [unit.orders.get(key) for key in in_sight])
        changes = OrderChanges(list(orders))
        report, committed = asyncio.run(
            _measure(url, server.password, BELL_DESKS - 1, changes.change, with_relay=False)
        )
        painted: Painted = pipe.recv()
    times = list(committed.values())
    delays = [at - times[number] for number, at in painted]
    return {**report, "painted": {"cards_in_sight": len(in_sight), **_figures(delays)}}


@contextmanager
def _board(seat: BoardSeat) -> Iterator[tuple[Connection, list[WorkOrderId]]]:
    """Yield the pipe of a process that shows the board, and which orders are in sight there."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    arguments = (seat, round(CHANGES_PER_SECOND * SECONDS), theirs)
    process = context.Process(target=show_board, args=arguments, daemon=True)
    process.start()
    # Without our copy of its end, the death of that process ends the waiting for it.
    theirs.close()
    try:
        yield ours, ours.recv()
        process.join()
    finally:
        process.kill()


def _behind_a_relay(server: PostgresServer) -> dict[str, Any]:
    name = server.create_database()
    url = server.url(name)
    migrate(url, password=server.password)
    report, _ = asyncio.run(
        _measure(url, server.password, RELAY_DESKS, _open_ticket, with_relay=True)
    )
    return report


async def _measure(
    url: str, password: str, desks: int, change: Change, *, with_relay: bool
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the report, and when the commit of each change began, in their order."""
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
        committed = await _write(url, password, rings, change)
        arrivals = await asyncio.to_thread(_received, pipes)
        async with asyncio.timeout(SECONDS):
            while len(whole) < len(rings) * len(committed):
                await asyncio.sleep(0.05)
    report = {
        "desks": desks,
        **_report(desks, committed, arrivals),
        "writing_desks": _report(len(rings), committed, whole),
    }
    return report, committed


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


async def _write(
    url: str, password: str, rings: Sequence[PostgresChangeFeed], change: Change
) -> dict[str, float]:
    """Return when each change's commit began, on the monotonic clock."""
    committed: dict[str, float] = {}
    with PostgresDatabase(url=url, password=password) as database:
        began = monotonic()
        for number in range(round(CHANGES_PER_SECOND * SECONDS)):
            await asyncio.sleep(began + number / CHANGES_PER_SECOND - monotonic())
            event_id = new_event_id()
            committed[event_id] = monotonic()
            await asyncio.to_thread(
                database.write,
                lambda unit, number=number, event_id=event_id: change(unit, number, event_id),
            )
            rings[number % len(rings)].ring()
    return committed


def _open_ticket(unit: UnitOfWork, _: int, event_id: EventId) -> None:
    event = LoggedEvent(
        id=event_id,
        stream=Stream.TICKET,
        stream_id=new_uuid7(NOW),
        kind="TicketOpened",
        at=NOW,
        actor=AgentId("1001"),
        payload={"subject": "Refund of order 88"},
    )
    unit.events.append([event])


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
    for place in range(_PROCESSES):
        ours, theirs = context.Pipe()
        # A desk that is left over is the first one's.
        share = len(range(place, desks, _PROCESSES))
        arguments = (work, url, password, share, theirs)
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
    return {"deliveries": len(delays), **_figures(delays)}


def _figures(delays: list[float]) -> dict[str, float]:
    return {
        "median_ms": median_ms(delays),
        "p99_ms": percentile_ms(delays, 0.99),
        "longest_ms": percentile_ms(delays, 1.0),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
