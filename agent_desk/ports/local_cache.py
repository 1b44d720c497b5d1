"""The desk's cache: what it knows of likely callers and its person's work without the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from agent_desk.domain.cached_card import CachedCard
from agent_desk.domain.catalogue import Catalogue
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.last_known import LastKnown

T = TypeVar("T")


class LocalCache(Protocol):
    """Cards on this machine; losing them loses nothing but comfort.

    Called on `desk-loop`. Raises StorageError. It holds personal data: nobody but the person who
    runs the desk may read it.
    """

    async def open(self) -> None:
        """Open the cache, making it when it is missing or broken."""
        ...

    async def close(self) -> None:
        """Finish what is running and release the file."""
        ...

    async def put(self, cached: CachedCard) -> None:
        """Keep a card instead of the customer's former one; the newest put is the last evicted."""
        ...

    async def get(self, customer_id: CustomerId) -> CachedCard | None:
        """Return the customer's card, None when there is none."""
        ...

    async def by_suffix(self, suffix: str) -> Sequence[CachedCard]:
        """Return cards with a number that ends as ``suffix`` does, see cached_card.same_ending."""
        ...

    async def search(self, query: str, *, most: int) -> Sequence[CachedCard]:
        """Return up to ``most`` cards that match, see cached_card.matches, the newest put first."""
        ...

    async def keep_catalogue(self, catalogue: Catalogue) -> None:
        """Keep the catalogue instead of the former one."""
        ...

    async def catalogue(self) -> Catalogue | None:
        """Return the kept catalogue, None when there is none."""
        ...

    async def keep_list(self, name: str, known: LastKnown[Any]) -> None:
        """Keep a list, a frozen dataclass with its ``as_of``, instead of the former of its name.

        Beyond `last_known.MOST_LISTS` the one that was kept longest ago is forgotten.
        """
        ...

    async def kept_list(self, name: str, kind: type[T]) -> LastKnown[T] | None:
        """Return the list of that name; None when there is none, or one that is no ``kind``."""
        ...

    async def forget_lists(self, *, but: str | None = None) -> None:
        """Forget every list; those whose names begin with ``but`` stay."""
        ...

    async def ages(self) -> Mapping[CustomerId, datetime]:
        """Return since when each card is as it is."""
        ...

    async def evict(self, most: int) -> None:
        """Forget the oldest cards until ``most`` are left."""
        ...

    async def forget(self, customer_id: CustomerId) -> None:
        """Forget the card of a customer who is gone; unknown ids change nothing."""
        ...
