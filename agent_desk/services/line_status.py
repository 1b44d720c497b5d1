"""The desk's registration at its exchange, for the status bar; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable

from agent_desk.domain.registration import RegistrationChangedEvent
from agent_desk.ports.exchange_line import ExchangeLine
from agent_desk.services.event_bus import EventBus


class LineStatus:
    """Puts what the line tells on the desk's bus; a desk of simulated calls has no line."""

    def __init__(self, *, line: ExchangeLine | None, bus: EventBus) -> None:
        """Nothing is published before `start`."""
        self._line = line
        self._bus = bus
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to follow the line."""
        if self._line is not None:
            self._unsubscribe = self._line.subscribe_registration(self._bus.publish)

    def stop(self) -> None:
        """Stop following it."""
        self._unsubscribe()

    def registration(self) -> RegistrationChangedEvent | None:
        """Return how the registration is now, None at a desk of simulated calls."""
        return None if self._line is None else self._line.registration()

    def tell(self) -> None:
        """Publish the present state once more, for a listener that came late."""
        if (now := self.registration()) is not None:
            self._bus.publish(now)

    async def use_password(self, password: str) -> None:
        """Sign in with ``password`` from now on, and at once."""
        if self._line is not None:
            await self._line.use_password(password)

    async def register_again(self) -> None:
        """Try to register at once."""
        if self._line is not None:
            await self._line.register_again()
