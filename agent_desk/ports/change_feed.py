"""How a desk learns what other desks changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent_desk.domain.change import ChangeBatch, FeedState, FeedStateChangedEvent

FeedListener = Callable[[ChangeBatch | FeedStateChangedEvent], None]


class ChangeFeed(Protocol):
    """Every committed change of shared records, each once, its own ones included.

    Called on `desk-loop`, where listeners are called too. Changes committed out of the order of
    their numbers, lost bells and a database that was away lose nothing and double nothing.
    """

    @property
    def state(self) -> FeedState:
        """How soon changes are told at present; AWAY before ``open``."""
        ...

    @property
    def position(self) -> str | None:
        """Where the listeners are, None as long as no database was reached."""
        ...

    def subscribe(self, listener: FeedListener) -> Callable[[], None]:
        """Send every further batch and change of state to ``listener``; return how to stop it."""
        ...

    async def open(self, position: str | None = None) -> None:
        """Begin after ``position``, or now when None; returns after the first attempt.

        Raises nothing when the database is away: the state says so, and the first batch after
        that has ``reset`` set, unless a position was given.
        """
        ...

    async def close(self) -> None:
        """Stop; listeners hear nothing after this returns. Closing twice changes nothing."""
        ...

    def ring(self) -> None:
        """Tell the other desks to look, after a commit of this one; returns at once."""
        ...
