"""What the network tells, first in, first out, in pieces that leave the loop free for others.

Runs on the `desk-loop` thread. A flood fills the queue to its bound and no further: datagrams
beyond it are dropped, streams are read no faster than the telephone hears.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from telephony.listeners import Listeners
from telephony.network.network import MessageArrived, NetworkEvent, Traced
from telephony.sip.transaction.hop import Hop

_LOG = logging.getLogger(__name__)
_TURN_SECONDS = 0.005
"""After this long somebody else's callbacks come first; the audio's tick is 20 ms."""


class EventQueue:
    """Hands events to listeners, never from within the call that brought them."""

    def __init__(self, *, most_waiting: int) -> None:
        """Keep at most ``most_waiting`` messages; every other event is kept in any case."""
        self._most = most_waiting
        self._events: deque[NetworkEvent] = deque()
        self._messages = 0
        self._is_due = False
        self._listeners = Listeners[NetworkEvent]()
        self._on_room: list[Callable[[], None]] = []
        self.dropped = 0

    def subscribe(self, listener: Callable[[NetworkEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    @property
    def is_full(self) -> bool:
        """Whether a further message would be dropped."""
        return self._messages >= self._most

    def when_there_is_room(self, resume: Callable[[], None]) -> None:
        """Call ``resume`` once when the queue is not full any more."""
        self._on_room.append(resume)

    def put(self, event: NetworkEvent) -> None:
        """Tell ``event`` soon."""
        self._events.append(event)
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._deliver)

    def put_message(self, data: bytes, hop: Hop) -> None:
        """Tell that a message came, unless the queue is full and it came without a connection."""
        if self.is_full and not hop.is_reliable:
            self.dropped += 1
            if self.dropped & (self.dropped - 1) == 0:
                # At every power of two: a flood must not flood the log as well.
                _LOG.info("%d datagrams dropped: more than the telephone can hear", self.dropped)
            return
        self._messages += 1
        self.put(Traced(data=data, hop=hop, sent=False))
        self.put(MessageArrived(data=data, hop=hop))

    def _deliver(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _TURN_SECONDS
        while self._events:
            self._tell(self._events.popleft())
            if loop.time() >= until:
                break
        self._is_due = bool(self._events)
        if self._is_due:
            loop.call_soon(self._deliver)

    def _tell(self, event: NetworkEvent) -> None:
        self._listeners.tell(event)
        if isinstance(event, MessageArrived):
            self._messages -= 1
            if self._on_room and self._messages <= self._most // 2:
                waiting, self._on_room = self._on_room, []
                for resume in waiting:
                    resume()
