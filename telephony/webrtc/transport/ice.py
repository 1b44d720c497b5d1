"""ICE by aiortc and aioice, and the way without it on the same sockets; the engine's loop.

Importing this module takes half a second, so it is imported where it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from aioice import Candidate
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceParameters, RTCIceTransport

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.ice_connection import IceConnection
from telephony.webrtc.transport.ice_servers import ice_servers
from telephony.webrtc.transport.ports import PortRange, UdpPort, bind_pair, open_port
from telephony.webrtc.transport.transport import Receive

_CLOSE_SECONDS = 1.0
"""A relay that does not answer keeps no call from ending; its allocation ends by itself."""

_MOST_CANDIDATES = 100
_COMPONENT = 1


class IceTransport:
    """The sockets of one call that may use ICE; a `MediaTransport`.

    With ICE everything shares one port. A peer without it may want reports on the next.
    """

    def __init__(self, connection: IceConnection, ice: RTCIceTransport, control: UdpPort) -> None:
        """Take a connection that has its candidates; `open_ice` makes one."""
        self._connection = connection
        self._control = control
        self._transport = ice
        self._peer: IceDescription | None = None
        self._was_completed = False
        self._naming: asyncio.Future[list[BaseException | None]] | None = None
        self._on_failure: Callable[[str], None] = lambda why: None
        ice.on("statechange", self._on_state)

    @property
    def local(self) -> Address:
        """Return where a peer without ICE is to send."""
        candidate = self._connection.default_socket.local_candidate
        return candidate.host, candidate.port

    @property
    def ice(self) -> IceDescription | None:
        """Return candidates and credentials."""
        return IceDescription(
            ufrag=self._connection.local_username,
            pwd=self._connection.local_password,
            candidates=tuple(each.to_sdp() for each in self._connection.local_candidates),
        )

    def start(self, receive: Receive, on_failure: Callable[[str], None]) -> None:
        """Hand every datagram that is no STUN to ``receive``."""
        self._connection.on_media = receive
        self._control.hear(receive)
        self._on_failure = on_failure

    def knows(self, sender: Address) -> bool | None:
        """Return whether ICE knows the sender; None where there is no ICE."""
        if self._peer is None:
            return None
        nominated = self._connection.nominated
        if nominated is not None and nominated[1] == sender:
            return True
        return self._connection.knows(sender)

    async def agree(self, agreement: Agreement) -> None:
        """Find the way to the peer; raises MediaError when there is none."""
        peer = agreement.ice
        if peer is None:
            return
        if self._peer is None:
            self._peer = peer
            await self._connect(peer, agreement)
        elif (peer.ufrag, peer.pwd) != (self._peer.ufrag, self._peer.pwd):
            raise MediaError("the peer has begun ICE anew, which needs the call's media anew")
        if self._transport.state != "completed":
            raise MediaError("ICE has found no way to the peer")

    async def _connect(self, peer: IceDescription, agreement: Agreement) -> None:
        # RFC 8445 s. 6.1.1: who offers is in control, and mostly waits for DTLS; who offers to an
        # ICE-lite peer is too. A conflict is settled by aioice.
        self._connection.take_role(controls=peer.is_lite or not agreement.is_dtls_client)
        await self._take_candidates(_usable(peer.candidates, agreement))
        parameters = RTCIceParameters(
            usernameFragment=peer.ufrag, password=peer.pwd, iceLite=peer.is_lite
        )
        await self._transport.start(parameters)

    async def _take_candidates(self, candidates: Iterable[Candidate]) -> None:
        # At once: a name of mDNS may take seconds to resolve, and others need not wait for it.
        named = [
            asyncio.ensure_future(self._connection.add_remote_candidate(each))
            for each in candidates
        ]
        self._naming = asyncio.gather(*named, return_exceptions=True)
        await asyncio.sleep(0)
        await self._connection.add_remote_candidate(None)

    def send(self, data: bytes, to: Address | None) -> None:
        """Send by the way that ICE has chosen, or ``to`` without ICE."""
        if self._peer is None:
            if to is not None:
                self._connection.default_socket.transport.sendto(data, to)
            return
        nominated = self._connection.nominated
        if nominated is not None:
            protocol, peer = nominated
            protocol.transport.sendto(data, peer)

    def send_control(self, data: bytes, to: Address | None) -> None:
        """Send reports from the port for them, or by the one way that ICE has chosen."""
        if self._peer is not None:
            self.send(data, to)
        elif to is not None:
            self._control.send(data, to)

    async def close(self) -> None:
        """Return when the ports are free."""
        self._connection.on_media = None
        await self._control.close()
        if self._naming is not None:
            self._naming.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._transport.stop()

    def _on_state(self) -> None:
        if self._transport.state == "completed":
            self._was_completed = True
        elif self._transport.state == "failed" and self._was_completed:
            self._on_failure("ICE has lost the way to the peer")


async def open_ice(
    host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
) -> IceTransport:
    """Return the transport with its candidates; raises MediaError when there are none."""
    servers = ice_servers(relays)
    sound, control = bind_pair(host, ports, chance)
    gatherer = RTCIceGatherer(iceServers=[])
    connection = IceConnection(sound=sound, ports=ports, chance=chance, servers=servers)
    gatherer._connection = connection
    await gatherer.gather()
    return IceTransport(connection, RTCIceTransport(gatherer), await open_port(control))


def _usable(candidates: tuple[str, ...], agreement: Agreement) -> list[Candidate]:
    """Return the peer's candidates that can be used; without any, what its description says."""
    found: list[Candidate] = []
    for text in candidates[:_MOST_CANDIDATES]:
        with suppress(ValueError, IndexError):
            candidate = Candidate.from_sdp(text)
            if candidate.component == _COMPONENT and candidate.transport.lower() == "udp":
                found.append(candidate)
    if found:
        return found
    return [
        Candidate(
            foundation="1",
            component=_COMPONENT,
            transport="udp",
            priority=1,
            host=agreement.address,
            port=agreement.port,
            type="host",
        )
    ]
