"""Telephones on a network in memory: packets may be lost, doubled, late and out of order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TypeVar

from telephony.sip.message.message import AnyMessage, Request
from telephony.sip.message.parser import parse_message
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.news import News
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.sip.values.address import make_address
from telephony.sip.values.uri import SipUri

LATENCY = 0.01
SIGNS = (b'"', b"<", b">", b";", b",", b":", b"\r\n", b" ", b"=", b"0", b"\xff", b"@", b"", b"%")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Line:
    """How bad a network is: shares from 0.0 to 1.0, seconds of jitter."""

    loss: float = 0.0
    doubled: float = 0.0
    jitter: float = 0.0
    mangled: float = 0.0


GOOD = Line()


@dataclass
class Telephone:
    """A user agent, its address, and everything that it told."""

    name: str
    agent: UserAgent
    hop: Hop
    news: list[News] = field(default_factory=list)

    @property
    def uri(self) -> SipUri:
        return SipUri(user=self.name, host=self.hop.address, port=self.hop.port)

    def media(self) -> LocalMedia:
        return LocalMedia(address=self.hop.address, port=20000, session_id=self.name)

    @property
    def call(self) -> str:
        """The only call that is not over."""
        (handle,) = self.agent.calls
        return handle


Server = Callable[[AnyMessage, Hop], list[tuple[AnyMessage, Hop]]]


class Network:
    """Carries octets between telephones and servers; time goes from one event to the next."""

    def __init__(self, line: Line = GOOD, seed: int = 1) -> None:
        self.line = line
        self.now = 0.0
        self.random = Random(seed)
        self.telephones: dict[str, Telephone] = {}
        self.servers: dict[str, Server] = {}
        self.seen: list[AnyMessage] = []
        self.cut_off: set[str] = set()
        self._under_way: list[tuple[float, int, str, bytes, Hop]] = []
        self._numbers = count()

    def add(self, name: str, *, policy: MediaPolicy | None = None, **options: object) -> Telephone:
        address = f"10.0.0.{len(self.telephones) + 1}"
        uri = SipUri(user=name, host=address, port=5060)
        account = Account(
            address=make_address(uri, name=name.title()),
            contact=uri,
            policy=policy or MediaPolicy(),
            **options,  # type: ignore[arg-type]
        )
        agent = UserAgent(account=account, random_bytes=self.random.randbytes)
        telephone = Telephone(name, agent, Hop(transport="UDP", address=address, port=5060))
        self.telephones[address] = telephone
        return telephone

    def send(self, message: AnyMessage, source: Hop, target: Hop) -> None:
        """Put a message on its way, or lose it, or send it twice."""
        self.seen.append(message)
        data = message.encode()
        copies = 1 + (self.random.random() < self.line.doubled)
        for _ in range(copies):
            if self.random.random() >= self.line.loss:
                if self.random.random() < self.line.mangled:
                    data = self._mangled(data)
                at = self.now + LATENCY + self.random.random() * self.line.jitter
                item = (at, next(self._numbers), target.address, data, source)
                heapq.heappush(self._under_way, item)

    def _mangled(self, data: bytes) -> bytes:
        """Return octets of which a few were changed, cut out or put in."""
        changed = bytearray(data)
        for _ in range(self.random.randrange(1, 4)):
            at = self.random.randrange(len(changed))
            changed[at : at + self.random.randrange(6)] = self.random.choice(SIGNS)
        return bytes(changed)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        self._collect()
        while (at := self._next_time()) is not None and at <= end:
            self.now = max(self.now, at)
            while self._under_way and self._under_way[0][0] <= self.now:
                _, _, address, data, source = heapq.heappop(self._under_way)
                self._deliver(address, data, source)
            for telephone in self.telephones.values():
                due = telephone.agent.deadline
                if due is not None and due <= self.now:
                    telephone.agent.handle_time(self.now)
            self._collect()
        self.now = end

    def _deliver(self, address: str, data: bytes, source: Hop) -> None:
        if address in self.cut_off or source.address in self.cut_off:
            return
        if (telephone := self.telephones.get(address)) is not None:
            telephone.agent.receive(data, source, self.now)
        elif (server := self.servers.get(address)) is not None:
            own = Hop(transport="UDP", address=address, port=5060)
            for message, target in server(parse_message(data), source):
                self.send(message, own, target)
        self._collect()

    def _collect(self) -> None:
        for telephone in self.telephones.values():
            for transmit in telephone.agent.take_transmits():
                self.send(transmit.message, telephone.hop, transmit.hop)
            telephone.news += telephone.agent.take_news()

    def _next_time(self) -> float | None:
        times = [t.agent.deadline for t in self.telephones.values()]
        times += [at for at, *_ in self._under_way[:1]]
        return min((at for at in times if at is not None), default=None)

    def methods(self) -> list[str]:
        """Return every message that was sent: methods of requests, statuses of responses."""
        return [m.method if isinstance(m, Request) else str(m.status) for m in self.seen]


def last(telephone: Telephone, kind: type[T]) -> T:
    """Return the newest news of a kind."""
    return next(news for news in reversed(telephone.news) if isinstance(news, kind))


def kinds(telephone: Telephone) -> list[str]:
    """Return what was told, by the names of its kinds."""
    return [type(news).__name__ for news in telephone.news]
