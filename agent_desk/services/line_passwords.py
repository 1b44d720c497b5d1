"""The passwords of a line, kept in the system's keyring; runs on the `desk-loop` thread.

The keyring is asked on a thread of its own, as it may ask the person to unlock it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agent_desk.domain.sip_account import SipAccount
from agent_desk.ports.credentials import Credentials

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSecrets:
    """What opens a line; "" where nothing is kept. It never shows in a repr.

    password: of the account at its exchange. turn_password: of the TURN server.
    """

    password: str = ""
    turn_password: str = ""

    def __repr__(self) -> str:
        """Return whether they are there, and no more."""
        return f"LineSecrets(password={bool(self.password)}, turn={bool(self.turn_password)})"


class LinePasswords:
    """Reads, keeps and forgets them, each under the address and login that it opens."""

    def __init__(self, *, credentials: Credentials) -> None:
        """Keep passwords in ``credentials``."""
        self._credentials = credentials

    async def can_keep(self) -> bool:
        """Return whether this machine has a keyring; without one no line can be opened."""
        return await self._apart(lambda: self._credentials.available)

    async def read(self, account: SipAccount) -> LineSecrets:
        """Return what is kept for ``account``."""

        def both() -> LineSecrets:
            return LineSecrets(
                password=self._credentials.get(*_entry(account)) or "",
                turn_password=self._credentials.get(*_turn_entry(account)) or "",
            )

        return await self._apart(both)

    async def keep(self, account: SipAccount, password: str) -> bool:
        """Keep the password of ``account``, or forget it when it is ""; return whether that went.

        Only a keyring that is missing or locked does not.
        """
        return await self._apart(lambda: self._put(*_entry(account), password))

    async def keep_turn(self, account: SipAccount, password: str) -> bool:
        """Do the same with the password of the TURN server of ``account``."""
        return await self._apart(lambda: self._put(*_turn_entry(account), password))

    def _put(self, server: str, login: str, password: str) -> bool:
        if password:
            return self._credentials.set(server, login, password)
        self._credentials.forget(server, login)
        return True

    async def _apart(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, ask)


def _entry(account: SipAccount) -> tuple[str, str]:
    """Return server and login under which the keyring has the password."""
    return f"sip:{account.address}", account.login or account.user


def _turn_entry(account: SipAccount) -> tuple[str, str]:
    return f"turn:{account.turn}", account.turn_user
