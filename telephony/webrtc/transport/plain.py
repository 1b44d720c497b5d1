"""Two UDP ports without ICE; runs on the engine's loop."""

from __future__ import annotations

from collections.abc import Callable

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import IceDescription
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address
from telephony.webrtc.transport.ports import PortRange, UdpPort, open_pair
from telephony.webrtc.transport.transport import Component, Receive


class PlainTransport:
    """An even port for sound and the next one for reports; a `MediaTransport`."""

    def __init__(self, sound: UdpPort, control: UdpPort) -> None:
        """Take both ports; `open_plain` opens them."""
        self._sound = sound
        self._control = control

    @property
    def local(self) -> Address:
        """Return where the peer is to send."""
        return self._sound.address

    @property
    def ice(self) -> IceDescription | None:
        """Return that there is none."""
        return None

    def start(self, receive: Receive, on_failure: Callable[[str], None]) -> None:
        """Hand every datagram to ``receive``; nothing here fails but by silence."""
        self._sound.hear(lambda data, sender: receive(data, sender, Component.SOUND))
        self._control.hear(lambda data, sender: receive(data, sender, Component.CONTROL))

    def knows(self, sender: Address) -> bool | None:
        """Return that nothing here can tell."""
        return None

    async def agree(self, agreement: Agreement) -> None:
        """Return at once: the way is as it is."""

    async def restart(
        self, host: str, ports: PortRange, chance: float, relays: tuple[RelayServer, ...]
    ) -> tuple[Address, IceDescription]:
        """Raise MediaError: there is no ICE to begin anew."""
        raise MediaError("the call has no ICE that could begin anew")

    def send(self, data: bytes, to: Address | None) -> None:
        """Send from the even port."""
        if to is not None:
            self._sound.send(data, to)

    def send_control(self, data: bytes, to: Address | None) -> None:
        """Send from the odd port."""
        if to is not None:
            self._control.send(data, to)

    async def close(self) -> None:
        """Return when both ports are free."""
        await self._sound.close()
        await self._control.close()


async def open_plain(host: str, ports: PortRange, chance: float) -> PlainTransport:
    """Return the transport on two ports of ``host``; raises MediaError when none are free."""
    return PlainTransport(*await open_pair(host, ports, chance))
