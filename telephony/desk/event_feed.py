"""Hands the switch's events to its listeners; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from agent_desk.ports.switch import SwitchEvent, SwitchListener
from telephony.listeners import Listeners


class EventFeed:
    """First in, first out, to every listener in the order of subscription.

    An event that comes up while another is handed out waits until all listeners had that one. A
    listener that raises is logged; the others and the switch go on.
    """

    def __init__(self) -> None:
        """Begin without listeners."""
        self._listeners = Listeners[SwitchEvent]()
        self._waiting: deque[SwitchEvent] = deque()
        self._is_handing_out = False

    def subscribe(self, listener: SwitchListener) -> Callable[[], None]:
        """Hand every further event to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    def publish(self, event: SwitchEvent) -> None:
        """Hand ``event`` to everybody."""
        self._waiting.append(event)
        if self._is_handing_out:
            return
        self._is_handing_out = True
        try:
            while self._waiting:
                self._listeners.tell(self._waiting.popleft())
        finally:
            self._is_handing_out = False
