"""Opening a desk while its server is away, for who signed in here before.

Runs on the `desk-loop` thread; passwords are checked on a thread of the executor, as that takes
its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from agent_desk.domain.errors import (
    DisabledPersonError,
    OfflineExpiredError,
    OfflinePasswordError,
    RightsError,
    SignInError,
    StorageError,
)
from agent_desk.domain.offline_pass import OfflinePass, is_unreachable
from agent_desk.domain.rights import Person
from agent_desk.domain.sign_in import SignInForm
from agent_desk.ports.offline_passes import OfflinePasses

T = TypeVar("T")


class OfflineSignIn:
    """Knows who may open a desk at this machine when no server answers."""

    def __init__(
        self,
        *,
        passes: OfflinePasses,
        days: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Let people in until ``days`` after their last sign-in at the server; 0: nobody.

        ``now`` is the wall's clock, also where a simulation runs faster.
        """
        self._passes = passes
        self._days = days
        self._now = now

    async def keep(self, form: SignInForm, person: Person) -> None:
        """Remember that the server has just let ``person`` in."""
        if not self._days:
            await self._apart(self._passes.forget_all)
            return
        kept = OfflinePass(server=form.server, person=person, signed_in_at=self._now())
        await self._apart(lambda: self._passes.keep(kept, form.password))

    async def person(self, form: SignInForm, error: StorageError) -> Person:
        """Return who may open the desk after ``error`` of the server.

        Raises ``error`` itself when the server has answered or nobody is remembered, else
        OfflineExpiredError or OfflinePasswordError.
        """
        if not self._days or not is_unreachable(error):
            raise error
        server, login = form.server, form.login
        kept = await self._apart(lambda: self._passes.find(server, login))
        if kept is None:
            raise error
        path = error.details.get("path", server)
        if not kept.holds(self._now(), days=self._days):
            await self._apart(lambda: self._passes.forget(server, login))
            raise OfflineExpiredError(path=path, login=login, days=self._days) from error
        if not await self._apart(lambda: self._passes.opens(server, login, form.password)):
            raise OfflinePasswordError(path=path, login=login) from error
        return kept.person

    async def refused(self, form: SignInForm, error: SignInError | RightsError) -> None:
        """Forget the pass that the server's refusal contradicts.

        That is a person who may not sign in any more, and the kept password when the server
        does not accept that one: a typing error takes nothing away.
        """
        server, login = form.server, form.login
        is_over = isinstance(error, DisabledPersonError | RightsError)
        if is_over or await self._apart(lambda: self._passes.opens(server, login, form.password)):
            await self._apart(lambda: self._passes.forget(server, login))

    async def _apart(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, ask)
