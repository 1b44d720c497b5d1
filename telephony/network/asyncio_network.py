"""Every transport of one telephone on asyncio; runs on the `desk-loop` thread.

Requests go to destinations, which look up names, connect and fail over. Responses return on the
connection that their request came on, or to where its Via says (RFC 3261 s. 18.2.2).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace

from telephony.network.address_watch import AddressWatch, SourceAddress
from telephony.network.black_list import BlackList
from telephony.network.datagram import NOT_THERE, DatagramFlow, source_address
from telephony.network.destination import Destination, Letter
from telephony.network.dialler import Dialler
from telephony.network.dns_names import DnsNames
from telephony.network.dns_records import DnsRecords
from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.event_queue import EventQueue
from telephony.network.flow import Connection, Flow, Server
from telephony.network.large_requests import LargeRequests, by_tcp
from telephony.network.listening import Listening, listen
from telephony.network.names import Names, is_numeric
from telephony.network.network import (
    FlowLost,
    HopFailed,
    NetworkChanged,
    NetworkEvent,
    Traced,
)
from telephony.network.settings import NetworkSettings
from telephony.network.signs_of_life import SignsOfLife
from telephony.network.ticker import LoopTicker, Ticker
from telephony.sip.framing.packet import PacketKind, packet_kind
from telephony.sip.message.message import Request, Response
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from telephony.sip.values.host import bare

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
        random_bytes: Callable[[int], bytes] = os.urandom,
        source: SourceAddress = source_address,
    ) -> None:
        """Stand ready; nothing is opened before `start`. source: asks the routing table."""
        self._settings = settings or NetworkSettings()
        self._source = source
        self._ticker = ticker or LoopTicker()
        self._names = names or _names_of_this_machine(self._ticker, random_bytes)
        self._events = EventQueue(most_waiting=self._settings.most_waiting)
        self._black_list = BlackList(self._ticker)
        self._destinations: dict[Hop, Destination] = {}
        self._flows: dict[int, Connection] = {}
        self._listening = Listening()
        self._is_stopped = False
        self._dialler = Dialler(
            settings=self._settings, owner=self, events=self._events, ticker=self._ticker
        )
        self._large = LargeRequests(
            ticker=self._ticker,
            most_octets=self._settings.packet_octets,
            no_tcp_seconds=self._settings.no_tcp_seconds,
        )
        self._life = SignsOfLife(
            ticker=self._ticker, random_bytes=random_bytes, lost=self._give_no_sign
        )
        self._watch = AddressWatch(
            ticker=self._ticker,
            seconds=self._settings.watch_seconds,
            flows=self._ways_out,
            changed=self._moved,
            source=source,
        )

    # As the telephone uses it

    def subscribe(self, listener: Callable[[NetworkEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._events.subscribe(listener)

    async def start(self) -> None:
        """Bind what has to listen; raises NetworkError. After `stop` it begins anew."""
        self._is_stopped = False
        if self._settings.listens:
            self._listening = await listen(self._settings, self, self._dialler.taken)
        if not self._settings.listen_address:
            self._watch.start()

    async def stop(self) -> None:
        """Close every connection; what was sent before leaves first."""
        self._is_stopped = True
        self._watch.stop()
        for destination in tuple(self._destinations.values()):
            await destination.stop()
            self._life.end(destination)
        self._destinations.clear()
        await self._listening.close()
        flows = list(self._flows.values())
        for flow in flows:
            flow.close()
        if flows:
            _, late = await asyncio.wait(
                [flow.gone for flow in flows], timeout=self._settings.close_seconds
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
            self._request(transmit.message, transmit.hop, data)

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
        if destination.is_opening or not destination.note_failure():
            return False
        destination.leave()
        if flow is not None:
            flow.close()
        return True

    @property
    def connections(self) -> list[Connection]:
        """What is open now, ours and taken."""
        return list(self._flows.values())

    # As destinations use it

    async def find(self, hop: Hop) -> list[Server]:
        """Return the servers behind ``hop``, best first; raises NetworkError."""
        return await self._names.servers(hop)

    async def connect(self, server: Server) -> Flow:
        """Return a way to ``server``; raises NetworkError."""
        if server.transport == "UDP":
            return self._associate(server)
        return await self._dialler.dial(server)

    def write(self, flow: Flow, data: bytes) -> None:
        """Send by ``flow``."""
        self._events.put(Traced(data=data, hop=flow.hop, sent=True))
        flow.send(data)

    def reached(self, destination: Destination) -> None:
        """Watch a way that was opened."""
        self._life.begin(destination)

    def left(self, destination: Destination) -> None:
        """Watch a way no more."""
        self._life.end(destination)

    # As sockets use it

    def packet(self, data: bytes, address: str, port: int) -> None:
        """Take a datagram."""
        kind = packet_kind(data)
        if kind is PacketKind.SIP:
            self._events.put_message(data, Hop(transport="UDP", address=address, port=port))
        elif kind is PacketKind.STUN:
            self._life.stun(data, address, port)

    def not_delivered(self, address: str, port: int, error: OSError) -> None:
        """Tell whoever sends requests to ``address`` that nothing arrives there."""
        for destination in tuple(self._destinations.values()):
            server = destination.server
            if server is None or (server.transport, server.address) != ("UDP", address):
                continue
            if server.port == port:
                if error.errno in NOT_THERE:
                    destination.note_failure()
                    destination.leave()
                why = network_error(error, server.where)
                self._events.put(HopFailed(hop=destination.hop, why=why))

    def opened(self, flow: Connection) -> None:
        """Keep a connection; a peer's is refused when there are too many."""
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
        self._life.heard(flow)

    def closed(self, flow: Flow, why: NetworkError) -> None:
        """Tell that a connection of ours is gone: what waits for it has failed."""
        for destination in self._destinations.values():
            if destination.flow is flow:
                self._lose(destination, why)

    # Inside

    def _request(self, request: Request, hop: Hop, data: bytes) -> None:
        if hop.transport != "UDP" or not self._large.takes(request, hop, len(data)):
            self._post(hop, data)
            return

        def refused(why: NetworkError) -> None:
            # RFC 3261 s. 18.1.1: where TCP is refused, UDP has to do.
            _LOG.info("a request of %d octets goes over UDP: %s", len(data), why)
            self._large.refused(request, hop)
            self._post(hop, data)

        letter = Letter(data=by_tcp(request), failed=refused)
        self._destination(replace(hop, transport="TCP")).post(letter)

    def _post(self, hop: Hop, data: bytes) -> None:
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
        own = self._settings.listen_address or self._source(server.address, server.port)
        return DatagramFlow(
            server=server, local=(own, self._listening.port), send=self._listening.send
        )

    def _lose(self, destination: Destination, why: NetworkError) -> None:
        """Leave a way that carries nothing any more: what waits for an answer on it has failed."""
        destination.leave()
        self._events.put(HopFailed(hop=destination.hop, why=why))
        self._events.put(FlowLost(hop=destination.hop, why=str(why)))

    def _give_no_sign(self, destination: Destination, detail: str) -> None:
        """Leave a server whose answers to the keep-alive stay away, or see us elsewhere."""
        server, flow = destination.server, destination.flow
        where = server.where if server is not None else destination.hop.address
        destination.note_failure()
        self._lose(destination, NetworkError(NetworkErrorKind.TIMED_OUT, where, detail))
        self._drop(flow)

    def _ways_out(self) -> list[Flow]:
        ways = (destination.flow for destination in self._destinations.values())
        return [flow for flow in ways if flow is not None and flow.is_open]

    def _moved(self, addresses: tuple[str, ...], stale: list[Flow]) -> None:
        """Leave what has an address that we had; on connections nothing more will come."""
        for destination in self._destinations.values():
            flow = destination.flow
            if flow is None or flow not in stale:
                continue
            destination.leave()
            self._drop(flow)
            if flow.hop.is_reliable:
                why = NetworkError(NetworkErrorKind.CLOSED, flow.far, "our address has changed")
                self._events.put(HopFailed(hop=destination.hop, why=why))
        self._events.put(NetworkChanged(addresses=addresses))

    def _drop(self, flow: Flow | None) -> None:
        connection = self._flows.get(flow.hop.flow) if flow is not None else None
        if connection is not None:
            connection.abort()


def _names_of_this_machine(ticker: Ticker, random_bytes: Callable[[int], bytes]) -> Names:
    """Return what asks the name servers that this machine is set to."""
    return DnsNames(
        records=DnsRecords(ticker=ticker), chance=lambda: int.from_bytes(random_bytes(4)) / 2**32
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
