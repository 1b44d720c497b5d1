"""Publish and subscribe inside one desk; runs on the `desk-loop` thread.

Guarantee: handlers see events first in, first out; an event that a handler publishes is delivered
after the one being delivered, never in between.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

_log = logging.getLogger(__name__)

E = TypeVar("E")


class EventBus:
    """Delivers events to the handlers of their class and of its base classes."""

    def __init__(self) -> None:
        """Start without handlers."""
        self._handlers: dict[type, dict[object, Callable[[Any], None]]] = {}
        self._waiting: deque[object] = deque()
        self._delivering = False

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> Callable[[], None]:
        """Call ``handler`` for every further event that is a ``kind``; return how to stop it."""
        handlers = self._handlers.setdefault(kind, {})
        token = object()
        handlers[token] = handler

        def unsubscribe() -> None:
            handlers.pop(token, None)

        return unsubscribe

    def publish(self, event: object) -> None:
        """Deliver ``event`` to every handler; one that fails is logged and hinders no other."""
        self._waiting.append(event)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._waiting:
                self._deliver(self._waiting.popleft())
        finally:
            self._delivering = False

    def _deliver(self, event: object) -> None:
        for kind in type(event).__mro__:
            handlers = self._handlers.get(kind, {})
            for token in tuple(handlers):
                handler = handlers.get(token)
                if handler is None:  # stopped by a handler that was served before it
                    continue
                try:
                    handler(event)
                except Exception:  # noqa: BLE001 a broken listener must not stop a call
                    _log.exception("handler of %s failed", type(event).__name__)
