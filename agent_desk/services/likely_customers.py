"""Keeps the cards of likely callers on this machine, for the time without a database.

Runs on the `desk-loop` thread, one small read after the other with pauses between them: an agent
never waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from agent_desk.domain.cached_card import CachedCard
from agent_desk.domain.customer import ContactKind, CustomerCard
from agent_desk.domain.errors import AgentDeskError, NotFoundError
from agent_desk.domain.identifiers import AgentId, CustomerId, parse_caller_id
from agent_desk.domain.matching import HitKind
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.ports.clock import Clock
from agent_desk.ports.local_cache import LocalCache
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.cards import Cards

_log = logging.getLogger(__name__)

MOST_CARDS = 500
"""Most cards kept; beyond them the oldest are forgotten."""

PAUSE_SECONDS = 0.25
"""Pause between two reads, in seconds of real time."""

ROUND_SECONDS = 300.0
"""Pause between two looks at whose tickets and orders are open, in seconds of real time."""

AWAY_SECONDS = 30.0
"""Pause before the next look after one that failed, in seconds of real time."""

FRESH = timedelta(minutes=30)
"""A card that is not older need not be read again unless it is shown."""

READ_SECONDS = 3.0
"""Longest wait for one read: a busy database has better things to do."""


class LikelyCustomers:
    """Fills the cache in the background."""

    def __init__(
        self,
        *,
        storage: Storage,
        cache: LocalCache,
        cards: Cards,
        clock: Clock,
        agent_id: AgentId,
        region: str,
    ) -> None:
        """Likely are those whose card was shown, or about whom the agent has something open."""
        self._storage = storage
        self._cache = cache
        self._clock = clock
        self._agent_id = agent_id
        self._region = region
        self._wanted: dict[CustomerId, None] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        cards.on_shown(self.want)

    async def start(self) -> None:
        """Begin; the database may be away."""
        self._task = asyncio.create_task(self._run(), name="likely customers")

    async def stop(self) -> None:
        """Stop at once: what is not kept is no loss."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def want(self, customer_id: CustomerId) -> None:
        """Keep this customer's card, read anew, before those that are only likely."""
        others = [other for other in self._wanted if other != customer_id]
        self._wanted = dict.fromkeys([customer_id, *others][:MOST_CARDS])
        self._wake.set()

    async def refresh(self) -> None:
        """Read once who is likely, and every card that is missing or old."""
        likely = await self._storage.read(self._likely, timeout_seconds=READ_SECONDS)
        ages = await self._cache.ages()
        now = self._clock.now()
        for customer_id in likely:
            if customer_id not in ages or not now - FRESH <= ages[customer_id] <= now:
                self._wanted.setdefault(customer_id)

    async def keep_wanted(self) -> None:
        """Read and keep the card that is wanted most; nothing happens when none is."""
        customer_id = next(iter(self._wanted), None)
        if customer_id is None:
            return
        del self._wanted[customer_id]
        try:
            cached = await self._storage.read(
                lambda uow: self._read(uow, customer_id), timeout_seconds=READ_SECONDS
            )
        except NotFoundError:
            await self._cache.forget(customer_id)
            return
        await self._cache.put(cached)
        await self._cache.evict(MOST_CARDS)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        next_round = loop.time()
        while True:
            try:
                if loop.time() >= next_round:
                    next_round = loop.time() + ROUND_SECONDS
                    await self.refresh()
                await self.keep_wanted()
            except AgentDeskError as error:
                _log.info("likely customers are read later: %s", error)
                next_round = min(next_round, loop.time() + AWAY_SECONDS)
            await self._pause(next_round)

    async def _pause(self, next_round: float) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        if self._wanted:
            return
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(next_round):
                await self._wake.wait()

    def _likely(self, uow: UnitOfWork) -> Iterable[CustomerId]:
        """Return whom the agent promised something, or has to call back, most urgent first."""
        states = frozenset({WorkOrderState.VERIFYING})
        orders = uow.orders.lines(states=states, owner=self._agent_id)
        tickets = uow.tickets.owned_by(self._agent_id)
        recent = uow.interactions.recent(self._agent_id)
        ids = (
            *(line.order.customer_id for line in orders),
            *(ticket.customer_id for ticket in tickets),
            *(call.customer_id for call in recent if call.customer_id is not None),
        )
        return tuple(dict.fromkeys(ids))[:MOST_CARDS]

    def _read(self, uow: UnitOfWork, customer_id: CustomerId) -> CachedCard:
        now = self._clock.now()
        card = uow.customers.card(customer_id, now=now)
        return CachedCard(card=card, as_of=now, sole_numbers=self._sole_numbers(uow, card))

    def _sole_numbers(self, uow: UnitOfWork, card: CustomerCard) -> frozenset[str]:
        phones = (p.value for p in card.contact_points if p.kind is ContactKind.PHONE)
        return frozenset(value for value in phones if self._is_sole(uow, value))

    def _is_sole(self, uow: UnitOfWork, value: str) -> bool:
        caller = parse_caller_id(value, region=self._region)
        hits = uow.customers.find_callers(caller.number, caller.suffix)
        return sum(hit.kind is HitKind.EXACT for hit in hits) == 1
