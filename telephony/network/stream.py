"""TCP and TLS: connections, ours and taken, cut into messages; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.event_queue import EventQueue
from telephony.network.flow import FlowOwner
from telephony.network.settings import NetworkSettings
from telephony.network.ticker import Alarm, Ticker
from telephony.sip.errors import FramingError
from telephony.sip.framing.stream import PING, PONG, Frame, KeepAlive, StreamFramer
from telephony.sip.transaction.hop import Hop

_IDLE_SECONDS, _PROBE_SECONDS, _PROBES = 30, 10, 3
_UNSENT_MS = 30_000
"""A peer that vanished is noticed by the system too, where no keep-alive was agreed on."""


class StreamFlow(asyncio.Protocol):
    """One connection. ``dialled`` tells whether this side opened it."""

    def __init__(
        self,
        *,
        number: int,
        kind: str,
        dialled: bool,
        owner: FlowOwner,
        events: EventQueue,
        settings: NetworkSettings,
        ticker: Ticker,
    ) -> None:
        """Wait for the connection. kind: TCP or TLS."""
        self.number = number
        self.hop = Hop(transport=kind, address="", port=0, flow=number)
        self.local: tuple[str, int] = ("", 0)
        self.dialled = dialled
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._owner = owner
        self._events = events
        self._settings = settings
        self._ticker = ticker
        self._framer = StreamFramer(dialled=dialled, limits=settings.limits)
        self._transport: asyncio.Transport | None = None
        self._alarm: Alarm | None = None
        self._is_told = False

    @property
    def far(self) -> str:
        """The peer's address."""
        return self.hop.address

    @property
    def is_open(self) -> bool:
        """Whether a message can be sent and will be read."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Write a message; a peer that takes nothing is left."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > self._settings.most_unsent_octets:
            self._give_up("the peer reads nothing")

    def ping(self) -> None:
        """Ask for a sign of life (RFC 5626 s. 4.4.1)."""
        self.send(PING)

    def close(self) -> None:
        """Send what is written, and close."""
        self._is_told = True
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._is_told = True
        if self._transport is not None:
            self._transport.abort()

    # Of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note both ends."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        address, port, *_ = transport.get_extra_info("peername") or ("", 0)
        self.hop = Hop(transport=self.hop.transport, address=address, port=port, flow=self.number)
        local, local_port, *_ = transport.get_extra_info("sockname") or ("", 0)
        self.local = (local, local_port)
        _watch_by_system(transport.get_extra_info("socket"))
        self._owner.opened(self)

    def data_received(self, data: bytes) -> None:
        """Cut out what is whole; what can never be read again closes the connection."""
        if self._is_told:
            return
        try:
            for item in self._framer.feed(data):
                self._take(item)
        except FramingError as error:
            self._give_up(str(error))
            return
        self._watch_rest()
        if self._events.is_full and self._transport is not None:
            self._transport.pause_reading()
            self._events.when_there_is_room(self._resume)

    def eof_received(self) -> bool:
        """Leave our answers some time to leave; what was half read is lost."""
        self._tell(NetworkError(NetworkErrorKind.CLOSED, self._where))
        self._stop_alarm()
        if self._transport is None or self._transport.get_extra_info("ssl_object") is not None:
            return False
        self._arm(self._settings.linger_seconds, self.abort)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner, unless it knows."""
        self._stop_alarm()
        why = ConnectionError("closed") if exc is None else exc
        self._tell(network_error(why, self._where))
        if not self.gone.done():
            self.gone.set_result(None)

    # Inside

    @property
    def _where(self) -> str:
        return f"{self.hop.transport} {self.hop.address}:{self.hop.port}"

    def _take(self, item: Frame | KeepAlive) -> None:
        if isinstance(item, Frame):
            self._owner.received(self, item.data)
        elif item is KeepAlive.PING:
            self.send(PONG)
        else:
            self._owner.heard(self)

    def _watch_rest(self) -> None:
        """Give the rest of a message its time, counted from its first octet."""
        if self._framer.is_idle:
            self._stop_alarm()
        elif self._alarm is None:
            self._arm(self._settings.message_seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._give_up("a message that does not end")

    def _give_up(self, detail: str) -> None:
        self._tell(NetworkError(NetworkErrorKind.CLOSED, self._where, detail))
        self.abort()

    def _tell(self, why: NetworkError) -> None:
        if not self._is_told:
            self._is_told = True
            self._owner.closed(self, why)

    def _resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _arm(self, seconds: float, act: Any) -> None:
        self._alarm = self._ticker.call_at(self._ticker.time() + seconds, act)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


def _watch_by_system(sock: socket.socket | None) -> None:
    """Let the system notice a dead peer: TCP keep-alive, and TCP_USER_TIMEOUT (RFC 5482)."""
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    wishes = {
        "TCP_NODELAY": 1,
        "TCP_KEEPIDLE": _IDLE_SECONDS,
        "TCP_KEEPINTVL": _PROBE_SECONDS,
        "TCP_KEEPCNT": _PROBES,
        "TCP_USER_TIMEOUT": _UNSENT_MS,
    }
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in wishes.items():
        if (option := getattr(socket, name, None)) is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
