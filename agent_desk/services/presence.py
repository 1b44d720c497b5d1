"""The desk on the floor: its heartbeat, what it says of itself, and what it sees of the others.

Runs on the `desk-loop` thread. Pauses are real time, also in a fast simulation: others watch.
Ages come from the loop's monotonic clock, so that a step of this machine's clock changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import dataclass

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentStateChangedEvent
from agent_desk.domain.errors import AgentDeskError, RightsError, StorageError
from agent_desk.domain.identifiers import CallId, DeskId
from agent_desk.domain.presence import (
    BEAT_SECONDS,
    GONE_AFTER_SECONDS,
    BeatAnswer,
    DeskReport,
    Floor,
    PresentCall,
    Seat,
)
from agent_desk.domain.rights import Right
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage
from agent_desk.services.access import Access
from agent_desk.services.agent_session import AgentSession
from agent_desk.services.call_control import CallControl, CallsChangedEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.lost_desks import ClosedDesk, DeskReturnedEvent, close_lost_desks
from agent_desk.services.wallboard import QueuesChangedEvent

_log = logging.getLogger(__name__)

GATHER_SECONDS = 0.1
"""Pause before a change is reported: the steps of one moment become one report."""

LOOKERS = 10
"""Desks that look for dead ones within one pause between beats, on average and by chance.

A look reads every desk's row, which all of them rewrite meanwhile: five hundred looks at five
hundred rows kept a server busy with nothing else. That none looks has a chance of e^-10.
"""

LATE_SECONDS = 0.5
"""By so much may this desk's own beats be late when it judges the silence of others.

A server that stood still for a moment held up everybody's beats; whoever was before the others in
the queue afterwards would take them for dead.
"""

LOOK_SECONDS = 1.0
"""Pause between two looks at the floor while somebody watches it."""

LOOK_TIMEOUT_SECONDS = 3.0
"""Longest wait for the floor; then what was seen last is shown as old."""

LEAVE_SECONDS = 2.0
"""Longest wait for the database when the desk stops; the others see it gone soon anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorChangedEvent:
    """The floor as seen now; with ``error`` it could not be seen, and ``floor`` is the last one."""

    floor: Floor | None
    error: AgentDeskError | None = None


class Presence:
    """Says that this desk lives, closes what dead desks left, and watches the floor on demand."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        agent: AgentSession,
        calls: CallControl,
        seat: Seat,
        access: Access,
    ) -> None:
        """``seat`` is this run of the desk; nothing is told before ``start``."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._agent = agent
        self._calls = calls
        self._seat = seat
        self._access = access
        self._state_began = 0.0
        self._calls_began: dict[CallId, float] = {}
        self._queues: tuple[QueueStatus, ...] = ()
        self._has_news = True
        self._desks = 0
        self._closings = 0
        self._last_beat: float | None = None
        self._steady_since = 0.0
        self._wake = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._floor: Floor | None = None
        bus.subscribe(AgentStateChangedEvent, self._on_agent_state)
        bus.subscribe(CallsChangedEvent, self._on_calls)
        bus.subscribe(QueuesChangedEvent, self._on_queues)

    @property
    def desk_id(self) -> DeskId:
        """This run of the desk, by which the floor knows it."""
        return self._seat.desk_id

    async def start(self) -> None:
        """Begin to beat, unless the person here only looks."""
        if not self._access.is_acting:
            return
        self._state_began = _monotonic()
        self._beating = asyncio.create_task(self._run(), name="presence")

    async def stop(self) -> None:
        """Stop beating and leave the floor, as far as the database answers in time."""
        await self.unwatch()
        task, self._beating = self._beating, None
        if task is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # Whoever was barred meanwhile may not even leave; the desk falls silent then.
        with suppress(StorageError, RightsError, TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._storage.write(lambda uow: uow.presence.leave(self._seat.desk_id))

    async def watch(self) -> None:
        """Look at the floor at once and every second from now on; raises RightsError."""
        self._access.require(Right.SEE_FLOOR)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="floor-watch")

    async def unwatch(self) -> None:
        """Stop looking at the floor."""
        task, self._watching = self._watching, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def report(self) -> DeskReport:
        """Return what this desk says of itself now."""
        now = _monotonic()
        status = self._agent.status()
        return DeskReport(
            desk_id=self._seat.desk_id,
            agent_id=self._agent.agent_id,
            agent_name=self._seat.agent_name,
            state=status.state,
            state_seconds=now - self._state_began,
            reason=status.reason,
            busy_kind=status.busy_kind,
            calls=tuple(
                PresentCall(
                    call_id=call.call_id,
                    direction=call.direction,
                    state=call.state,
                    queue_id=call.queue_id,
                    seconds=now - self._calls_began.get(call.call_id, now),
                )
                for call in self._calls.calls.values()
            ),
            queues=self._queues,
        )

    async def _run(self) -> None:
        while True:
            try:
                await self._beat()
            except AgentDeskError as error:
                # The recorder says that the database is away; a beat is worth nothing later.
                _log.info("no heartbeat: %s", error)
            except Exception:  # noqa: BLE001 a desk that lives must not look dead for a defect
                _log.exception("heartbeat failed")
            await self._next_beat()

    async def _next_beat(self) -> None:
        """Return when there is news, gathered for a moment, or when it is time to beat again."""
        with suppress(TimeoutError):
            # Not all at once: five hundred desks that a server's restart found are five hundred.
            async with asyncio.timeout(BEAT_SECONDS * random.uniform(0.9, 1.0)):
                await self._wake.wait()
        self._wake.clear()
        await asyncio.sleep(GATHER_SECONDS if self._has_news else 0)

    async def _beat(self) -> None:
        began = _monotonic()
        answer = await self._told()
        if not answer.is_known:
            self._has_news = True
            answer = await self._told()
        if answer.closings > self._closings:
            _log.warning("this desk was cut off; others took it for dead and ended its calls")
            self._bus.publish(DeskReturnedEvent())
        self._closings = answer.closings
        if self._is_steady(began) and self._access.may(Right.SEE_FLOOR):
            await self._look_around()

    def _is_steady(self, began: float) -> bool:
        """Return whether this desk has beaten in time long enough to judge the silence of others.

        After the database was away or stood still everybody was silent: they get the time to come
        back. ``began``: when the beat that was just answered was sent.
        """
        now = _monotonic()
        last = self._last_beat
        if last is None or now - min(began, last + BEAT_SECONDS) > LATE_SECONDS:
            self._steady_since = now
        self._last_beat = now
        return now - self._steady_since >= GONE_AFTER_SECONDS

    async def _told(self) -> BeatAnswer:
        """Tell the database the news, or only that this desk lives, and return its answer."""
        if not self._has_news:
            return await self._storage.write(lambda uow: uow.presence.beat(self._seat.desk_id))
        self._has_news = False
        report = self.report()
        try:
            return await self._storage.write(lambda uow: uow.presence.report(report))
        except BaseException:
            self._has_news = True
            raise

    async def _look_around(self) -> None:
        """Close what dead desks have left, when it is this desk's turn to look for them."""
        if random.random() * self._desks >= LOOKERS:
            return
        outlook = await self._storage.read(lambda uow: uow.presence.outlook())
        self._desks = outlook.desks
        if not outlook.gone:
            return
        now = self._clock.now()
        for desk in await self._storage.write(lambda uow: close_lost_desks(uow, now)):
            _log_closed(desk)

    async def _watch(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        try:
            self._floor = await self._storage.read(
                lambda uow: uow.presence.floor(), timeout_seconds=LOOK_TIMEOUT_SECONDS
            )
        except AgentDeskError as error:
            self._bus.publish(FloorChangedEvent(floor=self._floor, error=error))
        else:
            self._bus.publish(FloorChangedEvent(floor=self._floor))

    def _on_agent_state(self, event: AgentStateChangedEvent) -> None:
        if event.status.agent_id == self._agent.agent_id:
            self._state_began = _monotonic()
            self._tell_soon()

    def _on_calls(self, event: CallsChangedEvent) -> None:
        now = _monotonic()
        self._calls_began = {
            call.call_id: self._calls_began.get(call.call_id, now) for call in event.calls
        }
        self._tell_soon()

    def _on_queues(self, event: QueuesChangedEvent) -> None:
        """Keep the figures for the next beat: waiting times change every second."""
        self._queues = event.queues
        self._has_news = True

    def _tell_soon(self) -> None:
        self._has_news = True
        self._wake.set()


def _log_closed(desk: ClosedDesk) -> None:
    """Say what became of a desk; one that left and left nothing behind is no news."""
    if desk.left and not desk.calls and not desk.items:
        return
    _log.info(
        "desk of %s %s: %d calls ended, %d pieces of work given back",
        desk.agent_name,
        "left" if desk.left else "is gone",
        desk.calls,
        desk.items,
    )


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
