"""Screen pop: who is calling, told while it rings; runs on the `desk-loop` thread.

The number is published at once; the match follows when the database answers. A slow or dead
database delays neither the number nor Answer; meanwhile what this machine knows is shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent_desk.domain.call import CallDirection
from agent_desk.domain.call_events import DeliveredEvent, OriginatedEvent
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import CallerId, CallId, CustomerId, parse_caller_id
from agent_desk.domain.matching import MatchLevel, MatchResult, match_caller
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.call_control import CallControl
from agent_desk.services.cards import Cards
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

SLOW_SECONDS = 0.8
"""Wait, in seconds of real time, after which the pop says that the record is still coming."""

GIVE_UP_SECONDS = 6.0
"""Wait, in seconds of real time, after which the pop says that the record does not come."""

KEPT = 50
"""Callers kept at hand, so that ``retry`` also works in after-call work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopEvent:
    """Common part: the call that the pop is about."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class PopStartedEvent(PopEvent):
    """A call begins; show its number at once. inbound: False when this desk dialled."""

    caller: CallerId
    inbound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PopMatchedEvent(PopEvent):
    """Somebody may be it; card is there when one customer opens and none was chosen yet.

    from_here: this machine says so because the database has not answered; the database's own
    answer may still follow. A card says itself how old it is.
    """

    result: MatchResult
    card: CustomerCard | None
    from_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PopSlowEvent(PopEvent):
    """The database has not answered yet; the pop goes on waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopFailedEvent(PopEvent):
    """The record does not come; ``retry`` asks once more."""

    error: StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChosenEvent(PopEvent):
    """The agent said, or the match proved, who the caller is."""

    card: CustomerCard


class ScreenPop:
    """Looks callers up."""

    def __init__(
        self,
        *,
        storage: Storage,
        cards: Cards,
        calls: CallControl,
        bus: EventBus,
        clock: Clock,
        region: str,
    ) -> None:
        """Numbers are read in ``region`` (ISO 3166-1)."""
        self._storage = storage
        self._cards = cards
        self._calls = calls
        self._bus = bus
        self._clock = clock
        self._region = region
        self._callers: dict[CallId, CallerId] = {}
        self._chosen: set[CallId] = set()
        self._tasks: dict[asyncio.Task[None], CallId] = {}
        bus.subscribe(DeliveredEvent, self._on_delivered)
        bus.subscribe(OriginatedEvent, self._on_originated)

    async def stop(self) -> None:
        """Give up the look-ups that are under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def retry(self, call_id: CallId) -> None:
        """Look the caller up once more after a failure; while a look-up runs, nothing happens."""
        caller = self._callers.get(call_id)
        is_asked = call_id in self._tasks.values()
        if caller is not None and self._cards.may_be_seen and not is_asked:
            self._spawn(call_id, caller)

    async def choose(self, call_id: CallId, customer_id: CustomerId) -> CustomerCard:
        """Say that ``customer_id`` is calling; return and publish the card.

        A look-up that is still under way does not overrule it. Raises RightsError, NotFoundError,
        StorageError.
        """
        card = await self._cards.read(customer_id)
        self._chosen.add(call_id)
        self._publish_choice(call_id, card)
        return card

    def _on_delivered(self, event: DeliveredEvent) -> None:
        if event.alerting == event.device and not self._is_internal(event.call_id):
            self._begin(event.call_id, event.calling, inbound=True)

    def _on_originated(self, event: OriginatedEvent) -> None:
        # A consultation is about the customer whose card is open: that one stays.
        if event.consults is None and not self._is_internal(event.call_id):
            self._begin(event.call_id, event.called, inbound=False)

    def _is_internal(self, call_id: CallId) -> bool:
        call = self._calls.calls.get(call_id)
        return call is not None and call.direction is CallDirection.INTERNAL

    def _begin(self, call_id: CallId, number: str, *, inbound: bool) -> None:
        caller = parse_caller_id(number, region=self._region)
        self._remember(call_id, caller)
        self._bus.publish(PopStartedEvent(call_id=call_id, caller=caller, inbound=inbound))
        if caller.anonymous or not self._cards.may_be_seen:
            result = match_caller(caller, (), self._clock.now())
            self._bus.publish(PopMatchedEvent(call_id=call_id, result=result, card=None))
            return
        self._spawn(call_id, caller)

    def _remember(self, call_id: CallId, caller: CallerId) -> None:
        self._chosen.discard(call_id)
        self._callers.pop(call_id, None)
        self._callers[call_id] = caller
        for old in tuple(self._callers)[:-KEPT]:
            del self._callers[old]
            self._chosen.discard(old)

    def _spawn(self, call_id: CallId, caller: CallerId) -> None:
        task = asyncio.create_task(self._look_up(call_id, caller), name=f"pop {call_id}")
        self._tasks[task] = call_id
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        """Say so when a look-up broke for a reason that nobody foresaw."""
        call_id = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("the look-up for call %s broke", call_id, exc_info=error)
            broken = StorageError(path="look-up")
            self._bus.publish(PopFailedEvent(call_id=call_id, error=broken))

    async def _look_up(self, call_id: CallId, caller: CallerId) -> None:
        asking = asyncio.create_task(self._ask(caller), name=f"look-up {call_id}")
        is_told = False
        try:
            done, _ = await asyncio.wait({asking}, timeout=SLOW_SECONDS)
            if not done:
                is_told = await self._answer_from_here(call_id, caller)
            if not done and not is_told:
                self._bus.publish(PopSlowEvent(call_id=call_id))
            result, card = await asking
        except StorageError as error:
            if not is_told and not await self._answer_from_here(call_id, caller):
                self._bus.publish(PopFailedEvent(call_id=call_id, error=error))
            return
        finally:
            asking.cancel()
        self._tell(PopMatchedEvent(call_id=call_id, result=result, card=card))

    async def _ask(self, caller: CallerId) -> tuple[MatchResult, CustomerCard | None]:
        result, card = await self._storage.read(
            self._match_work(caller), timeout_seconds=GIVE_UP_SECONDS
        )
        if card is None:
            return result, None
        self._cards.shown(card.customer.id)
        return result, self._cards.with_kept(card)

    async def _answer_from_here(self, call_id: CallId, caller: CallerId) -> bool:
        """Tell what this machine knows of the caller; return whether it knows anybody."""
        known = await self._cards.match(caller)
        if known is None:
            return False
        result, card = known
        self._tell(PopMatchedEvent(call_id=call_id, result=result, card=card, from_here=True))
        return True

    def _tell(self, matched: PopMatchedEvent) -> None:
        if matched.call_id in self._chosen:
            matched = replace(matched, card=None)
        self._bus.publish(matched)
        if matched.card is not None:
            self._publish_choice(matched.call_id, matched.card)

    def _match_work(
        self, caller: CallerId
    ) -> Callable[[UnitOfWork], tuple[MatchResult, CustomerCard | None]]:
        """Return the one visit to the database that finds the caller and the card."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[MatchResult, CustomerCard | None]:
            hits = uow.customers.find_callers(caller.number, caller.suffix)
            result = match_caller(caller, hits, now)
            opens = result.opens if result.level is MatchLevel.KNOWN else None
            return result, uow.customers.card(opens, now=now) if opens else None

        return work

    def _publish_choice(self, call_id: CallId, card: CustomerCard) -> None:
        self._calls.assign_customer(call_id, card.customer.id)
        self._bus.publish(CustomerChosenEvent(call_id=call_id, card=card))
