"""The network as the telephone uses it: SIP messages out and in, whatever carries them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageArrived:
    """One whole SIP message came from ``hop``; ``data`` is not read yet."""

    data: bytes
    hop: Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class HopFailed:
    """Nothing can be sent to ``hop``; why: see `telephony.network.errors.NetworkError`."""

    hop: Hop
    why: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLost:
    """A connection that was up is gone, or the keep-alive has had no answer; register anew."""

    hop: Hop
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChanged:
    """This machine has other addresses now: contact and media addresses are stale."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A message as it went over the wire, for the trace; sent tells the direction."""

    data: bytes
    hop: Hop
    sent: bool


NetworkEvent = MessageArrived | HopFailed | FlowLost | NetworkChanged | Traced


class SipNetwork(Protocol):
    """Every transport of one telephone; runs on the `desk-loop` thread.

    Events reach ``listener`` first in, first out, never from within `send`.
    """

    def subscribe(self, listener: Callable[[NetworkEvent], None]) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        ...

    async def start(self) -> None:
        """Bind what has to listen."""
        ...

    async def stop(self) -> None:
        """Close every connection."""
        ...

    def send(self, transmit: Transmit) -> None:
        """Send soon; what fails is told.

        The hop's address may be a name, and its port 0 when it is to be looked up (RFC 3263).
        """
        ...

    def fail_over(self, hop: Hop) -> bool:
        """Go on at another server of ``hop``, as the present one does not serve.

        Return False when there is no other that has not failed lately; then nothing changes.
        """
        ...

    async def transport_of(self, domain: str) -> str:
        """Return the transport that ``domain`` prefers (RFC 3263 s. 4.1), in upper case.

        Raises telephony.network.errors.NetworkError.
        """
        ...

    async def local_address(self, hop: Hop) -> tuple[str, int]:
        """Return the address and port under which ``hop`` reaches us: for Contact and Via.

        Connects where the transport needs that; raises telephony.network.errors.NetworkError.
        """
        ...
