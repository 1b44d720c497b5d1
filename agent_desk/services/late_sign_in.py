"""Signing in after the start: a desk that opened without its server finds it by itself.

Runs on the `desk-loop` thread. The password stays in memory until the server has checked it. A
server that refuses the person is asked again only when the person says so: what the desk has
kept stays kept.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from agent_desk.domain.errors import (
    AgentDeskError,
    DisabledPersonError,
    RightsError,
    SignInError,
    StorageError,
)
from agent_desk.domain.offline_pass import is_unreachable
from agent_desk.domain.rights import Person
from agent_desk.domain.sign_in import SignInForm
from agent_desk.services.awaited_server import AwaitedFeed, AwaitedStorage, ServerWay
from agent_desk.services.event_bus import EventBus
from agent_desk.services.offline_sign_in import OfflineSignIn
from agent_desk.services.sign_in import SignIn

_log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 5.0
"""Pauses between tries, in seconds of real time: doubled, jittered, so that a floor whose server
is back does not sign in all at once."""

Admitted = Callable[[Person], Awaitable[None]]
Barred = Callable[[], Awaitable[None]]


class SignInState(StrEnum):
    """Whether the server knows who sits here.

    AWAY: it was not reached, and is tried again. REFUSED: it does not let this person in; nothing
    happens before they sign in again. SIGNED_IN: it does.
    """

    AWAY = "AWAY"
    REFUSED = "REFUSED"
    SIGNED_IN = "SIGNED_IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStateChangedEvent:
    """The desk came into ``state``; error: why, None when signed in."""

    state: SignInState
    error: AgentDeskError | None = None


class LateSignIn:
    """Looks for the server until it has let in who sits here."""

    def __init__(
        self,
        *,
        form: SignInForm,
        connect: Callable[[str], ServerWay],
        storage: AwaitedStorage,
        feed: AwaitedFeed,
        sign_in: SignIn,
        offline: OfflineSignIn,
    ) -> None:
        """``connect`` returns a way to the server with a password; ``form`` opened the desk."""
        self._form = form
        self._connect = connect
        self._storage = storage
        self._feed = feed
        self._sign_in = sign_in
        self._offline = offline
        self._now = SignInStateChangedEvent(state=SignInState.AWAY, error=storage.error)
        self._bus: EventBus | None = None
        self._admitted: Admitted = _nobody_waits
        self._barred: Barred = _nobody_cares
        self._task: asyncio.Task[None] | None = None
        self._one_by_one = asyncio.Lock()
        self._is_stopped = False

    @property
    def form(self) -> SignInForm:
        """Who opened the desk, without the password."""
        return replace(self._form, password="")

    @property
    def now(self) -> SignInStateChangedEvent:
        """How it stands."""
        return self._now

    async def start(self, bus: EventBus, *, admitted: Admitted, barred: Barred) -> None:
        """Begin to look; ``admitted`` is called once, with the person as the server knows them.

        barred: called when they may not sign in any more.
        """
        self._bus = bus
        self._admitted, self._barred = admitted, barred
        bus.publish(self._now)
        self._look()

    async def stop(self) -> None:
        """Stop looking, and forget the password."""
        self._is_stopped = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._form = self.form

    async def again(self, password: str) -> None:
        """Sign in with what the person typed after a refusal.

        Returns once everything that follows a sign-in is done. Raises SignInError, RightsError,
        and StorageError; an unreachable server is looked for on.
        """
        if self._now.state is SignInState.SIGNED_IN:
            # What follows a sign-in may still be under way.
            async with self._one_by_one:
                return
        self._form = replace(self._form, password=password)
        try:
            await self._try()
        except StorageError as error:
            if is_unreachable(error):
                self._say(SignInState.AWAY, error)
                self._look()
            raise

    def _look(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="late sign-in")

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while self._now.state is SignInState.AWAY:
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            try:
                await self._try()
            except (SignInError, RightsError):
                return
            except AgentDeskError as error:
                # A full, older or half-started server: nothing that the person here can mend.
                if self._now.state is SignInState.AWAY:
                    self._say(SignInState.AWAY, error)
            except Exception:  # noqa: BLE001 a defect must not leave the desk alone for ever
                _log.exception("signing in failed")

    async def _try(self) -> None:
        async with self._one_by_one:
            if self._now.state is SignInState.SIGNED_IN:
                return
            form = self._form
            way = self._connect(form.password)
            try:
                person = await self._sign_in.opened(way.storage, form)
            except (SignInError, RightsError) as error:
                if isinstance(error, SignInError):
                    await self._sign_in.refused(form)
                await self._offline.refused(form, error)
                if isinstance(error, DisabledPersonError | RightsError):
                    await self._barred()
                self._say(SignInState.REFUSED, error)
                raise
            if self._is_stopped:
                await way.storage.close()
                return
            # At once, so that whoever stops the desk now closes it.
            self._storage.arrive(way.storage)
            self._say(SignInState.SIGNED_IN, None)
            await self._sign_in.succeeded(form)
            await self._offline.keep(form, person)
            await self._feed.arrive(way.feed)
            await self._admitted(person)
            self._form = self.form

    def _say(self, state: SignInState, error: AgentDeskError | None) -> None:
        if isinstance(error, StorageError):
            self._storage.error = error
        former, self._now = self._now, SignInStateChangedEvent(state=state, error=error)
        if (former.state, type(former.error)) == (state, type(error)):
            return
        if state is SignInState.REFUSED:
            _log.warning("the server refuses who opened this desk: %s", error)
        if self._bus is not None:
            self._bus.publish(self._now)


async def _nobody_waits(_: Person) -> None:
    """Do nothing before the desk has started."""


async def _nobody_cares() -> None:
    """Do nothing before the desk has started."""
