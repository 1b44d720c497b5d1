"""Customer cards: from the database, and from this machine while there is none.

Runs on the `desk-loop` thread. Whatever the source, what waits here to be saved is on the card.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from agent_desk.domain.cached_card import (
    CachedCard,
    cached_hits,
    matches,
    search_hits,
    searched_text,
)
from agent_desk.domain.command import AddNumber, Command, CreateCustomer
from agent_desk.domain.customer import CustomerCard, SearchHit
from agent_desk.domain.errors import NotFoundError, StorageError
from agent_desk.domain.identifiers import CallerId, CustomerId
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.matching import MatchLevel, MatchResult, match_caller
from agent_desk.domain.provisional import card_with, commands_of
from agent_desk.domain.rights import Right
from agent_desk.ports.clock import Clock
from agent_desk.ports.local_cache import LocalCache
from agent_desk.ports.storage import Storage
from agent_desk.services.access import Access

_log = logging.getLogger(__name__)

GIVE_UP_SECONDS = 6.0
"""Wait for a card, in seconds of real time, after which the one kept here is shown."""

MOST_FOUND = 20
"""Most customers that a search of this machine tells, as the database's own does."""

Shown = Callable[[CustomerId], None]


class Cards:
    """Reads cards."""

    def __init__(
        self,
        *,
        storage: Storage,
        cache: LocalCache | None,
        clock: Clock,
        region: str,
        kept: Callable[[], Sequence[KeptCommand]],
        access: Access,
    ) -> None:
        """``kept`` tells what waits to be saved; ``cache`` is None where nothing may be kept."""
        self._storage = storage
        self._cache = cache
        self._clock = clock
        self._region = region
        self._kept = kept
        self._access = access
        self._listeners: list[Shown] = []

    @property
    def may_be_seen(self) -> bool:
        """Whether the person at this desk may see customers at all."""
        return self._access.may(Right.SEE_CUSTOMERS)

    def on_shown(self, listener: Shown) -> None:
        """Call ``listener`` with each customer whose card was read to be shown."""
        self._listeners.append(listener)

    def shown(self, customer_id: CustomerId) -> None:
        """Say that the customer's card is on the screen."""
        for listener in self._listeners:
            listener(customer_id)

    async def read(self, customer_id: CustomerId) -> CustomerCard:
        """Return the card; the one kept here when the database does not answer.

        Raises RightsError, NotFoundError, and StorageError when nothing is kept either.
        """
        self._access.require(Right.SEE_CUSTOMERS)
        now = self._clock.now()
        try:
            card = await self._storage.read(
                lambda uow: uow.customers.card(customer_id, now=now),
                timeout_seconds=GIVE_UP_SECONDS,
            )
        except (StorageError, NotFoundError):
            # Not found is also who waits here to be saved, while others are saved already.
            kept = await self.kept_here(customer_id)
            if kept is None:
                raise
            return kept
        self.shown(customer_id)
        return self.with_kept(card)

    def with_kept(self, card: CustomerCard) -> CustomerCard:
        """Return ``card`` with what waits here to be saved about its customer."""
        waiting = commands_of(card.customer.id, self._commands())
        return card_with(card, waiting, region=self._region) or card

    async def kept_here(self, customer_id: CustomerId) -> CustomerCard | None:
        """Return the card as this machine knows it, None when it knows nothing."""
        cached = await self._cached(customer_id)
        waiting = commands_of(customer_id, self._commands())
        card = card_with(cached.shown if cached else None, waiting, region=self._region)
        if card is None or card.as_of is not None:
            return card
        return replace(card, as_of=min(command.at for command in waiting))

    async def match(self, caller: CallerId) -> tuple[MatchResult, CustomerCard | None] | None:
        """Return who calls as far as this machine knows, and the card when it is one customer.

        None when it knows nobody: that says nothing about what the database knows.
        """
        if not caller.suffix:
            return None
        known = {cached.card.customer.id: cached for cached in await self._by_suffix(caller)}
        for cached in self._made_here(self._commands()):
            known.setdefault(cached.card.customer.id, cached)
        result = match_caller(caller, cached_hits(known.values(), caller), self._clock.now())
        if not result.candidates:
            return None
        opens = result.opens if result.level is MatchLevel.KNOWN else None
        return result, await self.kept_here(opens) if opens else None

    async def search_here(self, query: str) -> Sequence[SearchHit]:
        """Return whom this machine knows for ``query``; raises RightsError.

        Nothing found says nothing about what the database knows.
        """
        self._access.require(Right.SEE_CUSTOMERS)
        made_here = (
            cached.card
            for cached in self._made_here(self._commands())
            if matches(searched_text(cached.card), query)
        )
        kept = (self.with_kept(cached.card) for cached in await self._searched(query))
        cards = {card.customer.id: card for card in (*made_here, *kept)}
        return tuple(hit for card in cards.values() for hit in search_hits(card, query))

    def _commands(self) -> tuple[Command, ...]:
        return tuple(entry.command for entry in self._kept())

    def _made_here(self, commands: Sequence[Command]) -> Iterable[CachedCard]:
        """Yield customers whom nobody but this machine knows yet; their numbers were unknown."""
        for command in commands:
            if isinstance(command, CreateCustomer | AddNumber):
                about = commands_of(command.customer_id, commands)
                card = card_with(None, about, region=self._region)
                if card is not None:
                    sole = frozenset(point.value for point in card.contact_points)
                    yield CachedCard(card=card, as_of=command.at, sole_numbers=sole)

    async def _cached(self, customer_id: CustomerId) -> CachedCard | None:
        if self._cache is None:
            return None
        try:
            return await self._cache.get(customer_id)
        except StorageError as error:
            _log.info("the cache does not answer: %s", error)
            return None

    async def _searched(self, query: str) -> Sequence[CachedCard]:
        if self._cache is None:
            return ()
        try:
            return await self._cache.search(query, most=MOST_FOUND)
        except StorageError as error:
            _log.info("the cache does not answer: %s", error)
            return ()

    async def _by_suffix(self, caller: CallerId) -> Sequence[CachedCard]:
        if self._cache is None:
            return ()
        try:
            return await self._cache.by_suffix(caller.suffix)
        except StorageError as error:
            _log.info("the cache does not answer: %s", error)
            return ()
