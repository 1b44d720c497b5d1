"""What people on the floor are called: names for the logins of the log; runs on `desk-loop`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from types import MappingProxyType

from agent_desk.domain.errors import StorageError
from agent_desk.ports.storage import Storage

NOBODY: Mapping[str, str] = MappingProxyType({})
NAME_TIMEOUT_SECONDS = 1.0
"""Longest wait for a name: a sentence with a login now is better than one with a name later."""


class Colleagues:
    """Names that were asked for once are remembered: people are seldom renamed."""

    def __init__(self, *, storage: Storage, known: Mapping[str, str] = NOBODY) -> None:
        """Read from ``storage``; nothing is written here. known: names by login, such as one's own.

        At a desk without sign-in nothing in the database says what its own agent is called.
        """
        self._storage = storage
        self._names = {login: name for login, name in known.items() if name}

    async def name_of(self, login: str) -> str:
        """Return what people call ``login``, the login itself when nobody can tell."""
        with suppress(StorageError):
            return (await self.names_of((login,))).get(login, login)
        return login

    async def names_of(self, logins: Collection[str]) -> Mapping[str, str]:
        """Return what people call those of ``logins`` whose name anybody can tell.

        Raises StorageError when a name is not known yet and the database does not answer.
        """
        missing = [login for login in dict.fromkeys(logins) if login and login not in self._names]
        if missing:
            found = await self._storage.read(
                lambda uow: uow.people.names(missing), timeout_seconds=NAME_TIMEOUT_SECONDS
            )
            self._names.update(found)
        return {login: self._names[login] for login in logins if login in self._names}
