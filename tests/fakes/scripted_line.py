"""A line at an exchange that says what the test wants; runs on the test's loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.ports.exchange_line import RegistrationListener

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When whatever it tells has happened."""


class ScriptedLine:
    """`ports.exchange_line.ExchangeLine`. tries: how often it was asked to register anew.

    passwords: those that it was given.
    """

    def __init__(self, account: str = "201@pbx.example") -> None:
        """Begin by trying."""
        self.account = account
        self.tries = 0
        self.passwords: list[str] = []
        self.after_try: Callable[[], None] = lambda: None
        self._now = self._state(RegistrationStatus.TRYING, RegistrationTrouble.NONE, "")
        self._listeners: list[RegistrationListener] = []

    def subscribe_registration(self, listener: RegistrationListener) -> Callable[[], None]:
        """Send every further change to ``listener``; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def registration(self) -> RegistrationChangedEvent:
        """Return what was told last."""
        return self._now

    async def use_password(self, password: str) -> None:
        """Keep it for the test."""
        self.passwords.append(password)

    async def register_again(self) -> None:
        """Count the wish, and do what the test has in mind."""
        self.tries += 1
        self.after_try()

    def tell(
        self,
        status: RegistrationStatus,
        trouble: RegistrationTrouble = RegistrationTrouble.NONE,
        detail: str = "",
    ) -> None:
        """Say that it is so now."""
        self._now = self._state(status, trouble, detail)
        for listener in tuple(self._listeners):
            listener(self._now)

    def _state(
        self, status: RegistrationStatus, trouble: RegistrationTrouble, detail: str
    ) -> RegistrationChangedEvent:
        return RegistrationChangedEvent(
            at=AT, account=self.account, status=status, trouble=trouble, detail=detail
        )
