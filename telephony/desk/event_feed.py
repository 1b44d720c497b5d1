"""Hands the switch's events to its listeners; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from agent_desk.ports.switch import SwitchEvent, SwitchListener

logger = logging.getLogger(__name__)


class EventFeed:
    """First in, first out, to every listener in the order of subscription.

    An event that comes up while another is handed out waits until all listeners had that one. A
    listener that raises is logged; the others and the switch go on.
    """

    def __init__(self) -> None:
        """Begin without listeners."""
        self._listeners: list[SwitchListener] = []
        self._waiting: deque[SwitchEvent] = deque()
        self._is_handing_out = False

    def subscribe(self, listener: SwitchListener) -> Callable[[], None]:
        """Hand every further event to ``listener``; return how to stop that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, event: SwitchEvent) -> None:
        """Hand ``event`` to everybody."""
        self._waiting.append(event)
        if self._is_handing_out:
            return
        self._is_handing_out = True
        try:
            while self._waiting:
                self._hand_out(self._waiting.popleft())
        finally:
            self._is_handing_out = False

    def _hand_out(self, event: SwitchEvent) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                logger.exception("A listener failed on %s", type(event).__name__)
