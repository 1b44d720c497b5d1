"""Signing in: the kept password, the person behind the login, what is kept afterwards.

Runs on the `desk-loop` thread; the keyring is asked on a thread of its own, as it may ask back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from agent_desk.domain.errors import InputError, NotFoundError, RightsError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person
from agent_desk.domain.sign_in import SignInForm
from agent_desk.ports.credentials import Credentials
from agent_desk.ports.storage import Storage

T = TypeVar("T")


class SignIn:
    """What happens around the opening of a shared database."""

    def __init__(self, *, credentials: Credentials) -> None:
        """Keep passwords in ``credentials``."""
        self._credentials = credentials

    async def can_remember(self) -> bool:
        """Return whether this machine has a keyring; without one the password is always asked."""
        return await self._apart(lambda: self._credentials.available)

    async def completed(self, form: SignInForm) -> SignInForm:
        """Return ``form`` with the kept password when none was typed.

        Raises InputError for a missing login or password.
        """
        login = form.login.strip()
        if not login:
            raise InputError(field="login", value="", accepted="your login name")
        password = form.password
        if not password:
            kept = await self._apart(lambda: self._credentials.get(form.server, login))
            password = kept or ""
        if not password:
            raise InputError(field="password", value="", accepted="your password")
        return replace(form, login=login, password=password)

    async def person(self, storage: Storage, form: SignInForm) -> Person:
        """Return who signed in to the open ``storage``.

        Raises SignInError, DisabledPersonError, RightsError for a login without a role, and
        StorageError.
        """
        login = AgentId(form.login)
        try:
            return await storage.read(lambda uow: uow.people.sign_in(login, form.password))
        except NotFoundError as error:
            raise RightsError(action="sign in", role=login) from error

    async def opened(self, storage: Storage, form: SignInForm) -> Person:
        """Open ``storage`` and return who signed in to it; it is closed again when nobody did.

        Raises what `person` raises.
        """
        try:
            await storage.open()
            return await self.person(storage, form)
        except BaseException:
            await storage.close()
            raise

    async def succeeded(self, form: SignInForm) -> bool:
        """Keep or forget the password as the person wished; return whether it is kept now."""
        server, login, password = form.server, form.login, form.password
        if form.remember:
            return await self._apart(lambda: self._credentials.set(server, login, password))
        await self._apart(lambda: self._credentials.forget(server, login))
        return False

    async def refused(self, form: SignInForm) -> None:
        """Forget a kept password that the server does not accept any more."""
        await self._apart(lambda: self._credentials.forget(form.server, form.login))

    async def _apart(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, ask)
