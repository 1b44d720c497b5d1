"""aioice with sockets of ours: media goes around it, only STUN through it; the engine's loop.

aioice takes any port, tries to read every packet of sound as STUN, and keeps what it cannot read in
a queue without a bound. Here ports come from the range of the settings and media is handed on at
once. Importing this module takes time; it is imported where it is needed.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, cast

from aioice import Candidate, Connection, stun
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol, relayed_candidate

from telephony.webrtc.transport.address import Address, family_of, plain_address
from telephony.webrtc.transport.ice_servers import IceServers, TurnServer
from telephony.webrtc.transport.ports import PortRange, bind_one, read_little
from telephony.webrtc.transport.transport import Component, Receive

_GATHER_SECONDS = 2.0
"""A server that has not answered by then keeps nobody waiting: the call goes on without it."""

_STUN_BELOW = 4
"""RFC 7983 s. 7: the first octet of STUN."""


class IceSocket(StunProtocol):
    """One local candidate's socket, or a relay."""

    receiver: IceConnection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what asyncio, or TURN, made of the socket."""
        super().connection_made(transport)
        read_little(transport)

    def datagram_received(self, data: bytes | str, addr: tuple[object, ...]) -> None:
        """Hand STUN to aioice, and everything else on."""
        octets = cast("bytes", data)
        if octets and octets[0] < _STUN_BELOW:
            super().datagram_received(octets, addr)
        else:
            sender = plain_address(cast("tuple[str, int]", addr))
            component = Component(self.local_candidate.component)
            self.receiver.media_received(octets, sender, component)


class IceConnection(Connection):
    """A connection of two components.

    on_media: takes what is no STUN. was_checked: whether the peer's first check has come.
    """

    def __init__(
        self,
        *,
        sockets: tuple[socket.socket, socket.socket],
        ports: PortRange,
        chance: float,
        servers: IceServers,
    ) -> None:
        """Use ``sockets`` first, which are bound: for sound, and for reports of their own port."""
        super().__init__(ice_controlling=False, components=len(Component))
        self._servers = servers
        self._is_role_settled = False
        self.was_checked = asyncio.Event()
        self.on_media: Receive | None = None
        self._sockets = sockets
        self._ports = ports
        self._chance = chance

    def take_role(self, *, controls: bool) -> None:
        """Be in control, or not, now that both descriptions are known."""
        self.ice_controlling = controls
        self._is_role_settled = True

    def request_received(
        self, message: stun.Message, addr: Address, protocol: StunProtocol
    ) -> None:
        """Answer a check; one that comes before the peer's description is believed in its role.

        Asterisk's checks overtake its 200. A conflict that is none makes both sides change roles
        across each other, and then nobody nominates.
        """
        if not self._is_role_settled:
            self.ice_controlling = "ICE-CONTROLLED" in message.attributes
        super().request_received(message, addr, protocol)
        if self._early_checks:
            self.was_checked.set()

    def check_incoming(self, message: stun.Message, addr: Address, protocol: StunProtocol) -> None:
        """Take a check, unless its sender is known to be for the other kind of socket.

        aioice asserts that nobody does that.
        """
        component = protocol.local_candidate.component
        if component in self._components and not any(
            (other._network_host, other.port) == addr and other.component != component
            for other in self._remote_candidates
        ):
            super().check_incoming(message, addr, protocol)

    def media_received(self, data: bytes, sender: Address, component: Component) -> None:
        """Hand on what is no STUN."""
        if self.on_media is not None:
            self.on_media(data, sender, component)

    def default_socket(self, component: Component) -> IceSocket | None:
        """Return the socket whose address stands in the description; None when it is given up."""
        found = (each for each in self._protocols if each.local_candidate.component == component)
        return cast("IceSocket | None", next(found, None))

    def nominated(self, component: Component) -> tuple[StunProtocol, Address] | None:
        """Return the socket and the peer's address that ICE has chosen."""
        pair = self._nominated.get(component)
        return None if pair is None else (pair.protocol, pair.remote_addr)

    def give_up(self, component: Component) -> list[StunProtocol]:
        """Look for no way for ``component``; return its sockets, which are to be closed.

        Before `connect`: the peer shares one port for everything (RFC 5761 s. 5.1.3).
        """
        self._components.discard(component)
        given = [each for each in self._protocols if each.local_candidate.component == component]
        self._protocols = [each for each in self._protocols if each not in given]
        self._local_candidates = [
            each for each in self._local_candidates if each.component != component
        ]
        kept = (check for check in self._early_checks if check[2] not in given)
        self._early_checks = deque(kept, maxlen=self._early_checks.maxlen)
        return given

    def knows(self, sender: Address) -> bool:
        """Return whether ``sender`` is among the addresses that the peer may send from."""
        return any(pair.remote_addr == sender for pair in self._check_list)

    async def get_component_candidates(
        self, component: int, addresses: list[str], timeout: float = _GATHER_SECONDS
    ) -> list[Candidate]:
        """Return the candidates of our sockets, and of servers that answer in time."""
        opened = [await self._open(self._sockets[component - 1], component)]
        own = opened[0].local_candidate.host
        for host in addresses:
            sock = None if host == own else bind_one(host, self._ports, self._chance)
            if sock is not None:
                opened.append(await self._open(sock, component))
        candidates = [each.local_candidate for each in opened]
        asked = [asyncio.ensure_future(each) for each in self._asked(opened, component)]
        if asked:
            _, late = await asyncio.wait(asked, timeout=timeout)
            for task in late:
                task.cancel()
            for task in asked:
                if task.done() and not task.cancelled() and task.exception() is None:
                    candidate, relay = task.result()
                    candidates.append(candidate)
                    self._protocols += [relay] if relay is not None else []
        return candidates

    async def _open(self, sock: socket.socket, component: int) -> IceSocket:
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(lambda: IceSocket(self), sock=sock)
        address, port = plain_address(sock.getsockname())
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", address),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=address,
            port=port,
            type="host",
        )
        self._protocols.append(protocol)
        return protocol

    def _asked(
        self, opened: Sequence[StunProtocol], component: int
    ) -> Iterator[Coroutine[Any, Any, tuple[Candidate, StunProtocol | None]]]:
        if self._servers.stun is not None:
            for protocol in opened:
                yield _reflexive(protocol, self._servers.stun)
        if self._servers.turn is not None:
            yield self._relayed(component, self._servers.turn)

    def _relayed(
        self, component: int, server: TurnServer
    ) -> Coroutine[Any, Any, tuple[Candidate, StunProtocol]]:
        return relayed_candidate(
            component=component,
            hide_related_address=False,
            protocol_factory=lambda: IceSocket(self),
            turn_server=server.place,
            turn_username=server.user,
            turn_password=server.password,
            turn_ssl=server.is_tls,
            turn_transport=server.transport,
        )


async def _reflexive(protocol: StunProtocol, server: Address) -> tuple[Candidate, None]:
    """Return how ``server`` sees a socket (RFC 8445 s. 5.1.1.2).

    Raises OSError or stun.TransactionError. aioice's own asks servers of IPv4 alone.
    """
    base = protocol.local_candidate
    loop = asyncio.get_running_loop()
    family = family_of(base.host)
    found = await loop.getaddrinfo(*server, family=family, type=socket.SOCK_DGRAM)
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    response, _ = await protocol.request(
        request, plain_address(cast("tuple[str, int]", found[0][4]))
    )
    host, port = response.attributes["XOR-MAPPED-ADDRESS"]
    return Candidate(
        foundation=candidate_foundation("srflx", "udp", base.host),
        component=base.component,
        transport=base.transport,
        priority=candidate_priority(base.component, "srflx"),
        host=host,
        port=port,
        type="srflx",
        related_address=base.host,
        related_port=base.port,
    ), None
