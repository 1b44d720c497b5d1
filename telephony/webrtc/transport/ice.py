"""The way of one call by ICE, also when ICE begins anew, and without it; the engine's loop.

Importing this module takes half a second, so it is imported where it is needed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.ice_session import IceSession, open_session
from telephony.webrtc.transport.ports import PortRange
from telephony.webrtc.transport.transport import Component, Receive

_log = logging.getLogger(__name__)

LINGER_SECONDS = 3.0
"""RFC 8445 s. 8.3.1: so long the former pairs are still heard, as the peer may still use them."""

PATIENCE_SECONDS = 0.5
"""So long a peer that is still reached is let check first, as our answer may be on its way to it.

Chromium takes what is checked before that for a worse pair, and stays at the former one.
"""


class IceTransport:
    """The sockets of one call that may use ICE; a `MediaTransport`.

    One session is in use. When ICE begins anew a further one gathers and checks beside it, and
    takes its place as soon as it has a way (RFC 8445 s. 9). A peer without ICE is reached by the
    sockets of the first.
    """

    def __init__(self, session: IceSession) -> None:
        """Take a session that has its candidates; `open_ice` makes one."""
        self._session = session
        self._next: IceSession | None = None
        self._leaving: dict[asyncio.Task[None], IceSession] = {}
        self._is_closed = False
        self._receive: Receive = lambda data, sender, component: None
        self._on_failure: Callable[[str], None] = lambda why: None

    @property
    def local(self) -> Address:
        """Return where a peer without ICE is to send."""
        return self._session.local

    @property
    def ice(self) -> IceDescription | None:
        """Return candidates and credentials."""
        return self._session.description

    def start(self, receive: Receive, on_failure: Callable[[str], None]) -> None:
        """Hand every datagram that is no STUN to ``receive``."""
        self._receive, self._on_failure = receive, on_failure
        self._session.start(receive, self._lost)

    def knows(self, sender: Address) -> bool | None:
        """Return whether ICE knows the sender; None where there is no ICE."""
        # Asked for each datagram, of which nearly all come by the way in use.
        if self._session.knows(sender):
            return True
        if all(each is None or each.peer is None for each in (self._session, self._next)):
            return None
        further = (self._next, *self._leaving.values())
        return any(each is not None and each.knows(sender) for each in further)

    async def restart(
        self, host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
    ) -> tuple[Address, IceDescription]:
        """Gather anew, in place of what was gathered anew before; raises MediaError."""
        session = await open_session(host, ports, chance, relays)
        if self._is_closed:
            await session.close()
            raise MediaError("the call is over")
        if self._next is not None:
            self._leave(self._next)
        self._next = session
        session.start(self._receive, self._lost)
        return session.local, session.description

    # Agreements

    async def agree(self, agreement: Agreement) -> None:
        """Find the way to the peer; raises MediaError when there is none."""
        peer = agreement.ice
        if peer is None:
            return
        session = self._named(agreement.our_ufrag)
        if session.peer is None:
            await self._connect(session, agreement)
        elif not session.is_with(peer):
            raise MediaError("the peer has begun ICE anew without being asked to")
        elif not session.is_open:
            raise MediaError("ICE has found no way to the peer")

    def _named(self, ufrag: str | None) -> IceSession:
        for session in (self._session, self._next):
            if session is not None and ufrag in (None, session.description.ufrag):
                return session
        raise MediaError("the agreement names candidates that are no longer open")

    async def _connect(self, session: IceSession, agreement: Agreement) -> None:
        try:
            patience = PATIENCE_SECONDS if self._session.is_open else 0.0
            await session.connect(agreement, controls=self._role(agreement), patience=patience)
        except MediaError as error:
            if self._is_closed or session not in (self._session, self._next):
                return  # something newer has been agreed on
            if session is self._session or not self._session.is_open:
                raise
            _log.info("the former way stays in use: %s", error)
            self._next = None
            self._leave(session)
            return
        if session is self._next:
            former, self._session, self._next = self._session, session, None
            self._leave(former)

    def _role(self, agreement: Agreement) -> bool:
        """Return whether this side nominates.

        RFC 8445 s. 6.1.1: who offers is in control, and mostly waits for DTLS; who offers to an
        ICE-lite peer is too. The role is kept when ICE begins anew.
        """
        assert agreement.ice is not None
        if agreement.ice.is_lite:
            return True
        if self._session.peer is not None:
            return self._session.controls
        return not agreement.is_dtls_client

    def _lost(self, session: IceSession) -> None:
        if session is self._session and (self._next is None or self._next.peer is None):
            self._on_failure("ICE has lost the way to the peer")

    # Datagrams

    def send(self, data: bytes, to: Address | None) -> None:
        """Send by the way that ICE has chosen, or ``to`` without ICE."""
        self._send(data, to, Component.SOUND)

    def send_control(self, data: bytes, to: Address | None) -> None:
        """Send reports by the pair for them, or from their port without ICE."""
        self._send(data, to, Component.CONTROL)

    def _send(self, data: bytes, to: Address | None, component: Component) -> None:
        if self._session.peer is None:
            if to is not None:
                self._session.send_plain(data, to, component)
            return
        pair = self._session.nominated(component)
        if pair is None and self._next is not None:
            pair = self._next.nominated(component)
        if pair is not None:
            socket, peer = pair
            socket.transport.sendto(data, peer)

    # The end

    def _leave(self, session: IceSession) -> None:
        """Close a session that was in use, once nothing more can come by it."""

        async def close() -> None:
            await asyncio.sleep(LINGER_SECONDS)
            await session.close()

        task = asyncio.create_task(close(), name="former ICE session")
        self._leaving[task] = session
        task.add_done_callback(lambda done: self._leaving.pop(done, None))

    async def close(self) -> None:
        """Return when the ports are free."""
        self._is_closed = True
        leaving = dict(self._leaving)
        for task in leaving:
            task.cancel()
        if leaving:
            await asyncio.wait(leaving)
        open_ones = (*leaving.values(), self._session, self._next)
        await asyncio.gather(*(each.close() for each in open_ones if each is not None))


async def open_ice(
    host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
) -> IceTransport:
    """Return the transport with its candidates; raises MediaError when there are none."""
    return IceTransport(await open_session(host, ports, chance, relays))
