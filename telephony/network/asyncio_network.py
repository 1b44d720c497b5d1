"""Every transport of one telephone on asyncio; runs on the `desk-loop` thread.

Requests go to destinations, which look up names, connect and fail over. Responses return on the
connection that their request came on, or to where its Via says (RFC 3261 s. 18.2.2).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from telephony.network.black_list import BlackList
from telephony.network.datagram import DatagramFlow, source_address
from telephony.network.destination import Destination, Letter
from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.event_queue import EventQueue
from telephony.network.flow import Flow, Server, bare
from telephony.network.listening import Listening, listen
from telephony.network.names import Names, SystemNames, is_numeric
from telephony.network.network import FlowLost, HopFailed, NetworkEvent, Traced
from telephony.network.settings import NetworkSettings
from telephony.network.stream import StreamFlow
from telephony.network.ticker import LoopTicker, Ticker
from telephony.sip.framing.packet import PacketKind, packet_kind
from telephony.sip.message.message import Response
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit

_LOG = logging.getLogger(__name__)
_MOST_DESTINATIONS = 64
"""A telephone talks to its exchange; peers that name ever new places in Via get no memory."""


class AsyncioNetwork:
    """`telephony.network.network.SipNetwork` on real sockets."""

    def __init__(
        self,
        *,
        settings: NetworkSettings | None = None,
        names: Names | None = None,
        ticker: Ticker | None = None,
    ) -> None:
        """Stand ready; nothing is opened before `start`."""
        self._settings = settings or NetworkSettings()
        self._names = names or SystemNames()
        self._ticker = ticker or LoopTicker()
        self._events = EventQueue(most_waiting=self._settings.most_waiting)
        self._black_list = BlackList(self._ticker)
        self._destinations: dict[Hop, Destination] = {}
        self._flows: dict[int, StreamFlow] = {}
        self._numbers = count(1)
        self._listening = Listening()
        self._is_stopped = False

    # As the telephone uses it

    def subscribe(self, listener: Callable[[NetworkEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._events.subscribe(listener)

    async def start(self) -> None:
        """Bind what has to listen; raises NetworkError."""
        if self._settings.listens:
            self._listening = await listen(self._settings, self, self._taken_connection)

    async def stop(self) -> None:
        """Close every connection; what was sent before leaves first."""
        self._is_stopped = True
        for destination in self._destinations.values():
            await destination.stop()
        await self._listening.close()
        flows = list(self._flows.values())
        for flow in flows:
            flow.close()
        if flows:
            _, late = await asyncio.wait(
                [flow.gone for flow in flows], timeout=self._settings.linger_seconds
            )
            for flow in flows if late else ():
                flow.abort()
            await asyncio.wait([flow.gone for flow in flows])

    def send(self, transmit: Transmit) -> None:
        """Send soon; the hop's address may be a name (RFC 3263), and what fails is told."""
        if self._is_stopped:
            return
        data = transmit.message.encode()
        flow = self._flows.get(transmit.hop.flow)
        if flow is not None and flow.is_open:
            self.write(flow, data)
        elif isinstance(transmit.message, Response):
            self._answer(transmit.message, transmit.hop, data)
        else:
            self._request(transmit.hop, data)

    async def local_address(self, hop: Hop) -> tuple[str, int]:
        """Return the address and port under which ``hop`` reaches us; raises NetworkError.

        Over TCP that is where we listen, though the exchange had better use the connection that
        it has (RFC 5923); where we do not listen it is our end of the connection.
        """
        flow = await self._destination(hop).connected()
        listens = hop.transport in ("UDP", "TCP") and self._listening.port
        return flow.local[0], listens or flow.local[1]

    async def transport_of(self, domain: str) -> str:
        """Return the transport that ``domain`` prefers; raises NetworkError."""
        return await self._names.transport(domain)

    def fail_over(self, hop: Hop) -> bool:
        """Go on at another server of ``hop``; return False when there is none."""
        destination = self._destination(hop)
        flow = destination.flow
        if not destination.note_failure():
            return False
        destination.leave()
        if flow is not None:
            flow.close()
        return True

    # As destinations use it

    async def find(self, hop: Hop) -> list[Server]:
        """Return the servers behind ``hop``, best first; raises NetworkError."""
        return await self._names.servers(hop)

    async def connect(self, server: Server) -> Flow:
        """Return a way to ``server``; raises NetworkError."""
        if server.transport == "UDP":
            return self._associate(server)
        if server.transport == "TCP":
            return await self._dial(server)
        raise NetworkError(NetworkErrorKind.UNREACHABLE, server.where, "not a transport of ours")

    def write(self, flow: Flow, data: bytes) -> None:
        """Send by ``flow``."""
        self._events.put(Traced(data=data, hop=flow.hop, sent=True))
        flow.send(data)

    # As sockets use it

    def packet(self, data: bytes, address: str, port: int) -> None:
        """Take a datagram."""
        if packet_kind(data) is PacketKind.SIP:
            self._events.put_message(data, Hop(transport="UDP", address=address, port=port))

    def not_delivered(self, address: str, port: int, error: OSError) -> None:
        """Tell whoever sends requests to ``address`` that nothing arrives there."""
        for destination in tuple(self._destinations.values()):
            server = destination.server
            if server is None or (server.transport, server.address) != ("UDP", address):
                continue
            if server.port == port:
                destination.note_failure()
                destination.leave()
                why = network_error(error, server.where)
                self._events.put(HopFailed(hop=destination.hop, why=why))

    def opened(self, flow: Flow) -> None:
        """Keep a connection; a peer's is refused when there are too many."""
        assert isinstance(flow, StreamFlow)
        taken = sum(not other.dialled for other in self._flows.values())
        if not flow.dialled and (taken >= self._settings.most_connections or self._is_stopped):
            _LOG.info("refused %s: %d connections of peers are open", flow.hop.address, taken)
            flow.abort()
            return
        self._flows[flow.number] = flow
        flow.gone.add_done_callback(lambda _: self._flows.pop(flow.number, None))

    def received(self, flow: Flow, data: bytes) -> None:
        """Take a whole message."""
        self._events.put_message(data, flow.hop)

    def heard(self, flow: Flow) -> None:
        """Note that the far side has answered a sign of life."""

    def closed(self, flow: Flow, why: NetworkError) -> None:
        """Tell that a connection of ours is gone: what waits for it has failed."""
        for destination in self._destinations.values():
            if destination.flow is flow:
                destination.leave()
                self._events.put(HopFailed(hop=destination.hop, why=why))
                self._events.put(FlowLost(hop=destination.hop, why=str(why)))

    # Inside

    def _request(self, hop: Hop, data: bytes) -> None:
        def failed(why: NetworkError) -> None:
            self._events.put(HopFailed(hop=hop, why=why))

        self._destination(hop).post(Letter(data=data, failed=failed))

    def _answer(self, response: Response, hop: Hop, data: bytes) -> None:
        """Send a response whose connection is gone, or that has none."""
        back = _way_back(response, hop) if hop.is_reliable else hop
        address = bare(back.address)
        if not is_numeric(address) or len(self._destinations) >= _MOST_DESTINATIONS:
            # The source of a request is noted in numbers: a name would be for us to look up.
            _LOG.info("a %d to %s is not sent", response.status, address)
        elif not hop.is_reliable:
            self._events.put(Traced(data=data, hop=hop, sent=True))
            self._listening.send(data, address, hop.port)
        else:
            self._destination(back).post(Letter(data=data, failed=_not_answered))

    def _destination(self, hop: Hop) -> Destination:
        hop = replace(hop, flow=0)
        found = self._destinations.get(hop)
        if found is None:
            self._forget_idle()
            found = Destination(hop=hop, carrier=self, black_list=self._black_list)
            self._destinations[hop] = found
        return found

    def _forget_idle(self) -> None:
        self._destinations = {
            hop: known for hop, known in self._destinations.items() if not known.is_idle
        }

    def _associate(self, server: Server) -> Flow:
        if not self._listening.port:
            raise NetworkError(NetworkErrorKind.UNREACHABLE, server.where, "no socket is bound")
        own = self._settings.listen_address or source_address(server.address, server.port)
        return DatagramFlow(
            server=server, local=(own, self._listening.port), send=self._listening.send
        )

    async def _dial(self, server: Server) -> Flow:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._settings.connect_seconds):
                _, flow = await loop.create_connection(
                    lambda: self._flow(server.transport, dialled=True), server.address, server.port
                )
        except OSError as error:
            raise network_error(error, server.where) from error
        return flow

    def _taken_connection(self) -> StreamFlow:
        return self._flow("TCP", dialled=False)

    def _flow(self, kind: str, *, dialled: bool) -> StreamFlow:
        return StreamFlow(
            number=next(self._numbers),
            kind=kind,
            dialled=dialled,
            owner=self,
            events=self._events,
            settings=self._settings,
            ticker=self._ticker,
        )


def _not_answered(why: NetworkError) -> None:
    _LOG.info("a response is not delivered: %s", why)


def _way_back(response: Response, hop: Hop) -> Hop:
    """Return where a response goes whose connection is gone (RFC 3261 s. 18.2.2).

    To the address that the request came from, at the port that its sender listens on.
    """
    via = response.top_via
    address = via.parameters.get("received") or via.host
    return Hop(transport=hop.transport, address=address, port=via.port or 0)
