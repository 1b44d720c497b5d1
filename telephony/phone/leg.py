"""One SIP call behind a call of the desk, and its media; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent_desk.domain.identifiers import CallId, DeviceId
from telephony.dialog_events.call_facts import CallFacts
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.sip.user_agent.news import (
    CallCancelled,
    CallDeflected,
    CallEnded,
    CallFailed,
    CallNews,
    CallRefused,
    CallTransferred,
)
from telephony.sip.values.uri import Uri

LAST_NEWS = (
    CallCancelled,
    CallDeflected,
    CallEnded,
    CallFailed,
    CallRefused,
    CallTransferred,
)
"""After one of these nothing more is told of a leg."""


class Leg:
    """A leg of a call.

    media: its name at the media engine. handle: the SIP telephone's, "" before it has one.
    facts: None until its INVITE is known. uri: what was dialled, None for one that came in.
    local, opened_at: what was opened for it and when, None while nothing is. agreement: what both
    sides agreed on.
    other_profiles: to be offered when the peer takes none of the first. first_call: the call that
    it began as, whose record its quality belongs to, whatever it was joined to later. consults: the
    held call that it asks about. has_rung: the far side has rung. needs_renewal: its media was lost
    before it could be offered anew. has_lost_path: no sound passes any more. has_moved: its ICE has
    begun anew at another address of this machine. order: what is wished for its media, one after
    the other.
    """

    def __init__(self, *, media: str, uri: Uri | None = None, handle: str = "") -> None:
        """Begin with nothing open."""
        self.media = media
        self.uri = uri
        self.handle = handle
        self.facts: CallFacts | None = None
        self.local: LocalMedia | None = None
        self.opened_at = 0.0
        self.agreement: Agreement | None = None
        self.other_profiles: tuple[Profile, ...] = ()
        self.first_call: CallId | None = None
        self.consults: CallId | None = None
        self.is_answered = False
        self.is_over = False
        self.has_rung = False
        self.needs_renewal = False
        self.has_lost_path = False
        self.has_moved = False
        self.opening: asyncio.Task[None] | None = None
        self.order = asyncio.Lock()
        self._waiting: list[tuple[tuple[type[CallNews], ...], asyncio.Future[CallNews]]] = []

    @property
    def known(self) -> CallFacts:
        """The facts of a leg whose INVITE is known."""
        assert self.facts is not None
        return self.facts

    @property
    def remote(self) -> DeviceId:
        """The far side, as events name it."""
        return self.known.remote

    @property
    def rings_silently(self) -> bool:
        """Whether the far side rings, and its network sends no sound of that."""
        return self.has_rung and not self.is_answered and self.agreement is None

    def belongs_to(self, call_id: CallId) -> None:
        """Be a leg of this call from now on."""
        self.facts = replace(self.known, call_id=call_id)
        self.first_call = self.first_call or call_id

    def expect(self, *kinds: type[CallNews]) -> asyncio.Future[CallNews]:
        """Return what will have the next news of these kinds, or the last news of the leg."""
        future: asyncio.Future[CallNews] = asyncio.get_running_loop().create_future()
        self._waiting.append((kinds, future))
        return future

    def tell(self, news: CallNews) -> None:
        """Wake who waits for such news."""
        left = []
        for kinds, future in self._waiting:
            if isinstance(news, (*kinds, *LAST_NEWS)):
                if not future.done():
                    future.set_result(news)
            elif not future.done():
                left.append((kinds, future))
        self._waiting = left
