"""One process of a floor under load: many desks on one loop, told what to do through a pipe."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from random import Random
from time import monotonic, process_time
from typing import TYPE_CHECKING, Any

from agent_desk.bootstrap.lifeline import end_with_parent
from agent_desk.bootstrap.load.agent_at_work import AgentAtWork
from agent_desk.bootstrap.load.department_at_work import DepartmentAtWork
from agent_desk.bootstrap.load.metered_storage import OPENED, MeteredStorage
from agent_desk.bootstrap.load.plan import Begin, Failed, Hear, LoadSeat, Settle, WorkerTask
from agent_desk.bootstrap.load.tally import Belief, Operation, Tally, note_reread
from agent_desk.domain.change import ChangeBatch, FeedStateChangedEvent
from agent_desk.domain.errors import AgentDeskError, ServerAwayError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import calling_code
from agent_desk.domain.rights import Role
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.services.outbox import KeptAppliedEvent

if TYPE_CHECKING:
    from agent_desk.ports.change_feed import ChangeFeed
    from telephony.simulator.simulation import Simulation

    _Opened = tuple[Desk, Simulation, ChangeFeed]

_log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a person tries to sign in at a server that has no time while a whole floor arrives."""

LAG_SECONDS = 0.1
"""Pause between two measurements of how late the loop is."""

_QUIET_SECONDS = 3600.0
"""Longer than any call here lasts: the agent hangs up, or the end of the run does."""


def run_worker(task: WorkerTask, pipe: Pipe) -> None:
    """Open the desks, work and settle as the pipe says, and answer with the tally.

    The pipe gives `Begin`, `Settle` and `Hear`, and takes "ready", the number of tickets, "settled"
    and the tally.
    """
    # An interrupt on the terminal is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    tally = Tally()
    logging.getLogger().addHandler(_TroubleHandler(tally.troubles))
    try:
        asyncio.run(_Worker(task, tally, pipe).run())
    except AgentDeskError as error:
        pipe.send(Failed(reason=str(error)))


class _Worker:
    def __init__(self, task: WorkerTask, tally: Tally, pipe: Pipe) -> None:
        self._task = task
        self._tally = tally
        self._pipe = pipe
        self._random = Random(task.seed)
        self._agents: list[AgentAtWork] = []
        self._departments: list[DepartmentAtWork] = []
        self._desks: list[Desk] = []

    async def run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="agent-desk-load-") as folder:
            try:
                for seat in self._task.seats:
                    await self._open(seat, Path(folder))
                self._pipe.send("ready")
                await self._work(await self._told())
                self._pipe.send(sum(len(each.tickets) for each in self._tally.beliefs))
                await self._settle(await self._told())
                self._pipe.send("settled")
                await self._hear(await self._told())
                self._pipe.send(self._tally)
                # Until the parent has looked at the server as it is with everybody there.
                await self._told()
            finally:
                await asyncio.gather(*(desk.stop() for desk in self._desks))

    async def _told(self) -> Any:
        return await asyncio.to_thread(self._pipe.recv)

    # Opening

    async def _open(self, seat: LoadSeat, folder: Path) -> None:
        """Open the desk of ``seat`` and put its person there."""
        desk, simulation, feed = await self._signed_in(seat, folder)
        self._desks.append(desk)
        is_agent = seat.role is Role.AGENT
        belief = Belief(login=seat.login, hears_all=is_agent)
        self._tally.beliefs.append(belief)
        self._watch(desk, feed, belief)
        if not is_agent:
            department = DepartmentAtWork(
                desk=desk, share=seat.share, tally=self._tally, belief=belief
            )
            self._departments.append(department)
            return
        agent = AgentAtWork(
            desk=desk,
            ring=partial(_ring, simulation),
            numbers=seat.numbers,
            tally=self._tally,
            belief=belief,
            random=Random(self._random.random()),
        )
        await agent.prepare()
        self._agents.append(agent)

    async def _signed_in(self, seat: LoadSeat, folder: Path) -> _Opened:
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._started(seat, folder)
            except ServerAwayError as error:
                _log.info("%s tries again: %s", seat.login, error)
        return await self._started(seat, folder)

    async def _started(self, seat: LoadSeat, folder: Path) -> _Opened:
        from db.change_feed.postgres import PostgresChangeFeed
        from db.journal import FileJournal
        from db.postgres_storage import PostgresStorage
        from db.server_address import parse_server_address

        region = self._task.plan.region
        url = parse_server_address(self._task.address).for_login(seat.login).url
        inner = PostgresStorage(url=url, password=seat.password, calling_code=calling_code(region))
        storage = MeteredStorage(inner=inner, tally=self._tally)
        await storage.open()
        try:
            person = await storage.read(lambda uow: uow.people.sign_in(seat.login, seat.password))
            simulation = _quiet_simulation()
            feed = PostgresChangeFeed(url=url, password=seat.password)
            ports = DeskPorts(
                switch=simulation.switch,
                media=simulation.media,
                clock=simulation.clock,
                storage=storage,
                journal=FileJournal(path=folder / f"{seat.login}.db"),
                feed=feed,
            )
            profile = DeskProfile(
                agent_id=seat.login, region=region, agent_name=person.name, person=person
            )
            desk = Desk(ports=ports, profile=profile)
            await desk.start()
        except BaseException:
            await storage.close()
            raise
        return desk, simulation, feed

    def _watch(self, desk: Desk, feed: ChangeFeed, belief: Belief) -> None:
        def on_changes(event: SharedRecordsChangedEvent) -> None:
            for change in event.changes:
                if change.stream is Stream.TICKET and change.kind == OPENED:
                    self._tally.hear(belief, change.id)

        def on_kept(_: KeptAppliedEvent) -> None:
            self._tally.kept += 1

        def on_feed(event: ChangeBatch | FeedStateChangedEvent) -> None:
            if isinstance(event, ChangeBatch) and event.reset:
                belief.reloads.append(event.position)

        feed.subscribe(on_feed)
        desk.bus.subscribe(SharedRecordsChangedEvent, on_changes)
        desk.bus.subscribe(KeptAppliedEvent, on_kept)

    # Working

    async def _work(self, begin: Begin) -> None:
        cpu = process_time()
        pause_seconds = 3600.0 / self._task.plan.calls_per_hour
        jobs = [agent.work(begin.until, pause_seconds=pause_seconds) for agent in self._agents]
        jobs += [department.work(begin.until) for department in self._departments]
        watching = asyncio.create_task(self._watch_the_loop())
        await asyncio.gather(*map(self._counted, jobs))
        watching.cancel()
        self._tally.cpu_seconds = process_time() - cpu

    async def _counted(self, job: Coroutine[Any, Any, None]) -> None:
        """Run ``job``; a desk that breaks is counted and hinders no other."""
        try:
            await job
        except Exception as error:  # noqa: BLE001 this is what the run looks for
            _log.exception("a desk has stopped working: %r", error)

    async def _watch_the_loop(self) -> None:
        while True:
            due = monotonic() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            self._tally.seconds[Operation.LOOP_DELAY].append(max(0.0, monotonic() - due))

    # Settling

    async def _settle(self, settle: Settle) -> None:
        """Wait until everything is written."""
        until = monotonic() + settle.patience_seconds
        while any(desk.outbox.kept for desk in self._desks) and monotonic() < until:
            await asyncio.sleep(LAG_SECONDS)
        for desk in self._desks:
            await desk.recorder.settled()

    async def _hear(self, hear: Hear) -> None:
        """Wait until every agent's desk was told of everything that others did."""
        until = monotonic() + hear.patience_seconds
        while not self._has_heard(hear) and monotonic() < until:
            await asyncio.sleep(LAG_SECONDS)

    def _has_heard(self, hear: Hear) -> bool:
        listening = [belief for belief in self._tally.beliefs if belief.hears_all]
        return not sum(note_reread(belief, hear.openings) for belief in listening)


class _TroubleHandler(logging.Handler):
    """Counts what is logged from WARNING on."""

    def __init__(self, troubles: Counter[str]) -> None:
        super().__init__(logging.WARNING)
        self._troubles = troubles

    def emit(self, record: logging.LogRecord) -> None:
        self._troubles[f"{record.levelname} {record.name}: {record.getMessage()}"] += 1


def _quiet_simulation() -> Simulation:
    """Return a telephone that rings only when it is told to."""
    from telephony.simulator.chance.distributions import fixed
    from telephony.simulator.scenario import OutsideScenario, single_queue_scenario
    from telephony.simulator.simulation import build_simulation

    scenario = single_queue_scenario(calls_per_hour=0.0, handling_seconds=60.0, agents=0)
    desk = replace(
        scenario.desk,
        ring_no_answer_seconds=_QUIET_SECONDS,
        skills=tuple(queue.queue_id for queue in scenario.queues),
    )
    outside = OutsideScenario(talk=fixed(_QUIET_SECONDS))
    return build_simulation(
        replace(scenario, desk=desk, outside=outside), starts_at=datetime.now(UTC)
    )


def _ring(simulation: Simulation, number: str) -> Any:
    from telephony.simulator.callers import Caller

    return simulation.switch.receive_call(Caller(number=number))
