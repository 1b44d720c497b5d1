"""A network in memory: telephones with addresses, and an exchange that everybody sends to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.network import HopFailed, MessageArrived, NetworkEvent, Traced
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit

Receive = Callable[[bytes, Hop], None]


class MemoryWire:
    """Carries octets on the event loop, each at its next turn.

    unreachable: addresses that cannot be sent to. silent: addresses whose messages are lost.
    change: what the network makes of every message.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self.unreachable: set[str] = set()
        self.silent: set[str] = set()
        self.change: Callable[[bytes], bytes] = lambda data: data
        self._places: dict[str, Receive] = {}

    def attach(self, address: str, receive: Receive) -> None:
        """Let ``receive`` have what is sent to ``address``."""
        self._places[address] = receive

    def detach(self, address: str) -> None:
        """Let nobody have it any more."""
        self._places.pop(address, None)

    def can_reach(self, address: str) -> bool:
        """Return whether somebody is there."""
        return address in self._places and address not in self.unreachable

    def send(self, data: bytes, source: Hop, target: Hop) -> None:
        """Carry ``data`` soon, as `change` leaves it."""
        data = self.change(data)
        asyncio.get_running_loop().call_soon(self._deliver, data, source, target)

    def _deliver(self, data: bytes, source: Hop, target: Hop) -> None:
        receive = self._places.get(target.address)
        if receive is not None and not {source.address, target.address} & self.silent:
            receive(data, source)


class MemoryNetwork:
    """`telephony.network.network.SipNetwork` of one telephone on a wire."""

    def __init__(self, wire: MemoryWire, address: str) -> None:
        """Be reached at ``address``, port 5060."""
        self.wire = wire
        self.own = Hop(transport="UDP", address=address, port=5060)
        self.sent: list[Transmit] = []
        self._listeners: list[Callable[[NetworkEvent], None]] = []

    def subscribe(self, listener: Callable[[NetworkEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def start(self) -> None:
        self.wire.attach(self.own.address, self._receive)

    async def stop(self) -> None:
        self.wire.detach(self.own.address)

    def send(self, transmit: Transmit) -> None:
        self.sent.append(transmit)
        if not self.wire.can_reach(transmit.hop.address):
            why = self._refusal(transmit.hop)
            event = HopFailed(hop=transmit.hop, why=why)
            asyncio.get_running_loop().call_soon(self.tell, event)
            return
        data = transmit.message.encode()
        self.tell(Traced(data=data, hop=transmit.hop, sent=True))
        self.wire.send(data, self.own, transmit.hop)

    def fail_over(self, hop: Hop) -> bool:
        return False

    async def transport_of(self, domain: str) -> str:
        return "UDP"

    async def local_address(self, hop: Hop) -> tuple[str, int]:
        if not self.wire.can_reach(hop.address):
            raise self._refusal(hop)
        return self.own.address, self.own.port

    def move(self, address: str) -> None:
        """Be somewhere else from now on."""
        self.wire.detach(self.own.address)
        self.own = Hop(transport="UDP", address=address, port=5060)
        self.wire.attach(address, self._receive)

    def tell(self, event: NetworkEvent) -> None:
        """Let every listener hear ``event``."""
        for listener in tuple(self._listeners):
            listener(event)

    def _receive(self, data: bytes, source: Hop) -> None:
        self.tell(Traced(data=data, hop=source, sent=False))
        self.tell(MessageArrived(data=data, hop=source))

    def _refusal(self, hop: Hop) -> NetworkError:
        return NetworkError(NetworkErrorKind.UNREACHABLE, f"udp {hop.address}")
