"""SIP over WebSocket (RFC 7118): one message in each frame; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from ssl import SSLContext

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, ProxyError
from websockets.typing import Subprotocol

from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.event_queue import EventQueue
from telephony.network.flow import FlowOwner, Server
from telephony.network.race import NEXT_ADDRESS_SECONDS
from telephony.network.settings import NetworkSettings
from telephony.sip.framing.packet import PacketKind, packet_kind, packet_octets
from telephony.sip.transaction.hop import Hop
from telephony.sip.values.host import bracketed

_SIP = Subprotocol("sip")
_CLOSE_SECONDS = 1.0
_REFUSED = (InvalidHandshake, ProxyError, ImportError)
"""ImportError: the system names a SOCKS proxy, for which nothing is installed."""


async def dial_web_socket(
    server: Server, *, path: str, tls: SSLContext | None, settings: NetworkSettings
) -> ClientConnection:
    """Return a connection that speaks sub-protocol ``sip``; raises NetworkError."""
    limits = settings.limits
    url = f"{server.transport.lower()}://{bracketed(server.address)}:{server.port}{path}"
    try:
        async with asyncio.timeout(settings.connect_seconds):
            made = await connect(
                url,
                subprotocols=[_SIP],
                ssl=tls,
                proxy=True if settings.uses_proxy else None,
                compression=None,
                open_timeout=None,
                # Whether the far side lives is asked by `keep_alive`, for every transport alike.
                ping_interval=None,
                close_timeout=_CLOSE_SECONDS,
                max_size=limits.head_octets + limits.body_octets,
                happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
            )
    except InvalidURI as error:
        raise NetworkError(NetworkErrorKind.NAME_NOT_FOUND, server.where, str(error)) from error
    except _REFUSED as error:
        raise NetworkError(NetworkErrorKind.WEB_SOCKET, server.where, str(error)) from error
    except (OSError, EOFError, ValueError) as error:
        raise network_error(error, server.where) from error
    if made.subprotocol != _SIP:
        await made.close()
        raise NetworkError(NetworkErrorKind.WEB_SOCKET, server.where, "does not speak sip")
    return made


class WebSocketFlow:
    """One WebSocket that this side opened."""

    def __init__(
        self,
        *,
        number: int,
        server: Server,
        connection: ClientConnection,
        owner: FlowOwner,
        events: EventQueue,
        settings: NetworkSettings,
    ) -> None:
        """Read and write from now on."""
        self.number = number
        self.dialled = True
        self.hop = Hop(
            transport=server.transport, address=server.address, port=server.port, flow=number
        )
        self.local = _ends(connection.local_address)
        self.far = _ends(connection.remote_address)[0]
        self.is_open = True
        self._where = server.where
        self._connection = connection
        self._owner = owner
        self._events = events
        self._most_unsent = settings.most_unsent_octets
        self._unsent: deque[bytes] = deque()
        self._unsent_octets = 0
        self._has_more = asyncio.Event()
        self._is_told = False
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._writing = loop.create_task(self._write())
        self._reading = loop.create_task(self._read())

    def send(self, data: bytes) -> None:
        """Send a message soon; a peer that takes nothing is left."""
        if not self.is_open:
            return
        self._unsent.append(data)
        self._unsent_octets += len(data)
        self._has_more.set()
        if self._unsent_octets > self._most_unsent:
            why = NetworkError(NetworkErrorKind.CLOSED, self._where, "the peer reads nothing")
            self._tell(why)
            self.abort()

    def ping(self) -> None:
        """Ask for a sign of life (RFC 6455 s. 5.5.2)."""
        if self.is_open:
            self._unsent.append(b"")
            self._has_more.set()

    def close(self) -> None:
        """Send what waits, and close."""
        self._is_told = True
        self.is_open = False
        self._has_more.set()

    def abort(self) -> None:
        """Close at once."""
        self._is_told = True
        self.is_open = False
        self._writing.cancel()
        self._connection.transport.abort()

    async def _write(self) -> None:
        """Send in order; after `close` send what is left, and say good-bye."""
        with contextlib.suppress(ConnectionClosed):
            while self.is_open or self._unsent:
                while self._unsent:
                    await self._send_one(self._unsent.popleft())
                self._has_more.clear()
                if self.is_open:
                    await self._has_more.wait()
        await self._connection.close()

    async def _send_one(self, data: bytes) -> None:
        if data:
            await self._connection.send(_frame(data))
            self._unsent_octets -= len(data)
            return
        pong = asyncio.ensure_future(await self._connection.ping())
        pong.add_done_callback(self._ponged)

    def _ponged(self, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._owner.heard(self)

    async def _read(self) -> None:
        """Read until the end; no faster than the telephone hears."""
        why: Exception = ConnectionError("closed")
        try:
            async for message in self._connection:
                data = packet_octets(message)
                if packet_kind(data) is PacketKind.SIP and not self._is_told:
                    self._owner.received(self, data)
                if self._events.is_full:
                    room = asyncio.Event()
                    self._events.when_there_is_room(room.set)
                    await room.wait()
        except ConnectionClosed as error:
            why = ConnectionError(str(error))
        finally:
            self.is_open = False
            self._has_more.set()
            self._tell(network_error(why, self._where))
            self._writing.add_done_callback(self._end)

    def _end(self, _writing: asyncio.Task[None]) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    def _tell(self, why: NetworkError) -> None:
        if not self._is_told:
            self._is_told = True
            self._owner.closed(self, why)


def _frame(data: bytes) -> str | bytes:
    """Return text where the message is UTF-8, octets where it is not (RFC 7118 s. 4.2)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _ends(address: object) -> tuple[str, int]:
    return (str(address[0]), int(address[1])) if isinstance(address, tuple) else ("", 0)
