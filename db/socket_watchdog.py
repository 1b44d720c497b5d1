"""Ends waits for a database server that hangs; a thread of its own.

A server that hangs while its kernel still acknowledges looks alive to TCP: neither keepalives nor
tcp_user_timeout nor the server's own statement_timeout end the wait, only shutting the socket down
from outside does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Protocol

from db.giving_up import GivingUp

GRACE_SECONDS = 1.0
"""Longest wait for the server to obey a cancel request before its socket is shut down."""


class Watched(Protocol):
    """A connection that another thread waits on."""

    def cancel(self, *, timeout_seconds: float) -> None:
        """Ask the server to end what it does; never raises."""
        ...

    def shut_down(self) -> None:
        """End the wait at once; the connection is useless afterwards."""
        ...


class Watch:
    """One wait that is being watched."""

    def __init__(
        self, watched: Watched, limit_seconds: float, changed: threading.Condition
    ) -> None:
        """Begin to count ``limit_seconds`` from now."""
        self._watched = watched
        self._changed = changed
        self._limit_seconds = limit_seconds
        self._cancel_at = monotonic() + limit_seconds
        self._shut_down_at = inf
        self._is_cancelling = False
        self.was_cancelled = False
        self.was_shut_down = False

    @property
    def was_ended(self) -> bool:
        """Whether the wait was ended from outside."""
        return self.was_cancelled or self.was_shut_down

    def give_up(self) -> None:
        """End the wait soon, whatever its limit; returns at once."""
        with self._changed:
            self._cancel_at = min(self._cancel_at, monotonic())
            self._changed.notify_all()

    def shut_down_now(self) -> None:
        """End the wait at once, a commit too; the condition's lock is held."""
        self._shut_down_at = -inf

    def may_commit(self) -> bool:
        """Return whether the time is not over yet; then count anew for the commit.

        A commit is not cancelled, only its socket shut down: a server that waits for its standby
        would answer the request with success.
        """
        with self._changed:
            self.end()
            if self._shut_down_at <= monotonic():
                return False
            self._shut_down_at = monotonic() + self._limit_seconds
            self._cancel_at = inf
            return not self.was_ended

    # The watchdog's part; called with the condition's lock held.

    def due_at(self) -> float:
        """Return the monotonic time of the next step, infinite while one is being taken."""
        return inf if self._is_cancelling else min(self._cancel_at, self._shut_down_at)

    def step(self) -> None:
        """Take the step that is due; the lock is released while the server is asked."""
        if self._shut_down_at <= monotonic():
            self._shut_down_at = inf
            self.was_shut_down = True
            self._watched.shut_down()
            return
        self._cancel_at = inf
        self._shut_down_at = monotonic() + GRACE_SECONDS
        self._is_cancelling = self.was_cancelled = True
        self._changed.release()
        try:
            self._watched.cancel(timeout_seconds=GRACE_SECONDS)
        finally:
            self._changed.acquire()
            self._is_cancelling = False
            self._changed.notify_all()

    def end(self) -> None:
        """Wait until no step is being taken: it would hit the connection's next statement."""
        self._changed.wait_for(lambda: not self._is_cancelling)


class SocketWatchdog:
    """Watches the connections of one database."""

    def __init__(self) -> None:
        """Prepare the thread; it starts with the first watch."""
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._sleeps_until = -inf
        self._thread: threading.Thread | None = None
        self._is_given_up = False
        self._is_closed = False

    def close(self) -> None:
        """Stop the thread; watches that still run are watched no longer."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    def give_up(self) -> None:
        """End every wait, also those to come, without asking the server; returns at once."""
        with self._changed:
            self._is_given_up = True
            for watch in self._watches:
                watch.shut_down_now()
            self._changed.notify_all()

    @contextmanager
    def watching(
        self, watched: Watched, *, limit_seconds: float, giving_up: GivingUp | None = None
    ) -> Iterator[Watch]:
        """End a wait in the block after ``limit_seconds`` or when ``giving_up`` is set.

        The server is asked first, and its socket shut down `GRACE_SECONDS` later.
        """
        watch = Watch(watched, limit_seconds, self._changed)
        with self._changed:
            if self._is_given_up:
                watch.shut_down_now()
            self._watches.add(watch)
            self._begin()
            # Waking the thread for every read would cost as much as the read.
            if watch.due_at() < self._sleeps_until:
                self._changed.notify_all()
        try:
            with (giving_up or GivingUp()).telling(watch.give_up):
                yield watch
        finally:
            with self._changed:
                self._watches.discard(watch)
                watch.end()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="db-watchdog", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with self._changed:
            while not self._is_closed:
                due = min(self._watches, key=Watch.due_at, default=None)
                due_at = inf if due is None else due.due_at()
                if due is not None and due_at <= monotonic():
                    due.step()
                    continue
                self._sleeps_until = due_at
                self._changed.wait(None if due_at == inf else due_at - monotonic())
