"""The desk's line and SIP core on a real network, with the plainest media: no engine, no switch.

What goes wrong with it goes wrong in SIP; what goes wrong with the desk alone does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.sip_account import SipAccount
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.settings import NetworkSettings
from telephony.network.ticker import Ticker
from telephony.phone.line import Line, LineNews
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallEnded,
    CallOffered,
    MediaAgreed,
    RegistrationChanged,
)
from telephony.sip.values.uri import parse_uri
from tests.network.heard import Heard
from tests.peers.plain_sound import POLICY, PlainSound
from tests.servers.telephony.program import HOST


class PlainPhone:
    """An asynchronous context manager: a telephone that runs within the block.

    news: everything that the line tells. sounds: of each call, by its handle.
    """

    def __init__(
        self,
        account: SipAccount,
        *,
        password: str,
        tone_hz: int = 300,
        listens: bool = True,
        host: str = HOST,
        ticker: Ticker | None = None,
    ) -> None:
        """Prepare it. host: its own address. ticker: the time of its network."""
        self.account = account
        self.tone_hz = tone_hz
        self.news = Heard()
        self._sounds: dict[str, PlainSound] = {}
        self._host = host
        settings = NetworkSettings(listen_address=host, listens=listens)
        network = AsyncioNetwork(settings=settings, ticker=ticker)
        self.line = Line(account=account, password=password, network=network, policy=POLICY)
        self.line.subscribe(self._follow)
        self.line.subscribe(self.news)

    async def __aenter__(self) -> PlainPhone:
        """Start it; it registers."""
        await self.line.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up, leave the exchange and stop."""
        for handle in list(self.line.agent.calls):
            self.hang_up(handle)
        await self.line.stop()
        for sound in self._sounds.values():
            sound.close()

    @property
    def sounds(self) -> Mapping[str, PlainSound]:
        """Each call's media by its handle."""
        return MappingProxyType(self._sounds)

    async def registered(self) -> RegistrationChanged:
        """Return when the exchange can reach it."""
        return await self.news.next(RegistrationChanged, lambda news: news.is_registered)

    def uri(self, user: str) -> str:
        """Return how ``user`` is called at the same exchange."""
        return f"sip:{user}@{self.account.server or self.account.domain}"

    async def dial(self, user: str) -> str:
        """Call ``user`` at the exchange; return the call's handle."""
        return await self.dial_uri(self.uri(user))

    async def dial_uri(self, uri: str) -> str:
        """Call ``uri``; return the call's handle."""
        sound = await PlainSound.open(self.tone_hz, self._host)
        target = parse_uri(uri)
        handle = self.line.do(lambda agent, now: agent.dial(target, sound.local, now))
        self._sounds[handle] = sound
        return handle

    async def offered(self) -> CallOffered:
        """Return the next call that rings here."""
        return await self.news.next(CallOffered)

    async def answer(self, handle: str) -> None:
        """Answer it, and return when both sides talk."""
        sound = self._sounds[handle] = await PlainSound.open(self.tone_hz, self._host)
        self.line.do(lambda agent, now: agent.answer(handle, sound.local, now))
        await self.news.next(CallAnswered, lambda news: news.call == handle)

    async def answered(self, handle: str) -> None:
        """Return when the far side has answered."""
        await self.news.next(CallAnswered, lambda news: news.call == handle)

    async def ended(self, handle: str) -> CallEnded:
        """Return when the call is over."""
        return await self.news.next(CallEnded, lambda news: news.call == handle)

    def hang_up(self, handle: str) -> None:
        """Leave it."""
        self.line.do(lambda agent, now: agent.hang_up(handle, now))

    def hold(self, handle: str) -> None:
        """Put it on hold."""
        self.line.do(lambda agent, now: agent.hold(handle, now))

    def retrieve(self, handle: str) -> None:
        """Take it back."""
        self.line.do(lambda agent, now: agent.retrieve(handle, now))

    def transfer(self, handle: str, user: str, *, consultation: str | None = None) -> None:
        """Send its far side to ``user``, into the ``consultation`` call when one is named."""
        target = parse_uri(self.uri(user))
        self.line.do(
            lambda agent, now: agent.transfer(handle, target, now, consultation=consultation)
        )

    async def hears(self, handle: str, hz: int, *, seconds: float = 5.0) -> None:
        """Return when a tone has been heard for 0.2 s; TimeoutError when it is not."""
        sound = self._sounds[handle]
        begin = sound.sound.seconds
        async with asyncio.timeout(seconds):
            while not sound.sound.since(begin).last(0.2).has(hz) or (
                sound.sound.seconds - begin < 0.2
            ):
                await asyncio.sleep(0.02)

    def _follow(self, news: LineNews) -> None:
        if isinstance(news, MediaAgreed) and news.call in self._sounds:
            self._sounds[news.call].agree(news.agreement)
        elif isinstance(news, CallEnded) and news.call in self._sounds:
            self._sounds[news.call].close()
