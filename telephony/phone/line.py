"""One line at one exchange: a `UserAgent` pumped through a `SipNetwork`, and kept registered.

Runs on the `desk-loop` thread. Octets go in and out, time goes off, and what happens is told in
order. A line that cannot be reached tries again by itself: soon at first, then ever more seldom,
each desk at a moment of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.listeners import Listeners
from telephony.network.errors import NetworkError
from telephony.network.network import (
    FlowLost,
    HopFailed,
    MessageArrived,
    NetworkChanged,
    NetworkEvent,
    SipNetwork,
)
from telephony.network.ticker import Alarm, LoopTicker, Ticker, pause
from telephony.phone.line_account import (
    NOWHERE,
    binding_of,
    contact_of,
    server_place,
    sip_account,
)
from telephony.sip.registration.back_off import BackOff
from telephony.sip.registration.binding import Binding
from telephony.sip.registration.registration import AT_REST, RegistrationState
from telephony.sip.sdp.policy import MediaPolicy
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.news import CallFailed, MappingChanged, News, RegistrationChanged
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.sip.values.uri import SipUri

_LOG = logging.getLogger(__name__)
_RECONNECT = BackOff(base=1.0, most=60.0)
_REGISTER_AGAIN = BackOff(base=10.0, most=120.0)
"""Shorter than RFC 5626 s. 4.5 allows at most: an agent waits for it, and many wait apart."""

_SERVER_FAILED = frozenset({408, 503})
"""RFC 3263 s. 4.3: silence, a broken transport and 503 lead to the next server."""

_LEAVE_SECONDS = 2.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReached:
    """The exchange's server takes messages from us; address: ours on the way there."""

    address: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnreached:
    """The exchange's server is not reached; it is tried again."""

    why: NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMoved:
    """This machine has other addresses: the media of calls that go on must move too."""

    addresses: tuple[str, ...]


LineNews = News | LineReached | LineUnreached | LineMoved


class Line:
    """The telephone's connection to its exchange.

    agent: to be asked inside `do` alone, so that what it wants to send leaves.
    """

    def __init__(
        self,
        *,
        account: SipAccount,
        password: str,
        network: SipNetwork,
        policy: MediaPolicy,
        random_bytes: Callable[[int], bytes] = os.urandom,
        ticker: Ticker | None = None,
        timings: Timings = DEFAULT_TIMINGS,
        instance: str = "",
    ) -> None:
        """Stand ready. instance: ``urn:uuid:...`` of this telephone (RFC 5626), "" for none."""
        self._account = account
        self._password = password
        self._network = network
        self._policy = policy
        self._ticker = ticker or LoopTicker()
        self._instance = instance
        self._place = server_place(account)
        self._hop = self._unasked_hop()
        self._random = random_bytes
        self.agent = UserAgent(
            account=self._core(NOWHERE), random_bytes=random_bytes, timings=timings
        )
        self._listeners = Listeners[LineNews]()
        self._untold: list[LineNews] = []
        self._is_pumping = False
        self._alarm: Alarm | None = None
        self._alarm_at = 0.0
        self._reaching: asyncio.Task[None] | None = None
        self._failures = 0
        self._unsubscribe: Callable[[], None] | None = None
        self._settled = asyncio.Event()
        self._is_leaving = False
        self._lost_way = False

    @property
    def server(self) -> Hop:
        """The server as the account names it; its transport is "" until it is known."""
        return self._hop

    def subscribe(self, listener: Callable[[LineNews], None]) -> Callable[[], None]:
        """Tell ``listener`` all further news, first in, first out; return how to stop that."""
        return self._listeners.subscribe(listener)

    async def start(self) -> None:
        """Open the network and begin to register; news tell how that goes.

        Raises NetworkError when nothing can be bound on this machine.
        """
        self._is_leaving = False
        self._unsubscribe = self._network.subscribe(self._take)
        await self._network.start()
        self._reach()

    async def stop(self) -> None:
        """Take the registration back, as far as the server answers soon, and close the network."""
        self._is_leaving = True
        await self._stop_reaching()
        registration = self.agent.registration
        if registration is not None and registration.state not in AT_REST:
            self._settled.clear()
            self.do(lambda agent, now: agent.unregister(now))
            if registration.state is RegistrationState.LEAVING:
                await self._wait_for_leave()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._stop_alarm()
        await self._network.stop()

    def do(self, wish: Callable[[UserAgent, float], T]) -> T:
        """Let the agent do something now; what it sends leaves, what it tells is told."""
        try:
            return wish(self.agent, self._ticker.time())
        finally:
            self._pump()

    def use_password(self, password: str) -> None:
        """Prove by ``password`` where the exchange asks, and try the server anew at once.

        A registration that stands goes on by the proof that it has until the exchange refuses it.
        """
        self._password = password
        proof = self._core(NOWHERE).credentials
        self.agent.adopt(replace(self.agent.account, credentials=proof))
        self.register_now()

    def register_now(self) -> None:
        """Try the server anew at once, for instance after a person asked for it."""
        self._failures = 0
        self._reach()

    # The network

    def _take(self, event: NetworkEvent) -> None:
        if isinstance(event, MessageArrived):
            self.do(lambda agent, now: agent.receive(event.data, event.hop, now))
        elif isinstance(event, HopFailed):
            self._note_failure(event)
        elif isinstance(event, FlowLost) and event.hop == self._hop:
            _LOG.info("the connection to the exchange is lost: %s", event.why)
            self._lost_way = event.hop.is_reliable
            self._reach_later()
        elif isinstance(event, NetworkChanged):
            self._tell(LineMoved(addresses=event.addresses))
            # Calls get other media then, and their peers hear of the address with that.
            self._failures, self._lost_way = 0, False
            self._reach()

    def _note_failure(self, failed: HopFailed) -> None:
        """Tell why the server is not reached, then what that means for what waits for it."""
        _LOG.info("%s", failed.why)
        if failed.hop == self._hop:
            if isinstance(failed.why, NetworkError):
                self._tell(LineUnreached(why=failed.why))
            self._reach_later()
        self.do(lambda agent, now: agent.transport_failed(failed.hop, now))

    def _reach_later(self) -> None:
        """Reach the server anew after a while, unless that is under way: each cause brings one."""
        if self._reaching is None or self._reaching.done():
            self._reach(after=self._next_wait())

    def _next_wait(self) -> float:
        self._failures += 1
        return _RECONNECT.wait(self._failures, int.from_bytes(self._random(4)) / 2**32)

    # Reaching the server

    def _reach(self, *, after: float = 0.0) -> None:
        """Begin to reach the server; what was begun before is given up."""
        if self._is_leaving:
            return
        if self._reaching is not None:
            self._reaching.cancel()
        self._reaching = asyncio.get_running_loop().create_task(self._keep_reaching(after))

    async def _stop_reaching(self) -> None:
        if self._reaching is not None:
            self._reaching.cancel()
            await asyncio.wait([self._reaching])
            self._reaching = None

    async def _keep_reaching(self, wait: float) -> None:
        while True:
            if wait:
                await pause(self._ticker, wait)
            try:
                local = await self._connect()
            except NetworkError as error:
                wait = self._next_wait()
                # Name servers that were silent have said nothing about the transport either.
                self._hop = self._unasked_hop()
                self._tell(LineUnreached(why=error))
                continue
            self._register(local)
            return

    def _unasked_hop(self) -> Hop:
        """Return the server's hop as the account has it; transport "" to ask the domain."""
        known = self._place.transport is not SipTransport.AUTO
        return self._place.hop(self._place.transport.upper() if known else "")

    async def _connect(self) -> tuple[str, int]:
        if not self._hop.transport:
            # RFC 3263 s. 4.1: who names a port has nothing looked up, and means UDP.
            named = self._place.port
            transport = "UDP" if named else await self._network.transport_of(self._place.host)
            self._hop = self._place.hop(transport)
        return await self._network.local_address(self._hop)

    def _register(self, local: tuple[str, int]) -> None:
        """Register under ``local``, or move there what is registered elsewhere."""
        self._tell(LineReached(address=local[0], port=local[1]))

        def register(agent: UserAgent, now: float) -> None:
            registration = agent.registration
            if agent.account.outbound != self._hop or registration is None:
                agent.adopt(self._core(local))
            if registration is None or registration.state in AT_REST:
                agent.move(self._contact(local), now)
                agent.register(self._binding(), now, back_off=_REGISTER_AGAIN)
            else:
                agent.move(self._contact(local), now)
            if self._lost_way:
                self._lost_way = False
                agent.tell_contact(now)

        self.do(register)

    def _contact(self, local: tuple[str, int]) -> SipUri:
        return contact_of(self._account, self._hop.transport, local)

    def _core(self, local: tuple[str, int]) -> Account:
        return sip_account(
            self._account,
            password=self._password,
            policy=self._policy,
            outbound=self._hop,
            local=local,
        )

    def _binding(self) -> Binding:
        return binding_of(
            self.agent.account,
            call_id=self._random(16).hex(),
            from_tag=self._random(8).hex(),
            instance=self._instance,
        )

    async def _wait_for_leave(self) -> None:
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self._settled.wait()
        except TimeoutError:
            _LOG.info("the exchange has not answered that this telephone leaves")

    # Pumping

    def _pump(self) -> None:
        """Send and tell, until there is nothing more; a listener may ask for more meanwhile."""
        if self._is_pumping:
            return
        self._is_pumping = True
        try:
            while self._pump_once():
                pass
        finally:
            self._is_pumping = False
        self._set_alarm()

    def _pump_once(self) -> bool:
        transmits = self.agent.take_transmits()
        for transmit in transmits:
            self._network.send(transmit)
        news = self.agent.take_news()
        for item in news:
            self._hear(item)
        self._untold += news
        untold, self._untold = self._untold, []
        for told in untold:
            self._listeners.tell(told)
        return bool(transmits or untold)

    def _tell(self, news: LineNews) -> None:
        self._untold.append(news)
        self._pump()

    def _hear(self, news: News) -> None:
        """Do what the line itself owes to what happened."""
        if isinstance(news, RegistrationChanged):
            if news.is_registered and news.state is RegistrationState.REGISTERED:
                self._failures = 0
            if news.state in AT_REST:
                self._settled.set()
            if news.state is RegistrationState.WAITING and news.status in _SERVER_FAILED:
                self._try_other_server()
        elif isinstance(news, CallFailed) and news.status == 408 and news.response is None:
            self._try_other_server()
        elif isinstance(news, MappingChanged) and not news.has_moved:
            # Where the address is another one, new media tells it the peers as well.
            self.agent.tell_contact(self._ticker.time())

    def _try_other_server(self) -> None:
        """Go on at the next server, if there is one (RFC 3263 s. 4.3)."""
        if self._network.fail_over(self._hop):
            self._reach()

    def _set_alarm(self) -> None:
        at = self.agent.deadline
        if at is None:
            self._stop_alarm()
        elif self._alarm is None or at < self._alarm_at:
            # A later time needs no alarm of its own: the earlier one finds nothing due and looks.
            self._stop_alarm()
            self._alarm, self._alarm_at = self._ticker.call_at(at, self._wake), at

    def _wake(self) -> None:
        self._alarm = None
        self.do(lambda agent, now: agent.handle_time(now))

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
