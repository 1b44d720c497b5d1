"""A ticket with its events saved by 32 writers, beside a raw loop that sends the same statements.

Ours is the whole way of a desk: the command, the rules of the domain, the unit of work and the
watchdog. The raw loop has its rows ready and sends the statements one by one, each prepared, with
nothing to decide. Both are an agent to the server, who may write what the policies allow, and both
wait for the disk. Writers are threads of a few processes; server and writers share this machine.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection as Pipe
from time import monotonic, perf_counter, sleep
from typing import Any, NamedTuple, TypeVar

import psycopg

from agent_desk.domain.customer import Customer
from agent_desk.domain.identifiers import AgentId, CategoryId, CustomerId, TicketId, new_uuid7
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import TicketForm
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.tickets import Tickets
from db.access.users import open_people
from db.bulk_customers import insert_customers
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from tests.benchmarks.raw_ticket import RawTicket
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.servers.postgres import PostgresServer

WRITERS = 32
DESKS = 200
"""Desks that write once a second each."""

ALLOWED_MEDIAN_MS = 20.0
_PROCESSES = 4
_SECONDS = 15.0
_SETTINGS = {"fsync": "on", "full_page_writes": "on", "max_connections": "500"}
_TURNS = 5
_WARM_UP_TICKETS = 10
_AGENT = Person(login=AgentId("writer"), name="Writer", roles=frozenset({Role.AGENT}))
_PASSWORD = "correct horse battery"
_CUSTOMERS_EACH = 1_000
"""Customers of each measurement: a second ticket about the same would be a repeat."""

T = TypeVar("T")

Save = Callable[[], None]
"""Saves one ticket and returns when it is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a writing process is told: the database, and what its tickets are about."""

    url: str
    customers: tuple[CustomerId, ...]
    categories: tuple[CategoryId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Writers of one kind, "raw" or "ours", each with a connection that is kept.

    pause_seconds: between the beginnings of two tickets of one writer, 0.0 for without a pause.
    """

    kind: str
    writers: int
    pause_seconds: float = 0.0


class Span(NamedTuple):
    """When writing begins and for how long; phase: the writer's place in a pause, 0.0 to 1.0."""

    began: float
    seconds: float
    phase: float


_RAW = Task(kind="raw", writers=WRITERS)
_OURS = Task(kind="ours", writers=WRITERS)
_CALM = Task(kind="ours", writers=DESKS, pause_seconds=1.0)


def run(seconds: float = _SECONDS) -> dict[str, Any]:
    """Return transactions per second and latencies of both, and those of 200 calm desks.

    The two take turns: what else the machine does then troubles both alike.
    """
    with PostgresServer(settings=_SETTINGS, in_memory=False) as server:
        places = _prepared(server, 3)
        with ExitStack() as stack:
            raw = stack.enter_context(_writing(places[0], _RAW))
            ours = stack.enter_context(_writing(places[1], _OURS))
            turns = [(raw(seconds / _TURNS), ours(seconds / _TURNS)) for _ in range(_TURNS)]
        with _writing(places[2], _CALM) as calm:
            calmly = calm(seconds)
    by_raw, by_us = (
        [taken for turn in side for taken in turn] for side in zip(*turns, strict=True)
    )
    ratios = [len(ours) / len(raw) for raw, ours in turns]
    return {
        "writers": WRITERS,
        "ours": _figures(by_us, seconds),
        "raw": _figures(by_raw, seconds),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_of_each_turn": [round(ratio, 2) for ratio in ratios],
        "calm": {"desks": DESKS, **_figures(calmly, seconds)},
        "allowed_median_ms": ALLOWED_MEDIAN_MS,
    }


def _figures(taken: Sequence[float], seconds: float) -> dict[str, float]:
    return {
        "tickets_per_second": round(len(taken) / seconds, 1),
        "median_ms": median_ms(taken),
        "p99_ms": percentile_ms(taken, 0.99),
    }


def _prepared(server: PostgresServer, measurements: int) -> list[Place]:
    """Return the same database with other customers for each measurement."""
    name = server.create_database()
    url = server.url(name)
    migrate(url, password=server.password)
    with open_people(url, password=server.password) as people:
        people.add(_AGENT.login, name=_AGENT.name, roles=_AGENT.roles, password=_PASSWORD)
    now = datetime.now(UTC)
    places = []
    with PostgresDatabase(url=url, password=server.password, readers=1) as database:
        categories = database.read(lambda unit: unit.catalogue.categories())
        for _ in range(measurements):
            customers = [CustomerId(new_uuid7(now)) for _ in range(_CUSTOMERS_EACH)]
            with database.transaction(limit_seconds=60.0) as connection:
                insert_customers(connection, [Customer(id=id_, name="王伟") for id_ in customers])
            place = Place(
                url=server.url(name, user=_AGENT.login),
                customers=tuple(customers),
                categories=tuple(category.id for category in categories if category.parent_id),
            )
            places.append(place)
    return places


@contextmanager
def _writing(place: Place, task: Task) -> Iterator[Callable[[float], list[float]]]:
    """Yield what lets all writers write for some seconds and returns what each ticket took."""
    context = multiprocessing.get_context("spawn")
    share = task.writers // _PROCESSES
    pipes: list[Pipe] = []
    processes = []
    for number in range(_PROCESSES):
        ours, theirs = context.Pipe()
        mine = range(number * share, (number + 1) * share)
        processes.append(context.Process(target=_process, args=(place, task, mine, theirs)))
        processes[-1].start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()

    def write(seconds: float) -> list[float]:
        for pipe in pipes:
            pipe.send(seconds)
        return [taken for pipe in pipes for taken in pipe.recv()]

    yield write
    for pipe in pipes:
        pipe.send(None)
    for process in processes:
        process.join()


def _process(place: Place, task: Task, writers: range, pipe: Pipe) -> None:
    """Write whenever the pipe gives a number of seconds, and send what each ticket took."""
    with ExitStack() as closing:
        saves = [_writer(place, task, number, closing) for number in writers]
        for save in saves:
            for _ in range(_WARM_UP_TICKETS):
                save()
        pool = closing.enter_context(ThreadPoolExecutor(len(saves)))
        pipe.send("ready")
        while seconds := pipe.recv():
            began = monotonic()
            running = [
                pool.submit(_write, save, task, Span(began, seconds, number / task.writers))
                for number, save in zip(writers, saves, strict=True)
            ]
            pipe.send([taken for writing in running for taken in writing.result()])


def _writer(place: Place, task: Task, number: int, closing: ExitStack) -> Save:
    forms = _forms(place, share=number / task.writers)
    if task.kind == "raw":
        connection = psycopg.connect(place.url, password=_PASSWORD, prepare_threshold=0)
        closing.enter_context(connection)
        raw = RawTicket(connection, actor=_AGENT.login)
        return lambda: raw.save(next(forms))
    database = PostgresDatabase(url=place.url, password=_PASSWORD, readers=1)
    closing.enter_context(database)
    return _our_writer(database, forms)


def _our_writer(database: PostgresDatabase, forms: Iterator[TicketForm]) -> Save:
    clock, access = _Clock(), Access(_AGENT)
    commands = Commands(clock=clock, agent_id=_AGENT.login, region="CN")
    tickets = Tickets(
        storage=_Blocking(database),
        bus=EventBus(),
        clock=clock,
        commands=commands,
        repeat_window=timedelta(days=7),
        access=access,
    )

    def save() -> None:
        _at_once(tickets.log(next(forms), None))

    return save


def _forms(place: Place, *, share: float) -> Iterator[TicketForm]:
    """Return tickets, none a repeat of another: each is about the next category of a customer.

    share: of all customers and categories lies before the first one, from 0.0 to 1.0.
    """
    now = datetime.now(UTC)
    kinds = [(customer, kind) for kind in place.categories for customer in place.customers]
    for number in count(round(share * len(kinds))):
        customer_id, category_id = kinds[number % len(kinds)]
        yield TicketForm(
            customer_id=customer_id,
            category_id=category_id,
            subject=f"Refund of order {number}",
            description="The parcel came back and the money did not.",
            new_id=TicketId(new_uuid7(now)),
        )


def _write(save: Save, task: Task, span: Span) -> list[float]:
    """Return what each ticket took until the time is over."""
    taken = []
    for turn in count():
        due = span.began + (turn + span.phase) * task.pause_seconds
        if max(monotonic(), due) >= span.began + span.seconds:
            break
        sleep(max(0.0, due - monotonic()))
        at = perf_counter()
        save()
        taken.append(perf_counter() - at)
    return taken


class _Clock:
    """``ports.clock.Clock`` of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Blocking:
    """``ports.storage.Storage`` on the thread that asks: a writer is one thread, as on a desk."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    async def open(self) -> None:
        """Do nothing: whoever made it opened it."""

    async def close(self) -> None:
        """Do nothing: whoever made it closes it."""

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        return self._database.read(work, timeout_seconds=timeout_seconds)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        return self._database.write(work)


def _at_once(working: Coroutine[Any, Any, object]) -> None:
    """Run what never waits for a loop."""
    with suppress(StopIteration):
        working.send(None)
        raise AssertionError("it waits")


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
