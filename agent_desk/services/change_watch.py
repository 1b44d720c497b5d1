"""Tells this desk what other desks changed; runs on the `desk-loop` thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent_desk.domain.change import Change, ChangeBatch, FeedState, FeedStateChangedEvent
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import CustomerId, EventId
from agent_desk.ports.change_feed import ChangeFeed
from agent_desk.services.event_bus import EventBus

MAX_OWN = 5_000
"""Most of the desk's own events that are remembered until the feed brings them back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecordsChangedEvent:
    """Other desks changed records; at most 200 ``changes``."""

    changes: tuple[Change, ...]

    def ids(self, stream: Stream) -> frozenset[str]:
        """Return which records of ``stream`` changed."""
        return frozenset(change.stream_id for change in self.changes if change.stream is stream)

    @property
    def customers(self) -> frozenset[CustomerId]:
        """Whose card or history changed."""
        return frozenset(about for change in self.changes if (about := change.about) is not None)

    def newest(self, stream: Stream, stream_id: str) -> Change | None:
        """Return the last change of that record, None when it did not change."""
        found = (c for c in self.changes if (c.stream, c.stream_id) == (stream, stream_id))
        return max(found, key=lambda change: change.seq, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecordsReloadEvent:
    """More changed than is told one by one: whatever is shown must be read again."""


class ChangeWatch:
    """Publishes what the feed brings, without what this desk did itself.

    The desk's own changes were published by the service that made them. `note_own` must hear of
    them before their commit; see `announcing_storage`.
    """

    def __init__(self, *, feed: ChangeFeed, bus: EventBus) -> None:
        """Nothing is published before ``start``."""
        self._feed = feed
        self._bus = bus
        # In the order of writing, so that the oldest is forgotten first.
        self._own: dict[EventId, None] = {}
        self._lock = threading.Lock()
        self._unsubscribe: Callable[[], None] = _nothing

    @property
    def state(self) -> FeedState:
        """How soon this desk learns of changes."""
        return self._feed.state

    async def start(self) -> None:
        """Begin with what changes from now on, or where a former `stop` was."""
        self._unsubscribe()
        self._unsubscribe = self._feed.subscribe(self._on_feed)
        await self._feed.open(self._feed.position)

    async def stop(self) -> None:
        """Publish nothing more."""
        await self._feed.close()
        self._unsubscribe()
        self._unsubscribe = _nothing

    def note_own(self, events: Sequence[LoggedEvent]) -> None:
        """Remember ``events`` as this desk's own; on any thread."""
        with self._lock:
            self._own.update(dict.fromkeys(event.id for event in events))
            for id_ in list(self._own)[: len(self._own) - MAX_OWN]:
                del self._own[id_]

    def announce(self) -> None:
        """Tell the other desks that this one has committed something; returns at once."""
        self._feed.ring()

    def _on_feed(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        if isinstance(event, FeedStateChangedEvent):
            self._bus.publish(event)
        elif event.reset:
            self._bus.publish(SharedRecordsReloadEvent())
        else:
            others = self._others(event.changes)
            if others:
                self._bus.publish(SharedRecordsChangedEvent(changes=others))

    def _others(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Return ``changes`` without this desk's own, which are forgotten: each comes only once."""
        with self._lock:
            own = self._own.keys() & {change.id for change in changes}
            for id_ in own:
                del self._own[id_]
        return tuple(change for change in changes if change.id not in own)


def _nothing() -> None:
    """Stop nothing."""
