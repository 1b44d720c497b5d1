"""Runs a floor under load and says what came of it."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from time import monotonic
from typing import TYPE_CHECKING, Any

from agent_desk.bootstrap.load.floor import own_floor, prepare, retire
from agent_desk.bootstrap.load.plan import (
    CONNECTIONS_PER_DESK,
    Begin,
    Failed,
    Hear,
    LoadPlan,
    LoadSeat,
    Settle,
    WorkerTask,
)
from agent_desk.bootstrap.load.relay_process import run_relay_process
from agent_desk.bootstrap.load.tally import Tally, delivery_seconds, latencies, merged
from agent_desk.bootstrap.load.verdict import is_flawless, verdict
from agent_desk.bootstrap.load.worker import run_worker
from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.errors import DatabaseUnavailableError, InputError

if TYPE_CHECKING:
    from db.stored_work import StoredWork

OPENING_SECONDS = 600.0
"""Longest wait until every desk is open."""

SETTLING_SECONDS = 60.0
"""Longest wait, when the work is over, until everything is written and heard of everywhere."""

_STOPPING_SECONDS = 120.0

_SHARED_MODULES = (
    "agent_desk.bootstrap.load.relay_process",
    "agent_desk.bootstrap.load.worker",
    "db.change_feed.postgres_reader",
    "db.change_feed.relay",
    "db.journal",
    "db.postgres_database",
    "db.postgres_storage",
    "telephony.simulator.simulation",
)
"""Read once for all processes where the system can fork: twenty would read them for a minute."""


def run_load(plan: LoadPlan, target: DatabaseTarget | None = None) -> dict[str, Any]:
    """Put the load of ``plan`` on the server ``target``, on one of its own when None.

    Returns the report, ready for JSON; its "flawless" says whether nothing was lost or doubled and
    nobody met an error. Raises InputError, RightsError, MissingProgramError, and StorageError.
    """
    if target is not None and not target.is_server:
        accepted = "a server's address: a database file has one desk"
        raise InputError(field="url", value=str(target.place), accepted=accepted)
    with ExitStack() as stack:
        floor = target or stack.enter_context(own_floor(plan))
        prepared_at = datetime.now(UTC)
        seats = prepare(floor, plan)
        if target is not None:
            stack.callback(retire, floor, seats)
        return _run(plan, floor, seats, prepared_at)


def _run(
    plan: LoadPlan, floor: DatabaseTarget, seats: Sequence[LoadSeat], prepared_at: datetime
) -> dict[str, Any]:
    from db.server_load import ServerLoad

    with (
        _process(run_relay_process, floor.url, floor.password) as relay,
        _workers(plan, floor, seats) as workers,
        ServerLoad(floor.url, password=floor.password) as server,
    ):
        _answers([relay, *workers], OPENING_SECONDS)
        _say(f"{len(seats)} desks are open; they work for {plan.minutes:g} minutes")
        before = server.sample()
        began = monotonic()
        planned = plan.minutes * 60.0
        _tell(workers, Begin(until=began + planned))
        tickets = sum(_answers(workers, planned + OPENING_SECONDS))
        seconds = monotonic() - began
        load = server.sample().since(before)
        _say(f"{tickets:,} tickets; the desks settle")
        _tell(workers, Settle(patience_seconds=SETTLING_SECONDS))
        _answers(workers, SETTLING_SECONDS + OPENING_SECONDS)
        stored = _stored(floor, seats, prepared_at)
        _tell(workers, Hear(openings=stored.openings, patience_seconds=SETTLING_SECONDS))
        tally = merged(_answers(workers, SETTLING_SECONDS + OPENING_SECONDS))
    return _report(plan, seconds, tally, load, _stored(floor, seats, prepared_at))


def _stored(floor: DatabaseTarget, seats: Sequence[LoadSeat], prepared_at: datetime) -> StoredWork:
    from db.stored_work import stored_work

    # Not since the work began: a simulated clock may be a moment late.
    logins = [seat.login for seat in seats]
    return stored_work(floor.url, password=floor.password, logins=logins, since=prepared_at)


def _report(
    plan: LoadPlan, seconds: float, tally: Tally, load: dict[str, Any], stored: StoredWork
) -> dict[str, Any]:
    found = verdict(tally, stored)
    operations = {str(kind): latencies(tally.seconds[kind]) for kind in tally.seconds}
    return {
        "flawless": is_flawless(found, tally.troubles),
        "desks": plan.desks,
        "department_desks": plan.department_desks,
        "processes": plan.processes,
        "connections_per_desk": CONNECTIONS_PER_DESK,
        "seconds": round(seconds, 1),
        "calls_per_hour_and_agent": plan.calls_per_hour,
        "verdict": found,
        "troubles": dict(tally.troubles),
        "operations": {**operations, "feed_delivery": latencies(delivery_seconds(tally))},
        "tickets_per_second": round(len(stored.tickets) / seconds, 2),
        "transactions_per_second": round(load["commits"] / seconds, 1),
        "server": load,
        "desks_cpu_seconds": round(tally.cpu_seconds, 1),
    }


# Processes


@contextmanager
def _workers(
    plan: LoadPlan, floor: DatabaseTarget, seats: Sequence[LoadSeat]
) -> Iterator[list[Pipe]]:
    """Yield the pipes of the processes, which share the desks."""
    address = _without_login(floor.url)
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                _process(
                    run_worker,
                    WorkerTask(
                        plan=plan,
                        address=address,
                        seats=seats[number :: plan.processes],
                        seed=plan.seed * plan.processes + number,
                    ),
                )
            )
            for number in range(plan.processes)
        ]


@contextmanager
def _process(run: Callable[..., None], *arguments: Any) -> Iterator[Pipe]:
    """Yield the pipe to a process of ``run``, which ends when the pipe says anything at last."""
    context = _context()
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
        ours.send(None)
        process.join(_STOPPING_SECONDS)
    finally:
        # Nothing happens to one that has ended by itself.
        process.kill()
        process.join()


def _context() -> Any:
    """Return how processes are started: forked from one without threads, else each from nothing."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_SHARED_MODULES))
    return context


def _tell(pipes: Sequence[Pipe], what: object) -> None:
    for pipe in pipes:
        pipe.send(what)


def _answers(pipes: Sequence[Pipe], patience_seconds: float) -> list[Any]:
    """Return what every process says next; raises StorageError when one cannot go on."""
    until = monotonic() + patience_seconds
    return [_answer(pipe, max(0.0, until - monotonic())) for pipe in pipes]


def _answer(pipe: Pipe, patience_seconds: float) -> Any:
    try:
        answer = pipe.recv() if pipe.poll(patience_seconds) else Failed(reason="it hangs")
    except EOFError:
        answer = Failed(reason="it has died")
    if isinstance(answer, Failed):
        raise DatabaseUnavailableError(path="the floor under load", reason=answer.reason)
    return answer


def _without_login(url: str) -> str:
    from db.server_address import parse_server_address

    return parse_server_address(url).for_login("").url


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
