"""Wakes a thread that waits for sockets; `ring` from any thread, the rest on the waiting one."""

from __future__ import annotations

import selectors
import socket
from typing import Protocol

_ENOUGH = 4096

# `select` takes no descriptor above 1023, and a relay for a thousand desks has more than that.
_Selector: type[selectors.BaseSelector] = getattr(
    selectors, "PollSelector", selectors.SelectSelector
)


class HasSocket(Protocol):
    """What can be waited for."""

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        ...


class AlarmClock:
    """A pair of sockets: `select` on Windows knows nothing else."""

    def __init__(self) -> None:
        """Nothing is taken from the system before ``open``."""
        self._bell: socket.socket | None = None
        self._ear: socket.socket | None = None

    def open(self) -> None:
        """Make the pair."""
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)

    def close(self) -> None:
        """Release the pair; nobody may be waiting."""
        for end in (self._bell, self._ear):
            if end is not None:
                end.close()
        self._bell = self._ear = None

    def ring(self) -> None:
        """Let the present or the next `wait` return at once; nothing while it is closed."""
        bell = self._bell
        if bell is None:
            return
        try:
            bell.send(b"!")
        except BlockingIOError:
            # Full of rings that nobody has heard yet: one more would say nothing new.
            return
        except OSError:
            # Closed meanwhile: nobody waits any more.
            return

    def wait(self, seconds: float, *sockets: HasSocket) -> bool:
        """Return after ``seconds``, when one of ``sockets`` is readable, or when it rang.

        True when a socket is readable.
        """
        assert self._ear is not None
        with _Selector() as selector:
            for each in (self._ear, *sockets):
                selector.register(each, selectors.EVENT_READ)
            readable = [key.fileobj for key, _ in selector.select(max(0.0, seconds))]
        if self._ear in readable:
            readable.remove(self._ear)
            self._ear.recv(_ENOUGH)
        return bool(readable)
