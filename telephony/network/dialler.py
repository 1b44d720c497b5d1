"""Opens connections and numbers them; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from itertools import count
from ssl import SSLContext

from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.event_queue import EventQueue
from telephony.network.flow import Connection, FlowOwner, Server
from telephony.network.settings import NetworkSettings
from telephony.network.stream import StreamFlow
from telephony.network.ticker import Ticker
from telephony.network.tls import check_name, client_context
from telephony.network.web_socket import WebSocketFlow, dial_web_socket


class Dialler:
    """Makes a connection to a server, by whatever its transport is."""

    def __init__(
        self,
        *,
        settings: NetworkSettings,
        owner: FlowOwner,
        events: EventQueue,
        ticker: Ticker,
    ) -> None:
        """Tell ``owner`` what happens to every connection."""
        self._settings = settings
        self._owner = owner
        self._events = events
        self._ticker = ticker
        self._numbers = count(1)
        self._contexts: dict[bool, SSLContext] = {}

    async def dial(self, server: Server) -> Connection:
        """Return a connection to ``server``; raises NetworkError."""
        if server.transport in ("TCP", "TLS"):
            return await self._dial_stream(server)
        if server.transport in ("WS", "WSS"):
            return await self._dial_web_socket(server)
        raise NetworkError(NetworkErrorKind.UNREACHABLE, server.where, "no transport of ours")

    def taken(self) -> StreamFlow:
        """Return what a peer's connection is given to."""
        return self._stream("TCP", dialled=False)

    async def _dial_stream(self, server: Server) -> StreamFlow:
        is_secure = server.transport == "TLS"
        context = await self._context(check_host=False) if is_secure else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._settings.connect_seconds):
                transport, flow = await loop.create_connection(
                    lambda: self._stream(server.transport, dialled=True),
                    server.address,
                    server.port,
                    ssl=context,
                    server_hostname=server.name if is_secure else None,
                )
        except (OSError, ValueError) as error:
            raise _not_connected(error, server, is_secure=is_secure) from error
        if is_secure and self._settings.verify_certificate:
            try:
                check_name(transport.get_extra_info("peercert") or {}, server.name, server.where)
            except NetworkError:
                flow.abort()
                raise
        return flow

    async def _dial_web_socket(self, server: Server) -> WebSocketFlow:
        is_secure = server.transport == "WSS"
        connection = await dial_web_socket(
            server,
            path=self._settings.web_socket_path,
            tls=await self._context(check_host=True) if is_secure else None,
            settings=self._settings,
        )
        flow = WebSocketFlow(
            number=next(self._numbers),
            server=server,
            connection=connection,
            owner=self._owner,
            events=self._events,
            settings=self._settings,
        )
        self._owner.opened(flow)
        return flow

    async def _context(self, *, check_host: bool) -> SSLContext:
        """Return a context, made once: it reads every authority that the system trusts."""
        if check_host not in self._contexts:
            self._contexts[check_host] = await asyncio.to_thread(
                client_context,
                ca_file=self._settings.ca_file,
                verify=self._settings.verify_certificate,
                check_host=check_host,
            )
        return self._contexts[check_host]

    def _stream(self, kind: str, *, dialled: bool) -> StreamFlow:
        return StreamFlow(
            number=next(self._numbers),
            kind=kind,
            dialled=dialled,
            owner=self._owner,
            events=self._events,
            settings=self._settings,
            ticker=self._ticker,
        )


def _not_connected(error: Exception, server: Server, *, is_secure: bool) -> NetworkError:
    """Return why there is no connection; one that ends at once did not like our TLS."""
    why = network_error(error, server.where)
    if is_secure and why.kind is NetworkErrorKind.CLOSED:
        detail = why.detail or "closed during the handshake"
        return NetworkError(NetworkErrorKind.TLS, server.where, detail)
    return why
