"""What people on the floor are called: names for the logins of the log; runs on `desk-loop`."""

from __future__ import annotations

from agent_desk.domain.errors import StorageError
from agent_desk.ports.storage import Storage

NAME_TIMEOUT_SECONDS = 1.0
"""Longest wait for a name: a sentence with a login now is better than one with a name later."""


class Colleagues:
    """Names that were asked for once are remembered: people are seldom renamed."""

    def __init__(self, *, storage: Storage) -> None:
        """Read from ``storage``; nothing is written here."""
        self._storage = storage
        self._names: dict[str, str] = {}

    async def name_of(self, login: str) -> str:
        """Return what people call ``login``, the login itself when nobody can tell."""
        if login not in self._names:
            try:
                found = await self._storage.read(
                    lambda uow: uow.people.names([login]), timeout_seconds=NAME_TIMEOUT_SECONDS
                )
            except StorageError:
                return login
            self._names.update(found)
        return self._names.get(login, login)
