"""How a caller that stops waiting tells the thread that works for it; any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class GivingUp:
    """Set once, when nobody waits for the result any more."""

    def __init__(self) -> None:
        """Start with somebody waiting."""
        self._lock = threading.Lock()
        self._is_set = False
        self._told: Callable[[], None] | None = None

    def is_set(self) -> bool:
        """Return whether nobody waits any more."""
        return self._is_set

    def set(self) -> None:
        """Say that nobody waits any more; whoever listens is told on this thread."""
        with self._lock:
            self._is_set = True
            if self._told is not None:
                self._told()

    @contextmanager
    def telling(self, told: Callable[[], None]) -> Iterator[None]:
        """Call ``told``, which must return at once, when `set` is called inside or was before."""
        with self._lock:
            self._told = told
            if self._is_set:
                told()
        try:
            yield
        finally:
            with self._lock:
                self._told = None
