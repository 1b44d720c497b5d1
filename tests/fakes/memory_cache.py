"""A cache of customer cards in memory; runs on the loop of the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from agent_desk.domain.cached_card import CachedCard, matches, same_ending, searched_text
from agent_desk.domain.catalogue import Catalogue
from agent_desk.domain.customer import ContactKind
from agent_desk.domain.errors import DatabaseUnavailableError
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.last_known import MOST_LISTS, LastKnown

T = TypeVar("T")


class MemoryCache:
    """``ports.local_cache.LocalCache`` without a file; what it holds outlives ``close``."""

    def __init__(self) -> None:
        """Start empty and closed."""
        self._is_open = False
        self._cards: dict[CustomerId, CachedCard] = {}
        self._catalogue: Catalogue | None = None
        self._lists: dict[str, LastKnown[Any]] = {}

    async def open(self) -> None:
        """Open the cache."""
        self._is_open = True

    async def close(self) -> None:
        """Close the cache."""
        self._is_open = False

    async def put(self, cached: CachedCard) -> None:
        """Keep a card instead of the customer's former one."""
        self._require_open()
        self._cards.pop(cached.card.customer.id, None)
        self._cards[cached.card.customer.id] = cached

    async def get(self, customer_id: CustomerId) -> CachedCard | None:
        """Return the customer's card, None when there is none."""
        self._require_open()
        return self._cards.get(customer_id)

    async def by_suffix(self, suffix: str) -> Sequence[CachedCard]:
        """Return cards with a number that ends as ``suffix`` does."""
        self._require_open()
        return [c for c in self._cards.values() if any(_endings(c, suffix))]

    async def search(self, query: str, *, most: int) -> Sequence[CachedCard]:
        """Return up to ``most`` cards that match, the newest put first."""
        self._require_open()
        newest = reversed(self._cards.values())
        return [c for c in newest if matches(searched_text(c.card), query)][:most]

    async def keep_catalogue(self, catalogue: Catalogue) -> None:
        """Keep the catalogue instead of the former one."""
        self._require_open()
        self._catalogue = catalogue

    async def catalogue(self) -> Catalogue | None:
        """Return the kept catalogue, None when there is none."""
        self._require_open()
        return self._catalogue

    async def keep_list(self, name: str, known: LastKnown[Any]) -> None:
        """Keep a list instead of the former of its name."""
        self._require_open()
        self._lists.pop(name, None)
        self._lists[name] = known
        for old in tuple(self._lists)[:-MOST_LISTS]:
            del self._lists[old]

    async def kept_list(self, name: str, kind: type[T]) -> LastKnown[T] | None:
        """Return the list of that name; None when there is none, or one that is no ``kind``."""
        self._require_open()
        known = self._lists.get(name)
        return known if known is not None and isinstance(known.value, kind) else None

    async def forget_lists(self, *, but: str | None = None) -> None:
        """Forget every list; those whose names begin with ``but`` stay."""
        self._require_open()
        for name in tuple(self._lists):
            if but is None or not name.startswith(but):
                del self._lists[name]

    async def ages(self) -> Mapping[CustomerId, datetime]:
        """Return since when each card is as it is."""
        self._require_open()
        return {id_: cached.as_of for id_, cached in self._cards.items()}

    async def evict(self, most: int) -> None:
        """Forget the oldest cards until ``most`` are left."""
        self._require_open()
        for id_ in tuple(self._cards)[: max(0, len(self._cards) - most)]:
            del self._cards[id_]

    async def forget(self, customer_id: CustomerId) -> None:
        """Forget the card of a customer who is gone."""
        self._require_open()
        self._cards.pop(customer_id, None)

    def _require_open(self) -> None:
        if not self._is_open:
            raise DatabaseUnavailableError(path="(memory)", reason="it is not open")


def _endings(cached: CachedCard, suffix: str) -> Sequence[bool]:
    points = cached.card.contact_points
    return [same_ending(p.suffix, suffix) for p in points if p.kind is ContactKind.PHONE]
