"""One ICE session: from its candidates to the pairs in use, until ICE begins anew; engine's loop.

Sources: RFC 8445 s. 6 to 9. Importing this module takes time; it is imported where it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from aioice import Candidate
from aioice.ice import StunProtocol

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.ice_connection import IceConnection
from telephony.webrtc.transport.ice_servers import ice_servers
from telephony.webrtc.transport.ports import PortRange, bind_pair
from telephony.webrtc.transport.transport import Component, Receive

_CLOSE_SECONDS = 1.0
"""A relay that does not answer keeps no call from ending; its allocation ends by itself."""

_MOST_CANDIDATES = 100


class IceSession:
    """Candidates and credentials of ours, and what came of them with one peer's.

    peer: its description, None before an agreement. is_open: whether pairs are in use and the peer
    still consents. local: where a peer without ICE is to send.
    """

    def __init__(self, connection: IceConnection) -> None:
        """Take a connection that has its candidates; `open_session` makes one."""
        self._connection = connection
        self.peer: IceDescription | None = None
        self.is_open = False
        sound = connection.default_socket(Component.SOUND)
        assert sound is not None
        self.local: Address = (sound.local_candidate.host, sound.local_candidate.port)
        self.description = IceDescription(
            ufrag=connection.local_username,
            pwd=connection.local_password,
            candidates=tuple(each.to_sdp() for each in connection.local_candidates),
        )
        self._on_lost: Callable[[IceSession], None] = lambda session: None
        self._naming: asyncio.Future[list[BaseException | None]] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._freeing: asyncio.Task[None] | None = None

    @property
    def controls(self) -> bool:
        """Return whether this side nominates, as conflicts have left it."""
        return bool(self._connection.ice_controlling)

    def start(self, receive: Receive, on_lost: Callable[[IceSession], None]) -> None:
        """Hand every datagram that is no STUN to ``receive``; tell when an open session is lost."""
        self._connection.on_media = receive
        self._on_lost = on_lost

    def is_with(self, peer: IceDescription) -> bool:
        """Return whether the peer's credentials are those of this session."""
        return self.peer is not None and not peer.is_begun_anew(self.peer)

    def knows(self, sender: Address) -> bool:
        """Return whether the peer may send from ``sender``."""
        pair = self._connection.nominated(Component.SOUND)
        return (pair is not None and pair[1] == sender) or self._connection.knows(sender)

    def nominated(self, component: Component) -> tuple[StunProtocol, Address] | None:
        """Return the socket and the peer's address in use, None while there are none."""
        return self._connection.nominated(component)

    def send_plain(self, data: bytes, to: Address, component: Component) -> None:
        """Send without ICE, from the default socket."""
        socket = self._connection.default_socket(component)
        if socket is not None:
            socket.transport.sendto(data, to)

    async def connect(self, agreement: Agreement, *, controls: bool, patience: float = 0.0) -> None:
        """Check and nominate, once; raises MediaError when that comes to nothing.

        controls: whether this side nominates (RFC 8445 s. 6.1.1); a conflict is settled by aioice.
        patience: seconds within which the peer's first check is waited for.
        """
        assert agreement.ice is not None
        connection, self.peer = self._connection, agreement.ice
        if agreement.has_rtcp_mux:
            self._free(connection.give_up(Component.CONTROL))
        await self._take_candidates(usable_candidates(agreement.ice, agreement))
        connection.remote_is_lite = agreement.ice.is_lite
        connection.remote_username = agreement.ice.ufrag
        connection.remote_password = agreement.ice.pwd
        await self._wait_for_check(patience)
        # A peer that has checked is believed in its role: a conflict costs both sides a change.
        is_checked = patience > 0 and connection.was_checked.is_set()
        connection.take_role(controls=self.controls if is_checked else controls)
        try:
            await connection.connect()
        except ConnectionError as error:
            raise MediaError("ICE has found no way to the peer") from error
        self.is_open = True
        self._watching = asyncio.create_task(self._watch())

    async def _wait_for_check(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._connection.was_checked.wait()

    def _free(self, sockets: Iterable[StunProtocol]) -> None:
        async def close() -> None:
            await asyncio.gather(*(each.close() for each in sockets))

        self._freeing = asyncio.create_task(close())

    async def _watch(self) -> None:
        """Wait until the peer's consent has run out (RFC 7675), which closes the connection."""
        await self._connection.get_event()
        self.is_open = False
        self._on_lost(self)

    async def _take_candidates(self, candidates: Iterable[Candidate]) -> None:
        # At once: a name of mDNS may take seconds to resolve, and others need not wait for it.
        named = [
            asyncio.ensure_future(self._connection.add_remote_candidate(each))
            for each in candidates
        ]
        self._naming = asyncio.gather(*named, return_exceptions=True)
        await asyncio.sleep(0)
        await self._connection.add_remote_candidate(None)

    async def close(self) -> None:
        """Return when the ports are free."""
        self.is_open = False
        self._connection.on_media = None
        if self._naming is not None:
            self._naming.cancel()
        if self._watching is not None:
            self._watching.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._connection.close()
                if self._freeing is not None:
                    await self._freeing


async def open_session(
    host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
) -> IceSession:
    """Return a session that has gathered its candidates; raises MediaError when it cannot."""
    servers = ice_servers(relays)
    sockets = bind_pair(host, ports, chance)
    connection = IceConnection(sockets=sockets, ports=ports, chance=chance, servers=servers)
    await connection.gather_candidates()
    return IceSession(connection)


def usable_candidates(peer: IceDescription, agreement: Agreement) -> list[Candidate]:
    """Return the peer's candidates that can be used; without any, what its description says."""
    wanted = (Component.SOUND,) if agreement.has_rtcp_mux else tuple(Component)
    found: list[Candidate] = []
    for text in peer.candidates[:_MOST_CANDIDATES]:
        with suppress(ValueError, IndexError):
            candidate = Candidate.from_sdp(text)
            if candidate.component in wanted and candidate.transport.lower() == "udp":
                found.append(candidate)
    if any(each.component == Component.SOUND for each in found):
        return found
    ports = {Component.SOUND: agreement.port, Component.CONTROL: agreement.rtcp_port}
    return [_default(agreement.address, ports[each], each) for each in wanted]


def _default(host: str, port: int, component: Component) -> Candidate:
    return Candidate(
        foundation="1",
        component=int(component),
        transport="udp",
        priority=1,
        host=host,
        port=port,
        type="host",
    )
