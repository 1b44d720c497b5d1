"""Many desks at once on one PostgreSQL: nothing is handed out twice, no desk closed twice."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from agent_desk.domain.claim import WorkItem, WorkKind
from agent_desk.domain.errors import AgentDeskError, StaleClaimError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, DeskId, WorkItemId
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from agent_desk.domain.presence import GONE_AFTER_SECONDS
from agent_desk.domain.ticket import Priority
from agent_desk.services.interactions import interaction_event
from agent_desk.services.lost_desks import close_lost_desks
from agent_desk.services.recorder import apply_events
from db.claim_tables import work_items
from db.postgres_database import PostgresDatabase
from tests.contracts.database_samples import connection_of, fall_silent
from tests.contracts.presence_contract import a_report
from tests.contracts.storage_samples import NOW, a_call, fresh_id
from tests.servers.fixtures import Floor

WORKERS = 16
ITEMS = 400
PATIENCE_SECONDS = 60.0


@contextmanager
def connected(floor: Floor) -> Iterator[PostgresDatabase]:
    with PostgresDatabase(url=floor.url, password=floor.password, readers=1) as database:
        yield database


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with connected(floor) as database:
        yield database


class WorkerKilledError(Exception):
    """A worker was killed in the middle of its work."""


class Worker:
    """A desk that takes work, does it, and now and then is killed with work in its hands."""

    def __init__(self, floor: Floor, seed: int, done: threading.Event) -> None:
        self._floor = floor
        self._chance = random.Random(seed)
        self._done = done
        self.finished: list[str] = []
        self.refused = 0
        self.deaths = 0

    def run(self) -> None:
        while not self._done.is_set():
            with suppress(WorkerKilledError), connected(self._floor) as database:
                self._work(database, DeskId(fresh_id()))

    def _work(self, database: PostgresDatabase, desk_id: DeskId) -> None:
        while not self._done.is_set():
            claims = database.write(
                lambda unit: unit.claims.take(
                    WorkKind.DIAL,
                    desk_id=desk_id,
                    agent_id=AgentId("agent"),
                    most=self._chance.randint(1, 4),
                    lease_seconds=0.2,
                )
            )
            if claims and self._chance.random() < 0.08:
                self._be_killed(database)
            for claim in claims:
                try:
                    database.write(lambda unit, c=claim: unit.claims.finish(c))  # type: ignore[misc]
                except StaleClaimError:
                    self.refused += 1
                else:
                    self.finished.append(claim.item.id)

    def _be_killed(self, database: PostgresDatabase) -> None:
        """Lose the connection with everything in its hands: nobody says goodbye."""
        self.deaths += 1
        with suppress(AgentDeskError, DBAPIError):
            database.write(
                lambda unit: connection_of(unit).execute(
                    text("SELECT pg_terminate_backend(pg_backend_pid())")
                )
            )
        raise WorkerKilledError


def put_items(database: PostgresDatabase) -> set[str]:
    items = [
        WorkItem(
            id=WorkItemId(fresh_id()),
            kind=WorkKind.DIAL,
            subject_id=fresh_id(),
            due_at=NOW,
            priority=list(Priority)[number % 4],
        )
        for number in range(ITEMS)
    ]

    def work(unit: object) -> None:
        for item in items:
            unit.claims.put(item, at=NOW)  # type: ignore[attr-defined]

    database.write(work)
    return {item.id for item in items}


def left(database: PostgresDatabase) -> int:
    unfinished = select(func.count()).where(work_items.c.finished_at.is_(None))
    return database.read(lambda unit: int(connection_of(unit).execute(unfinished).scalar_one()))


def test_sixteen_workers_that_are_killed_do_everything_exactly_once(
    floor: Floor, database: PostgresDatabase
) -> None:
    wanted = put_items(database)
    done = threading.Event()
    workers = [Worker(floor, seed, done) for seed in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(worker.run) for worker in workers]
        try:
            while left(database) and not any(task.done() for task in running):
                pass
        finally:
            done.set()
        for task in running:
            task.result(PATIENCE_SECONDS)

    finished = Counter(item for worker in workers for item in worker.finished)
    assert set(finished) == wanted
    assert [item for item, times in finished.items() if times > 1] == []
    assert sum(worker.deaths for worker in workers) > 0


def test_a_take_never_waits_for_another_desks_take(
    floor: Floor, database: PostgresDatabase
) -> None:
    put_items(database)

    def take(unit: object) -> set[str]:
        claims = unit.claims.take(  # type: ignore[attr-defined]
            WorkKind.DIAL, desk_id=DeskId(fresh_id()), agent_id=AgentId("agent"), most=50
        )
        return {claim.item.id for claim in claims}

    def both(unit: object) -> tuple[set[str], set[str]]:
        """Take, and before this is committed let another desk take too."""
        mine = take(unit)
        with connected(floor) as other:
            return mine, other.write(take)

    mine, theirs = database.write(both)

    assert len(mine) == len(theirs) == 50
    assert not mine & theirs


def a_lost_desk(database: PostgresDatabase, agent: str) -> Interaction:
    """Return the record of the call in which the desk of ``agent`` died."""
    record = replace(
        a_call(began_at=NOW, answered_at=NOW, ended_at=None),
        agent_id=AgentId(agent),
        outcome=InteractionOutcome.TALKING,
    )
    report = a_report(agent)
    event = interaction_event("Answered", record, at=NOW)
    database.write(lambda unit: apply_events(unit, [event]))
    database.write(lambda unit: unit.presence.report(report))
    fall_silent(database, report.desk_id, GONE_AFTER_SECONDS + 1)
    return record


def test_a_room_of_dead_desks_is_closed_once_by_all_who_noticed(
    floor: Floor, database: PostgresDatabase
) -> None:
    records = [a_lost_desk(database, f"agent {number}") for number in range(30)]
    barrier = threading.Barrier(6)

    def close() -> list[str]:
        closed: list[str] = []
        with connected(floor) as desk:
            barrier.wait(PATIENCE_SECONDS)
            while found := desk.write(lambda unit: close_lost_desks(unit, NOW)):
                closed += [lost.agent_name for lost in found]
        return closed

    with ThreadPoolExecutor(6) as pool:
        closed = [task.result() for task in [pool.submit(close) for _ in range(6)]]

    assert sorted(name for names in closed for name in names) == sorted(
        record.agent_id for record in records
    )
    for record in records:
        log = database.read(lambda unit, r=record: unit.events.of(Stream.INTERACTION, r.id))  # type: ignore[misc]
        assert [event.kind for event in log] == ["Answered", "DeskLost"]


def test_who_comes_back_just_then_writes_the_true_end(
    floor: Floor, database: PostgresDatabase
) -> None:
    record = a_lost_desk(database, "agent")
    ended_at = NOW + timedelta(minutes=3)
    ended = replace(record, ended_at=ended_at, outcome=InteractionOutcome.ANSWERED)
    event = interaction_event("Ended", ended, at=ended_at)

    def close() -> int:
        with connected(floor) as desk:
            (lost,) = desk.write(lambda unit: close_lost_desks(unit, NOW))
            return lost.calls

    with ThreadPoolExecutor(1) as pool, connected(floor) as watcher:

        def come_back(unit: object) -> Callable[[], int]:
            """Write the end, and before this is committed let another desk close the call."""
            apply_events(unit, [event])  # type: ignore[arg-type]
            closing = pool.submit(close)
            while not closing.done() and not _somebody_waits(watcher):
                pass
            return closing.result

        closed_calls = database.write(come_back)

        assert closed_calls() == 0
    stored = database.read(lambda unit: unit.interactions.get(record.id))
    assert (stored.outcome, stored.ended_at) == (InteractionOutcome.ANSWERED, ended_at)


def _somebody_waits(database: PostgresDatabase) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return database.read(lambda unit: bool(connection_of(unit).execute(waiting).scalar_one()))
