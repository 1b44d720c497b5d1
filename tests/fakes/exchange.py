"""An exchange of ours with subscribers that pick up, are busy or stay silent, on a memory wire."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from telephony.sip.message.headers import Field
from telephony.sip.message.message import Request, Response
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Profile
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.news import (
    CallOffered,
    IceRestartOffered,
    MediaAgreed,
    News,
    ReferReceived,
)
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.sip.values.address import make_address
from telephony.sip.values.uri import SipUri, escape_user
from tests.fakes.ice_media import with_ice

DOMAIN = "pbx.example"
PORT = 5060
ANSWER_SECONDS = 0.01


class Wire(Protocol):
    """What carries octets between an exchange and its subscribers."""

    def attach(self, address: str, receive: Callable[[bytes, Hop], None]) -> None: ...

    def can_reach(self, address: str) -> bool: ...

    def send(self, data: bytes, source: Hop, target: Hop) -> None: ...


class Habit(StrEnum):
    """What a subscriber does with a call."""

    ANSWERS = "answers"
    BUSY = "busy"
    SILENT = "silent"


@dataclass(eq=False)
class Subscriber:
    """A telephone of the exchange, or one outside that is reached through it."""

    number: str
    habit: Habit
    agent: UserAgent
    hop: Hop
    exchange: Exchange
    policy: MediaPolicy
    follows: bool = True
    accepts_changes: bool = True
    restarts: int = 0
    ringing: set[str] = field(default_factory=set)
    news: list[News] = field(default_factory=list)
    _alarm: asyncio.TimerHandle | None = None

    @property
    def talks(self) -> list[str]:
        """The SIP Call-IDs of calls that go on."""
        return [call.call_id for call in self.agent.calls.values()]

    def do(self, wish: Callable[[UserAgent, float], object]) -> None:
        """Let the telephone do something."""
        wish(self.agent, self._now())
        self._pump()

    def call(self, target: SipUri, *, headers: tuple[Field, ...] = ()) -> str:
        """Call ``target``; return the SIP Call-ID."""
        handle = self.agent.dial(target, self.media(), self._now(), headers=headers)
        call_id = self.agent.calls[handle].call_id
        self._pump()
        return call_id

    def hang_up(self, call_id: str) -> None:
        """Leave a call, or give it up."""
        self.do(lambda agent, now: agent.hang_up(self.handle_of(call_id), now))

    def handle_of(self, call_id: str) -> str:
        return next(h for h, call in self.agent.calls.items() if call.call_id == call_id)

    def refuse_all(self, status: int) -> None:
        """Refuse what rings here."""
        for handle in tuple(self.agent.calls):
            self.do(lambda agent, now, handle=handle: agent.reject(handle, now, status))  # type: ignore[misc]

    def media(self) -> LocalMedia:
        port = 20000 + 2 * self.restarts
        local = LocalMedia(address=self.hop.address, port=port, session_id=self.number or "0")
        return with_ice(local) if Profile.DTLS_SRTP_ICE in self.policy.profiles else local

    def begin_ice_anew(self, call_id: str) -> None:
        """Offer other candidates than before."""
        self.restarts += 1
        handle, local = self.handle_of(call_id), self.media()
        self.do(lambda agent, now: agent.restart_ice(handle, local, now))

    def receive(self, data: bytes, source: Hop) -> None:
        if not self.accepts_changes and data.startswith(b"INVITE"):
            data = data.replace(b"m=audio", b"m=image")
        self.agent.receive(data, source, self._now())
        self._pump()

    def agreed(self) -> MediaAgreed:
        """Return what was agreed on last."""
        return next(n for n in reversed(self.news) if isinstance(n, MediaAgreed))

    def _pump(self) -> None:
        while True:
            transmits, news = self.agent.take_transmits(), self.agent.take_news()
            for transmit in transmits:
                self.exchange.wire.send(transmit.message.encode(), self.hop, transmit.hop)
            self.news += news
            for item in news:
                self._react(item)
            if not transmits and not news:
                break
        self._set_alarm()

    def _react(self, news: News) -> None:
        now = self._now()
        if isinstance(news, CallOffered):
            if news.replaces is not None:
                self.agent.answer(news.call, self.media(), now)
            elif self.habit is Habit.BUSY:
                self.agent.reject(news.call, now, 486)
            elif self.habit is Habit.ANSWERS:
                self.ringing.add(news.call)
                loop = asyncio.get_running_loop()
                loop.call_later(ANSWER_SECONDS, self._answer, news.call)
        elif isinstance(news, IceRestartOffered):
            self.restarts += 1
            self.agent.answer_restart(news.call, self.media(), now)
        elif isinstance(news, ReferReceived):
            if self.follows:
                self.agent.follow_referral(news.call, news.target, self.media(), now)
            else:
                self.agent.refuse_referral(news.call, now)

    def _answer(self, handle: str) -> None:
        self.ringing.discard(handle)
        if handle in self.agent.calls:
            self.do(lambda agent, now: agent.answer(handle, self.media(), now))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        at = self.agent.deadline
        loop = asyncio.get_running_loop()
        self._alarm = None if at is None else loop.call_at(at, self._wake)

    def _wake(self) -> None:
        self.do(lambda agent, now: agent.handle_time(now))

    def stop(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()


class Exchange:
    """Routes requests for its domain by their user; keeps no call of its own.

    registered: contact of each user. refusal: status that REGISTER hears, None to be taken. seen:
    where a NAT makes REGISTER come from, None for one that is not noted.
    """

    def __init__(
        self, wire: Wire, *, domain: str = DOMAIN, hop: Hop | None = None, house: str = "10.0.1"
    ) -> None:
        """Serve ``domain`` on ``wire``. house: the first three numbers of every subscriber."""
        self.wire = wire
        self.domain = domain
        self.registered: dict[str, Hop] = {}
        self._house = house
        self.refusal: int | None = None
        self.seen: tuple[str, int] | None = None
        self.subscribers: dict[str, Subscriber] = {}
        self._hop = hop or Hop(transport="UDP", address=domain, port=PORT)
        wire.attach(self._hop.address, self._receive)

    def add(
        self, number: str, habit: Habit = Habit.ANSWERS, *, policy: MediaPolicy | None = None
    ) -> Subscriber:
        """Return a new subscriber; "" is somebody who withholds the number."""
        address = f"{self._house}.{len(self.subscribers) + 1}"
        hop = replace(self._hop, address=address)
        policy = policy or MediaPolicy()
        account = Account(
            address=make_address(self.uri(number) if number else _ANONYMOUS),
            contact=SipUri(user=escape_user(number or "x"), host=address, port=hop.port),
            outbound=self._hop,
            policy=policy,
            most_calls=4,
        )
        subscriber = Subscriber(
            number=number,
            habit=habit,
            agent=UserAgent(account=account, random_bytes=os.urandom),
            hop=hop,
            exchange=self,
            policy=policy,
        )
        self.subscribers[number or address] = subscriber
        self.wire.attach(address, subscriber.receive)
        return subscriber

    def uri(self, number: str) -> SipUri:
        return SipUri(user=escape_user(number), host=self.domain)

    def stop(self) -> None:
        for subscriber in self.subscribers.values():
            subscriber.stop()

    async def settle(self, rounds: int = 60) -> None:
        """Let everything under way arrive."""
        for _ in range(rounds):
            await asyncio.sleep(0)

    async def answered(self) -> None:
        """Let everybody pick up who does."""
        await self.settle()
        while any(subscriber.ringing for subscriber in self.subscribers.values()):
            await asyncio.sleep(ANSWER_SECONDS / 4)
        await self.settle()

    def _receive(self, data: bytes, source: Hop) -> None:
        message = parse_message(data)
        if isinstance(message, Response):
            via = message.top_via
            back = Hop(transport="UDP", address=via.host, port=via.port or PORT)
            self.wire.send(data, source, back)
            return
        if message.method == "REGISTER":
            self._answer(self._noted(self._register(message)), source)
            return
        target = message.uri
        if not isinstance(target, SipUri):
            return
        if target.host != self.domain:
            self.wire.send(data, source, _hop_of(target))
        elif (subscriber := self.subscribers.get(target.user_text)) is not None:
            self.wire.send(data, source, subscriber.hop)
        elif (contact := self.registered.get(target.user_text)) is not None:
            self.wire.send(data, source, contact)
        elif message.method != "ACK":
            self._answer(reply(message, 404, to_tag="x"), source)

    def _noted(self, answer: Response) -> Response:
        if self.seen is None:
            return answer
        via, (address, port) = answer.top_via, self.seen
        parameters = via.parameters.with_("received", address).with_("rport", str(port))
        value = str(replace(via, parameters=parameters))
        return answer.with_headers(answer.headers.replaced("Via", value))

    def _register(self, request: Request) -> Response:
        (contact,) = request.contacts
        uri = contact.uri
        assert isinstance(uri, SipUri)
        if self.refusal is not None:
            return reply(request, self.refusal, to_tag="x")
        if contact.expires:
            self.registered[uri.user_text] = _hop_of(uri)
            granted: tuple[Field, ...] = (("Contact", f"<{uri}>;expires={contact.expires}"),)
            return reply(request, 200, to_tag="x", headers=granted)
        self.registered.pop(uri.user_text, None)
        return reply(request, 200, to_tag="x")

    def _answer(self, response: Response, source: Hop) -> None:
        self.wire.send(response.encode(), self._hop, source)


def _hop_of(uri: SipUri) -> Hop:
    return Hop(transport="UDP", address=uri.host, port=uri.port or PORT)


_ANONYMOUS = SipUri(user="anonymous", host="anonymous.invalid")
