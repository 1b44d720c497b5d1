"""A change feed whose database is a list; runs on the test's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from agent_desk.domain.change import (
    MAX_BATCH,
    MAX_CATCH_UP,
    RECORD_STREAMS,
    Change,
    ChangeBatch,
    FeedState,
    FeedStateChangedEvent,
    change_of,
)
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.ports.change_feed import FeedListener


class ScriptedLog:
    """The log that several feeds follow. life: changes with ``restore``."""

    def __init__(self) -> None:
        """Begin empty and reachable."""
        self.changes: list[Change] = []
        self.life = 1
        self.is_away = False
        self.feeds: list[ScriptedFeed] = []
        self.rings = 0

    def append(self, events: Sequence[LoggedEvent]) -> None:
        """Commit ``events``; feeds that are open and not cut off hear of them soon."""
        self.changes += [
            change_of(event, seq) for seq, event in enumerate(events, start=len(self.changes) + 1)
        ]
        self._look()

    def restore(self) -> None:
        """Put an older state back: positions are worth nothing any more."""
        self.life += 1
        self._look()

    def cut(self) -> None:
        """Let nobody read."""
        self.is_away = True
        self._look()

    def heal(self) -> None:
        """Let everybody read again."""
        self.is_away = False
        self._look()

    def _look(self) -> None:
        for feed in self.feeds:
            feed.look()


class ScriptedFeed:
    """``ports.change_feed.ChangeFeed`` on a `ScriptedLog`."""

    def __init__(self, log: ScriptedLog, *, max_catch_up: int = MAX_CATCH_UP) -> None:
        """Nothing is read before ``open``."""
        self._log = log
        self._max_catch_up = max_catch_up
        self._listeners: dict[object, FeedListener] = {}
        self._is_open = False
        self._has_missed = False
        self._state = FeedState.AWAY
        self._position: str | None = None

    @property
    def state(self) -> FeedState:
        return self._state

    @property
    def position(self) -> str | None:
        return self._position

    def subscribe(self, listener: FeedListener) -> Callable[[], None]:
        token = object()
        self._listeners[token] = listener

        def unsubscribe() -> None:
            self._listeners.pop(token, None)

        return unsubscribe

    async def open(self, position: str | None = None) -> None:
        if self._is_open:
            return
        self._is_open = True
        self._has_missed = False
        self._position = position
        self._log.feeds.append(self)
        self._read_on()

    async def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._state = FeedState.AWAY
            self._log.feeds.remove(self)

    def ring(self) -> None:
        self._log.rings += 1

    def look(self) -> None:
        """Read what is new, soon."""
        asyncio.get_running_loop().call_soon(self._read_on)

    def become(self, state: FeedState) -> None:
        """Come into ``state``, as when the bell is lost."""
        if state is not self._state:
            self._state = state
            self._tell(FeedStateChangedEvent(state=state))

    def _read_on(self) -> None:
        if not self._is_open:
            return
        if self._log.is_away:
            self._has_missed = self._position is None
            self.become(FeedState.AWAY)
            return
        self._catch_up()
        self.become(FeedState.LIVE)

    def _catch_up(self) -> None:
        newest = len(self._log.changes)
        life, _, number = (self._position or "").partition("|")
        if self._position is None:
            self._move(newest, reset=self._has_missed)
            return
        if life != str(self._log.life) or not number.isdecimal():
            self._move(newest, reset=True)
            return
        unread = [c for c in self._log.changes[int(number) :] if c.stream in RECORD_STREAMS]
        if len(unread) > self._max_catch_up:
            self._move(newest, reset=True)
            return
        for first in range(0, len(unread), MAX_BATCH):
            page = tuple(unread[first : first + MAX_BATCH])
            self._move(page[-1].seq, changes=page)

    def _move(self, seq: int, *, changes: tuple[Change, ...] = (), reset: bool = False) -> None:
        self._position = f"{self._log.life}|{seq}"
        if changes or reset:
            self._tell(ChangeBatch(changes=changes, position=self._position, reset=reset))

    def _tell(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        for listener in tuple(self._listeners.values()):
            listener(event)
