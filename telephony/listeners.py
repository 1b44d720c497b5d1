"""Who is told what happens, of one kind of events; any one thread, without waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

_LOG = logging.getLogger(__name__)
E = TypeVar("E")


class Listeners(Generic[E]):
    """Everybody who has subscribed, told in that order.

    A listener that raises is logged: its fault stops neither the others nor who tells.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._all: list[Callable[[E], None]] = []

    def subscribe(self, listener: Callable[[E], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        self._all.append(listener)

        def unsubscribe() -> None:
            if listener in self._all:
                self._all.remove(listener)

        return unsubscribe

    def tell(self, event: E) -> None:
        """Tell everybody who listens at this moment."""
        for listener in tuple(self._all):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - its fault is its own
                _LOG.exception("A listener failed on %s", type(event).__name__)
