"""A transport without sockets: a test puts datagrams in and takes them out."""

from __future__ import annotations

from collections.abc import Callable

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.ports import PortRange
from telephony.webrtc.transport.transport import Component, Receive

PEER: Address = ("127.0.0.9", 4000)
PEER_CONTROL: Address = ("127.0.0.9", 4001)


class MemoryTransport:
    """A `MediaTransport`. sent, sent_control: what went out, and where to."""

    local: Address = ("127.0.0.1", 6000)
    ice: IceDescription | None = None

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Address | None]] = []
        self.sent_control: list[tuple[bytes, Address | None]] = []
        self.is_closed = False
        self._receive: Receive = lambda data, sender, component: None

    def start(self, receive: Receive, on_failure: Callable[[str], None]) -> None:
        self._receive = receive

    def receive(self, data: bytes, sender: Address = PEER) -> None:
        """Let a datagram arrive."""
        self._receive(data, sender, Component.SOUND)

    def knows(self, sender: Address) -> bool | None:
        return None

    async def agree(self, agreement: Agreement) -> None:
        pass

    async def restart(
        self, host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
    ) -> tuple[Address, IceDescription]:
        raise MediaError("no ICE")

    def send(self, data: bytes, to: Address | None) -> None:
        self.sent.append((data, to))

    def send_control(self, data: bytes, to: Address | None) -> None:
        self.sent_control.append((data, to))

    async def close(self) -> None:
        self.is_closed = True
