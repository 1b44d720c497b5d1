"""What a call needs of its transport; runs on the engine's loop."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Protocol

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.ports import PortRange


class Component(IntEnum):
    """What a socket is for (RFC 8445 s. 4, RFC 8839 s. 5.1); with rtcp-mux the first has both."""

    SOUND = 1
    CONTROL = 2


Receive = Callable[[bytes, Address, Component], None]
"""A datagram, who sent it, and which kind of socket it came to."""


class MediaTransport(Protocol):
    """The sockets of one call. local: what is written into a description.

    ice: what ICE needs of this side, None when it cannot be used.
    """

    @property
    def local(self) -> Address:
        """Return where the peer is to send."""
        ...

    @property
    def ice(self) -> IceDescription | None:
        """Return candidates and credentials."""
        ...

    def start(self, receive: Receive, on_failure: Callable[[str], None]) -> None:
        """Hand every datagram to ``receive``; tell once why none can pass any more."""
        ...

    def knows(self, sender: Address) -> bool | None:
        """Return whether the way itself tells that a sender is the peer; None when it cannot."""
        ...

    async def agree(self, agreement: Agreement) -> None:
        """Find the way to the peer; return when something can be sent, or raise MediaError.

        While another way than the present one is looked for the present one stays in use.
        """
        ...

    async def restart(
        self, host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
    ) -> tuple[Address, IceDescription]:
        """Open further sockets and return where they are, for ICE to begin anew with.

        Nothing changes before an agreement names them. Raises MediaError without ICE.
        """
        ...

    def send(self, data: bytes, to: Address | None) -> None:
        """Send sound, DTLS, or reports on the same port; ``to`` where ICE has not chosen."""
        ...

    def send_control(self, data: bytes, to: Address | None) -> None:
        """Send reports, or their DTLS, from their own port."""
        ...

    async def close(self) -> None:
        """Return when all ports are free."""
        ...
