"""A media engine whose packets cross a lossy relay on their way to any peer and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.webrtc.engine import MediaWish
from telephony.webrtc.local_engine import LocalEngine
from tests.servers.lossy_relay import End, LossyRelay


class RelayedEngine:
    """A `MediaEngine` that names the relay's ports to the peer, and the relay's as the peer's.

    Without ICE alone: that would find the way without a relay. RTCP must share the port.
    """

    def __init__(self, engine: LocalEngine, relay: LossyRelay) -> None:
        """Let ``engine`` do everything, through ``relay``."""
        self._engine = engine
        self._relay = relay
        self._ways: dict[str, tuple[End, End]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def open(self, call: str, wish: MediaWish) -> LocalMedia:
        """Listen behind the relay."""
        local = await self._engine.open(call, wish)
        ends = await self._relay.open(a=(local.address, local.port))
        self._ways[call] = ends
        return replace(local, address=ends[1].host, port=ends[1].port)

    async def apply(self, call: str, agreement: Agreement) -> None:
        """Send to the relay what is for the peer."""
        ours, theirs = self._ways[call]
        theirs.peer = (agreement.address, agreement.port)
        await self._engine.apply(call, replace(agreement, address=ours.host, port=ours.port))
