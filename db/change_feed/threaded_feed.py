"""What every change feed shares: a thread that reads, and listeners on `desk-loop`."""

from __future__ import annotations

import asyncio
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from agent_desk.domain.change import ChangeBatch, FeedState, FeedStateChangedEvent
from agent_desk.ports.change_feed import FeedListener
from db.change_feed.alarm_clock import AlarmClock

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
"""Pause between two looks whether the loop that is to take a batch is still there."""


class ThreadedFeed(ABC):
    """``ports.change_feed.ChangeFeed`` around ``_follow``, which runs on the feed's thread."""

    def __init__(self) -> None:
        """Nothing runs before ``open``."""
        self._listeners: dict[object, FeedListener] = {}
        self._state = FeedState.AWAY
        self._said_state = FeedState.AWAY
        self._position: str | None = None
        self._thread: threading.Thread | None = None
        self._alarm = AlarmClock()
        self._closing = threading.Event()
        self._is_taken = threading.Event()

    @property
    def state(self) -> FeedState:
        """How soon changes are told at present; AWAY before ``open``."""
        return self._state

    @property
    def position(self) -> str | None:
        """Where the listeners are, None as long as no database was reached."""
        return self._position

    def subscribe(self, listener: FeedListener) -> Callable[[], None]:
        """Send every further batch and change of state to ``listener``; return how to stop it."""
        token = object()
        self._listeners[token] = listener

        def unsubscribe() -> None:
            self._listeners.pop(token, None)

        return unsubscribe

    async def open(self, position: str | None = None) -> None:
        """Begin after ``position``, or now when None; returns after the first attempt."""
        if self._thread is not None:
            return
        self._closing.clear()
        self._is_taken.set()
        self._said_state = self._state
        self._alarm.open()
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.create_future()
        self._thread = threading.Thread(
            target=self._run, args=(position,), name="change-feed", daemon=True
        )
        self._thread.start()
        await asyncio.shield(self._begun)

    async def close(self) -> None:
        """Stop; listeners hear nothing after this returns. Closing twice changes nothing."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._closing.set()
        self._alarm.ring()
        await asyncio.get_running_loop().run_in_executor(None, thread.join)
        self._alarm.close()
        self._state = FeedState.AWAY

    @abstractmethod
    def ring(self) -> None:
        """Tell the other desks to look, after a commit of this one; returns at once."""

    # On the feed's thread

    @abstractmethod
    def _follow(self, position: str | None) -> None:
        """Hand over what happens after ``position`` until ``_closing`` is set."""

    def _run(self, position: str | None) -> None:
        try:
            self._follow(position)
        except Exception:  # noqa: BLE001 a dead feed must be said, not only printed
            _log.exception("the change feed has ended by a defect")
            self._become(FeedState.AWAY)
        finally:
            self._open_returns()

    def _open_returns(self) -> None:
        """Let ``open`` return: the first attempt is over."""
        self._on_loop(self._finish_opening)

    def _become(self, state: FeedState) -> None:
        """Tell the listeners of ``state``, after everything that was handed over before."""
        if state is not self._said_state:
            # A relay says every second that all is well: the loop need not wake for that.
            self._said_state = state
            self._on_loop(lambda: self._tell_state(state))

    def _hand_over(self, batch: ChangeBatch) -> bool:
        """Tell the listeners of ``batch`` once they have had the one before.

        False when the feed is closing instead. One at a time is what keeps a busy desk from being
        flooded; not waiting for this one saves the thread from being woken for nothing.
        """
        while not self._is_taken.wait(_LOOK_SECONDS):
            if self._closing.is_set() or self._loop.is_closed():
                return False
        self._is_taken.clear()

        def take() -> None:
            if self._closing.is_set():
                # It is told by whoever opens the feed again: the position stays before it.
                return
            self._position = batch.position
            if batch.changes or batch.reset:
                self._tell(batch)
            self._is_taken.set()

        return self._on_loop(take)

    def _on_loop(self, work: Callable[[], None]) -> bool:
        try:
            self._loop.call_soon_threadsafe(work)
        except RuntimeError:
            # The loop was closed without closing the feed: there is nobody to tell.
            return False
        return True

    # On desk-loop again

    def _finish_opening(self) -> None:
        if not self._begun.done():
            self._begun.set_result(None)

    def _tell_state(self, state: FeedState) -> None:
        if state is not self._state and not self._closing.is_set():
            self._state = state
            self._tell(FeedStateChangedEvent(state=state))

    def _tell(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        for listener in tuple(self._listeners.values()):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 a broken listener must not stop the others
                _log.exception("a listener of the change feed failed")
