"""Service levels of the orders that are under way, and the escalations that came of them.

Runs on the `desk-loop` thread. Nothing is counted between two looks: each order's clock says when
something is due next, and until then only what happens to orders is read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.errors import AgentDeskError, InputError, NotFoundError
from agent_desk.domain.escalation import (
    Escalation,
    EscalationAcknowledgedEvent,
    escalations,
    open_for,
    require_told,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.service_clock import (
    Deadline,
    ServiceAlert,
    ServiceClock,
    ServiceMoment,
    follow,
)
from agent_desk.domain.service_target import ServicePolicy
from agent_desk.ports.clock import Clock
from agent_desk.ports.service_log import ServiceLog
from agent_desk.services.access import Access
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""Longest pause between two looks: acknowledgements of other desks are seen by then."""

RETRY_SECONDS = 5.0
"""Pause before what could not be read is asked for again."""

GATHER_SECONDS = 0.1
"""Pause before a look that a change asked for: the changes of one moment become one look."""

SETTLE_SECONDS = 0.001
"""Pause after a mark: a clock is on time at the instant it is due, and late after it."""

ORDERS_AT_ONCE = 200
"""Orders worked out before the loop gets its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevelsChangedEvent:
    """Orders were late or warned of, or somebody took note.

    orders: whose alerts or clocks changed. listed: all escalations, the open ones first.
    """

    orders: frozenset[WorkOrderId]
    listed: tuple[Escalation, ...]


@dataclass(frozen=True, slots=True)
class _Watched:
    """An order as it was last worked out; next_at: when something is due, None for never."""

    clock: ServiceClock
    alerts: tuple[ServiceAlert, ...]
    next_at: datetime | None


class ServiceLevels:
    """Follows every order's clock, and tells the desk what is late."""

    def __init__(
        self, *, log: ServiceLog, policy: ServicePolicy, bus: EventBus, clock: Clock, access: Access
    ) -> None:
        """Nothing is read before ``start``."""
        self._log = log
        self._policy = policy
        self._bus = bus
        self._clock = clock
        self._access = access
        self._watched: dict[WorkOrderId, _Watched] = {}
        self._acknowledged: Sequence[EscalationAcknowledgedEvent] = ()
        self._listed: tuple[Escalation, ...] = ()
        # Which orders have to be read; None for all of them.
        self._wanted: frozenset[WorkOrderId] | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        bus.subscribe(WorkOrderChangedEvent, lambda event: self._read_soon({event.order.id}))
        bus.subscribe(SharedRecordsChangedEvent, self._on_changes)
        bus.subscribe(SharedRecordsReloadEvent, lambda _: self._read_soon(None))

    async def start(self) -> None:
        """Read every order and begin to follow them."""
        self._task = asyncio.create_task(self._run(), name="service-levels")

    async def stop(self) -> None:
        """Follow nothing any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def listed(self) -> tuple[Escalation, ...]:
        """All escalations as last seen, the open ones first."""
        return self._listed

    @property
    def mine(self) -> tuple[Escalation, ...]:
        """What the person at this desk has to acknowledge."""
        return open_for(self._listed, self._access.person.roles)

    def deadline(self, order_id: WorkOrderId) -> Deadline | None:
        """Return the clock that the order has now, None when it has none or is not followed."""
        watched = self._watched.get(order_id)
        return watched.clock.deadline(self._policy) if watched else None

    async def acknowledge(self, order_id: WorkOrderId, alert_key: str, note: str = "") -> None:
        """Say that somebody looks after an escalation; doing so twice changes nothing.

        Raises NotFoundError, RightsError when another role was told, and StorageError.
        """
        for escalation in self._listed:
            if (escalation.order_id, escalation.alert.key) == (order_id, alert_key):
                break
        else:
            raise NotFoundError(subject="Escalation", id=alert_key)
        require_told(escalation, self._access.person.roles)
        if not escalation.is_open:
            return
        await self._log.acknowledge(
            EscalationAcknowledgedEvent(
                order_id=order_id,
                alert_key=alert_key,
                by=self._access.login,
                at=self._clock.now(),
                note=note.strip(),
            )
        )
        self._wake.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
                await self._pause()
            except Exception:  # noqa: BLE001 a board must not stand still for a defect
                _log.exception("service levels failed")
                await self._clock.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        try:
            await self._read()
        except AgentDeskError as error:
            # Time goes on without the database: what is known already can still become late.
            _log.info("service levels not read: %s", error)
        now = self._clock.now()
        watched = {
            order_id: self._worked_out(one.clock, now)
            if one.next_at is not None and one.next_at < now
            else one
            for order_id, one in self._watched.items()
        }
        self._show(watched)

    async def _read(self) -> None:
        """Read what was asked for; leaves it asked for when that fails."""
        wanted, self._wanted = self._wanted, frozenset()
        try:
            moments = {} if wanted == frozenset() else await self._log.moments(wanted)
            self._acknowledged = await self._log.acknowledged()
        except BaseException:
            self._read_again(wanted)
            raise
        now = self._clock.now()
        watched = {} if wanted is None else dict(self._watched)
        for place, (order_id, of_order) in enumerate(moments.items(), 1):
            self._follow(watched, order_id, of_order, now)
            if place % ORDERS_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._show(watched)

    def _follow(
        self,
        watched: dict[WorkOrderId, _Watched],
        order_id: WorkOrderId,
        moments: Sequence[ServiceMoment],
        now: datetime,
    ) -> None:
        try:
            watched[order_id] = self._worked_out(follow(moments, self._policy), now)
        except InputError as error:
            # A newer program may know states that this one does not.
            _log.warning("order %s has no service level here: %s", order_id, error)
            watched.pop(order_id, None)

    def _worked_out(self, clock: ServiceClock, now: datetime) -> _Watched:
        deadline = clock.deadline(self._policy)
        return _Watched(
            clock=clock,
            alerts=clock.alerts_until(self._policy, now),
            next_at=deadline.next_mark_at(now) if deadline else None,
        )

    def _show(self, watched: dict[WorkOrderId, _Watched]) -> None:
        """Know ``watched`` from now on, and publish what is new in it."""
        before, self._watched = self._watched, watched
        alerts = {order_id: one.alerts for order_id, one in watched.items()}
        listed = escalations(alerts, self._acknowledged)
        news = {key: one for key, one in watched.items() if before.get(key) is not one}
        changed = {key for key, one in news.items() if before.get(key) != one}
        changed |= before.keys() - watched.keys()
        if changed or listed != self._listed:
            self._listed = listed
            self._bus.publish(ServiceLevelsChangedEvent(orders=frozenset(changed), listed=listed))

    async def _pause(self) -> None:
        """Return when a mark is reached, something happened, or after LOOK_SECONDS."""
        now = self._clock.now()
        ahead = [one.next_at for one in self._watched.values() if one.next_at is not None]
        seconds = LOOK_SECONDS if self._wanted == frozenset() else RETRY_SECONDS
        if ahead:
            seconds = min(seconds, (min(ahead) - now).total_seconds() + SETTLE_SECONDS)
        waits = {
            asyncio.create_task(self._clock.sleep(seconds)),
            asyncio.create_task(self._wake.wait()),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if self._wake.is_set():
            await asyncio.sleep(GATHER_SECONDS)
        self._wake.clear()

    def _on_changes(self, event: SharedRecordsChangedEvent) -> None:
        if changed := event.ids(Stream.WORK_ORDER):
            self._read_soon({WorkOrderId(order_id) for order_id in changed})

    def _read_soon(self, orders: Collection[WorkOrderId] | None) -> None:
        self._read_again(orders)
        self._wake.set()

    def _read_again(self, orders: Collection[WorkOrderId] | None) -> None:
        if orders is None or self._wanted is None:
            self._wanted = None
        else:
            self._wanted = self._wanted.union(orders)
