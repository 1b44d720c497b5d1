"""Keep-alive of every destination that is reached; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telephony.network.destination import Destination
from telephony.network.flow import Flow
from telephony.network.keep_alive import DATAGRAM, STREAM, KeepAlive
from telephony.network.stun import ID_OCTETS, binding_request, mapped_address, transaction_id_of
from telephony.network.ticker import Ticker

_STUN_TRIES = 2
"""A server that has not answered so often speaks no STUN; line ends keep the NAT open as well."""

_MUST_ANSWER = frozenset({"WS", "WSS"})
"""RFC 6455 s. 5.5.2: a Ping is always answered."""

_MOST_SERVERS = 64
Lost = Callable[[Destination, str], None]


@dataclass(slots=True, kw_only=True)
class _Watched:
    """transaction_id: of the STUN request under way. mapped: our address as the server sees it."""

    flow: Flow
    keep_alive: KeepAlive | None = None
    transaction_id: bytes = b""
    mapped: tuple[str, int] | None = None


class SignsOfLife:
    """Asks each server that it lives, in the manner of its transport."""

    def __init__(self, *, ticker: Ticker, random_bytes: Callable[[int], bytes], lost: Lost) -> None:
        """Tell ``lost`` of destinations that give none."""
        self._ticker = ticker
        self._random = random_bytes
        self._lost = lost
        self._watched: dict[Destination, _Watched] = {}
        self._answering: dict[tuple[str, str, int], None] = {}

    def begin(self, destination: Destination) -> None:
        """Watch a destination that was reached."""
        flow = destination.flow
        if flow is None:
            return
        self.end(destination)
        watched = self._watched[destination] = _Watched(flow=flow)
        is_datagram = not flow.hop.is_reliable
        watched.keep_alive = KeepAlive(
            ticker=self._ticker,
            rhythm=DATAGRAM if is_datagram else STREAM,
            chance=lambda: int.from_bytes(self._random(4)) / 2**32,
            ask=lambda: self._ask_datagram(watched) if is_datagram else flow.ping(),
            lost=lambda: self._lost(destination, "no answer to the keep-alive"),
            answers=flow.hop.transport in _MUST_ANSWER or _place(flow) in self._answering,
        )

    def end(self, destination: Destination) -> None:
        """Watch it no more."""
        watched = self._watched.pop(destination, None)
        if watched is not None and watched.keep_alive is not None:
            watched.keep_alive.stop()

    def heard(self, flow: Flow) -> None:
        """Note that the far side of ``flow`` has answered."""
        for watched in self._watched.values():
            if watched.flow is flow and watched.keep_alive is not None:
                self._remember(flow)
                watched.keep_alive.heard()

    def stun(self, data: bytes, address: str, port: int) -> None:
        """Take a STUN message; another address of ours is as bad as silence (RFC 5626 s. 4.4.2)."""
        for destination, watched in list(self._watched.items()):
            hop = watched.flow.hop
            if (hop.transport, hop.address, hop.port) != ("UDP", address, port):
                continue
            mapped = mapped_address(data)
            if not watched.transaction_id or transaction_id_of(data) != watched.transaction_id:
                continue
            watched.transaction_id = b""
            if mapped is None:
                continue
            self.heard(watched.flow)
            known, watched.mapped = watched.mapped, mapped
            if known is not None and known != mapped:
                self._lost(destination, f"we are seen as {mapped[0]}:{mapped[1]} now")

    def _ask_datagram(self, watched: _Watched) -> None:
        keep_alive = watched.keep_alive
        if keep_alive is None or keep_alive.answers or keep_alive.unanswered < _STUN_TRIES:
            # Asked again it is the same question: a late answer counts (RFC 8489 s. 6.2.1).
            watched.transaction_id = watched.transaction_id or self._random(ID_OCTETS)
            watched.flow.send(binding_request(watched.transaction_id))
        else:
            watched.flow.ping()

    def _remember(self, flow: Flow) -> None:
        if len(self._answering) >= _MOST_SERVERS:
            del self._answering[next(iter(self._answering))]
        self._answering[_place(flow)] = None


def _place(flow: Flow) -> tuple[str, str, int]:
    return (flow.hop.transport, flow.hop.address, flow.hop.port)
