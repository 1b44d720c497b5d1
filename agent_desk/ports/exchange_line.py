"""The desk's line to its exchange, as far as a person is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent_desk.domain.registration import RegistrationChangedEvent

RegistrationListener = Callable[[RegistrationChangedEvent], None]


class ExchangeLine(Protocol):
    """Registration of one account; runs on the `desk-loop` thread."""

    def subscribe_registration(self, listener: RegistrationListener) -> Callable[[], None]:
        """Send every further change to ``listener``; return how to stop that."""
        ...

    def registration(self) -> RegistrationChangedEvent:
        """Return how the registration is now."""
        ...

    async def use_password(self, password: str) -> None:
        """Prove by ``password`` from now on, and try at once: a person has typed another."""
        ...

    async def register_again(self) -> None:
        """Try at once, whatever was said before: a person has mended something."""
        ...
