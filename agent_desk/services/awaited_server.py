"""Storage and change feed of a desk whose server is away at its start; called on `desk-loop`.

Both say that the server is away until a way to it `arrives`, and are that way from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agent_desk.domain.change import ChangeBatch, FeedState, FeedStateChangedEvent
from agent_desk.domain.errors import StorageError
from agent_desk.ports.change_feed import ChangeFeed, FeedListener
from agent_desk.ports.storage import Storage, UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerWay:
    """One way to the server with one password: storage and feed, not opened yet."""

    storage: Storage
    feed: ChangeFeed


class AwaitedStorage:
    """``ports.storage.Storage`` that begins without one."""

    def __init__(self, error: StorageError) -> None:
        """Refuse everything with ``error``, which is why the server was not reached."""
        self.error = error
        self._inner: Storage | None = None

    def arrive(self, storage: Storage) -> None:
        """Be ``storage``, which is open, from now on."""
        self._inner = storage

    async def open(self) -> None:
        """Open nothing: the server is away, and the desk starts all the same."""

    async def close(self) -> None:
        """Close what arrived."""
        if self._inner is not None:
            await self._inner.close()

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns; raises the present error while the server is away."""
        return await self._arrived().read(work, timeout_seconds=timeout_seconds)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction; raises the present error while the server is away."""
        return await self._arrived().write(work)

    def _arrived(self) -> Storage:
        if self._inner is None:
            # Made anew: one exception object must not gather the traces of all its readers.
            raise type(self.error)(**self.error.details)
        return self._inner


class AwaitedFeed:
    """``ports.change_feed.ChangeFeed`` that begins without one."""

    def __init__(self) -> None:
        """Tell nothing before a feed arrives."""
        self._inner: ChangeFeed | None = None
        self._listeners: dict[object, FeedListener] = {}

    async def arrive(self, feed: ChangeFeed) -> None:
        """Open ``feed`` and follow it; what is shown by then must be read again."""
        self._inner = feed
        feed.subscribe(self._tell)
        await feed.open(None)
        self._tell(ChangeBatch(changes=(), position=feed.position or "", reset=True))

    @property
    def state(self) -> FeedState:
        """How soon changes are told at present; AWAY before a feed arrives."""
        return FeedState.AWAY if self._inner is None else self._inner.state

    @property
    def position(self) -> str | None:
        """Where the listeners are, None as long as no database was reached."""
        return None if self._inner is None else self._inner.position

    def subscribe(self, listener: FeedListener) -> Callable[[], None]:
        """Send every further batch and change of state to ``listener``; return how to stop it."""
        key = object()
        self._listeners[key] = listener
        return lambda: self._forget(key)

    async def open(self, position: str | None = None) -> None:
        """Begin after ``position`` where a feed has arrived; else it begins when one does."""
        if self._inner is not None:
            await self._inner.open(position)

    async def close(self) -> None:
        """Stop what arrived."""
        if self._inner is not None:
            await self._inner.close()

    def ring(self) -> None:
        """Tell the other desks to look, once there is a way to them."""
        if self._inner is not None:
            self._inner.ring()

    def _tell(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        for listener in tuple(self._listeners.values()):
            listener(event)

    def _forget(self, key: object) -> None:
        self._listeners.pop(key, None)
