"""Service levels of the orders that are under way, and the escalations that came of them.

Runs on the `desk-loop` thread. Nothing is counted between two looks: each order's clock says when
something is due next, and until then only what happens to orders is read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_desk.domain.builtin_service_policy import builtin_policy
from agent_desk.domain.errors import AgentDeskError, InputError, NotFoundError
from agent_desk.domain.escalation import (
    Escalation,
    EscalationAcknowledgedEvent,
    escalations,
    in_order,
    open_for,
    require_told,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import (
    CommandId,
    EventId,
    WorkOrderId,
    derived_uuid7,
    new_uuid7,
)
from agent_desk.domain.kept_command import KeptState
from agent_desk.domain.loop_command import AcknowledgeEscalation
from agent_desk.domain.service_clock import Deadline, ServiceClock, ServiceLevel, follow
from agent_desk.domain.service_history import ENDED_DAYS, OrderHistory
from agent_desk.domain.service_target import SERVICE_STATES, ServiceStep
from agent_desk.domain.ticket import Priority
from agent_desk.ports.clock import Clock
from agent_desk.ports.service_log import ServiceLog
from agent_desk.services.access import Access
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.outbox import OutboxChangedEvent
from agent_desk.services.stored_service_log import followed_scope

_log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""Longest pause between two looks."""

RETRY_SECONDS = 5.0
"""Pause before what could not be read is asked for again."""

GATHER_SECONDS = 0.1
"""Pause before a look that a change asked for: the changes of one moment become one look."""

SETTLE_SECONDS = 0.001
"""Pause after a mark: a clock is on time at the instant it is due, and late after it."""

READ_AT_ONCE = 500
"""Orders whose histories are read at once: what was read for them is gone before the next."""

ORDERS_AT_ONCE = 20
"""Orders worked out before the loop gets its turn, in some two milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevelsChangedEvent:
    """Clocks changed, orders became late, or somebody took note.

    deadlines: of each order whose clock or alerts changed, None where it has no clock any more.
    listed: all escalations, the open ones first. is_complete: every order was read; before that
    what comes is no news.
    """

    deadlines: Mapping[WorkOrderId, Deadline | None]
    listed: tuple[Escalation, ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class _Watched:
    """An order as it was last worked out; next_at: when something is due, None for never."""

    clock: ServiceClock
    acknowledged: tuple[EscalationAcknowledgedEvent, ...]
    deadline: Deadline | None
    escalations: tuple[Escalation, ...]
    next_at: datetime | None


class ServiceLevels:
    """Follows the clocks of orders, and tells the desk what is late."""

    def __init__(self, *, log: ServiceLog, bus: EventBus, clock: Clock, access: Access) -> None:
        """Nothing is read before ``start``."""
        self._log = log
        self._policy = builtin_policy()
        self._policy_read_at: datetime | None = None
        self._bus = bus
        self._clock = clock
        self._access = access
        self._watched: dict[WorkOrderId, _Watched] = {}
        self._listed: tuple[Escalation, ...] = ()
        self._is_complete = False
        # Which orders have to be read; None for all of them.
        self._wanted: frozenset[WorkOrderId] | None = None
        # Orders that somebody looks at, whether or not this desk follows them by itself.
        self._attended: set[WorkOrderId] = set()
        # What this desk took note of, and the database does not know yet.
        self._kept: Mapping[WorkOrderId, tuple[EscalationAcknowledgedEvent, ...]] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        bus.subscribe(WorkOrderChangedEvent, lambda event: self._read_soon({event.order.id}))
        bus.subscribe(SharedRecordsChangedEvent, self._on_changes)
        bus.subscribe(SharedRecordsReloadEvent, lambda _: self._read_soon(None))
        bus.subscribe(OutboxChangedEvent, self._on_outbox)

    async def start(self) -> None:
        """Read every order and begin to follow them; returns at once."""
        self._read_again(None)
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

    @property
    def is_complete(self) -> bool:
        """Whether every order was read since the desk began."""
        return self._is_complete

    def within(self, step: ServiceStep, priority: Priority, level: str = "") -> timedelta | None:
        """Return the working time that ``step`` may take, None where no target is set."""
        target = self._policy.target(step, priority, level)
        return target.within if target is not None else None

    def warned(self) -> Iterator[WorkOrderId]:
        """Yield the orders that are past their first warning and not late, the next one first."""
        now = self._clock.now()
        soon = [
            (one.next_at, order_id)
            for order_id, one in self._watched.items()
            if one.next_at is not None
            and one.deadline is not None
            and one.deadline.level_at(now) is ServiceLevel.WARNING
        ]
        return (order_id for _, order_id in sorted(soon))

    def deadline(self, order_id: WorkOrderId) -> Deadline | None:
        """Return the clock that the order has now, None when it has none or is not followed."""
        watched = self._watched.get(order_id)
        return watched.deadline if watched else None

    async def deadlines(
        self, orders: Iterable[WorkOrderId]
    ) -> Mapping[WorkOrderId, Deadline | None]:
        """Return the clocks of ``orders`` as far as they are known, and follow the others too.

        Those are told by the next ServiceLevelsChangedEvent.
        """
        asked = frozenset(orders)
        unknown = asked - self._watched.keys() - self._attended
        if unknown:
            self._attended |= unknown
            self._read_soon(unknown)
        return {key: self.deadline(key) for key in asked if key in self._watched}

    def acknowledgement(
        self, order_id: WorkOrderId, alert_key: str, note: str = ""
    ) -> AcknowledgeEscalation | None:
        """Return what says that somebody looks after an escalation; None when one said so before.

        Raises NotFoundError, and RightsError when another role was told.
        """
        for escalation in self._listed:
            if (escalation.order_id, escalation.alert.key) == (order_id, alert_key):
                break
        else:
            raise NotFoundError(subject="Escalation", id=alert_key)
        require_told(escalation.role, self._access.person.roles)
        if not escalation.is_open:
            return None
        now = self._clock.now()
        return AcknowledgeEscalation(
            id=CommandId(new_uuid7(now)),
            at=now,
            actor=self._access.login,
            order_id=order_id,
            alert_key=alert_key,
            role=escalation.role,
            note=note.strip(),
        )

    async def apply(self, command: AcknowledgeEscalation) -> EscalationAcknowledgedEvent:
        """Store what ``command`` says and return it; doing so twice changes nothing.

        Raises RightsError and StorageError.
        """
        self._access.require_command(command)
        event_id = EventId(derived_uuid7(command.id, "acknowledged"))
        await self._log.acknowledge(command.event, id=event_id)
        self._read_soon({command.order_id})
        return command.event

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
        self._work_out_again(
            order_id
            for order_id, one in self._watched.items()
            if one.next_at is not None and one.next_at < now
        )

    def _work_out_again(self, orders: Iterable[WorkOrderId]) -> None:
        """Show how ``orders``, which are all followed, stand now by what was read of them."""
        now = self._clock.now()
        watched = {order_id: self._watched[order_id] for order_id in orders}
        self._show(
            {
                order_id: self._worked_out(order_id, one.clock, one.acknowledged, now)
                for order_id, one in watched.items()
            }
        )

    async def _read(self) -> None:
        """Read what was asked for; leaves it asked for when that fails."""
        await self._read_policy()
        wanted, self._wanted = self._wanted, frozenset()
        try:
            if wanted is None:
                await self._read_all()
            elif wanted:
                await self._read_some(list(wanted))
        except BaseException:
            self._read_again(wanted)
            raise

    async def _read_policy(self) -> None:
        """Reckon everything anew when somebody imported other targets or calendars."""
        now, last = self._clock.now(), self._policy_read_at
        is_due = last is None or now >= last + timedelta(seconds=LOOK_SECONDS)
        if self._wanted is not None and not is_due:
            return
        policy = await self._log.policy()
        self._policy_read_at = now
        if policy is not self._policy:
            self._policy = policy
            self._wanted = None

    async def _read_all(self) -> None:
        followed = await self._log.followed()
        orders = list(dict.fromkeys((*followed, *self._attended)))
        self._show(dict.fromkeys(self._watched.keys() - set(orders)))
        for begin in range(0, len(orders), READ_AT_ONCE):
            await self._read_some(orders[begin : begin + READ_AT_ONCE])
        if not self._is_complete:
            self._is_complete = True
            self._publish({})

    async def _read_some(self, orders: Sequence[WorkOrderId]) -> None:
        histories = await self._log.histories(orders)
        now = self._clock.now()
        news: dict[WorkOrderId, _Watched | None] = {}
        for place, order_id in enumerate(orders, 1):
            history = histories.get(order_id)
            news[order_id] = self._followed(order_id, history, now) if history else None
            if place % ORDERS_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._show(news)

    def _followed(
        self, order_id: WorkOrderId, history: OrderHistory, now: datetime
    ) -> _Watched | None:
        try:
            clock = follow(history.moments, self._policy)
        except InputError as error:
            # A newer program may know states that this one does not.
            _log.warning("order %s has no service level here: %s", order_id, error)
            return None
        return self._worked_out(order_id, clock, history.acknowledged, now)

    def _worked_out(
        self,
        order_id: WorkOrderId,
        clock: ServiceClock,
        acknowledged: tuple[EscalationAcknowledgedEvent, ...],
        now: datetime,
    ) -> _Watched | None:
        """Return how the order stands at ``now``; None when it ended too long ago."""
        ends_at = _forgotten_at(clock)
        if ends_at is not None and ends_at < now:
            return None
        deadline = clock.deadline(self._policy)
        alerts = clock.alerts_until(self._policy, now)
        return _Watched(
            clock=clock,
            acknowledged=acknowledged,
            deadline=deadline,
            escalations=escalations(
                {order_id: alerts}, (*acknowledged, *self._kept.get(order_id, ()))
            ),
            next_at=deadline.next_mark_at(now) if deadline else ends_at,
        )

    def _show(self, news: Mapping[WorkOrderId, _Watched | None]) -> None:
        """Know ``news`` from now on, None for what is over, and publish what changed by them."""
        changed: dict[WorkOrderId, Deadline | None] = {}
        is_listed_anew = False
        for order_id, one in news.items():
            before = self._watched.pop(order_id, None)
            if one is None:
                self._attended.discard(order_id)
            else:
                self._watched[order_id] = one
            if one != before:
                changed[order_id] = one.deadline if one else None
                is_listed_anew |= _told(one) != _told(before)
        if is_listed_anew:
            told = (one.escalations for one in self._watched.values() if one.escalations)
            self._listed = in_order(escalation for some in told for escalation in some)
        if changed:
            self._publish(changed)

    def _publish(self, changed: Mapping[WorkOrderId, Deadline | None]) -> None:
        self._bus.publish(
            ServiceLevelsChangedEvent(
                deadlines=changed, listed=self._listed, is_complete=self._is_complete
            )
        )

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
        changes = [change for change in event.changes if change.stream is Stream.WORK_ORDER]
        if not changes:
            return
        owner = followed_scope(self._access).owner
        changed = {
            order_id
            for change in changes
            if (order_id := WorkOrderId(change.stream_id)) in self._watched
            # What somebody looks at here, whoever owns it.
            or order_id in self._attended
            or owner in (None, change.owner)
        }
        if changed:
            self._read_soon(changed)

    def _on_outbox(self, event: OutboxChangedEvent) -> None:
        """Count what is kept here as acknowledged; what no longer is, the database says."""
        kept: dict[WorkOrderId, tuple[EscalationAcknowledgedEvent, ...]] = {}
        for entry in event.kept:
            command = entry.command
            if entry.state is KeptState.WAITING and isinstance(command, AcknowledgeEscalation):
                kept[command.order_id] = (*kept.get(command.order_id, ()), command.event)
        before, self._kept = self._kept, kept
        came = {key for key, events in kept.items() if events != before.get(key)}
        self._work_out_again(came & self._watched.keys())
        left = {key for key, events in before.items() if set(events) - set(kept.get(key, ()))}
        if left:
            self._read_soon(left)

    def _read_soon(self, orders: Collection[WorkOrderId] | None) -> None:
        self._read_again(orders)
        self._wake.set()

    def _read_again(self, orders: Collection[WorkOrderId] | None) -> None:
        if orders is None or self._wanted is None:
            self._wanted = None
        else:
            self._wanted = self._wanted.union(orders)


def _told(one: _Watched | None) -> tuple[Escalation, ...]:
    return one.escalations if one is not None else ()


def _forgotten_at(clock: ServiceClock) -> datetime | None:
    """Return when nobody asks after an order any more that ended; None while it is under way."""
    moment = clock.moment
    if moment is None or not SERVICE_STATES[moment.state].ends:
        return None
    return moment.at + timedelta(days=ENDED_DAYS)
