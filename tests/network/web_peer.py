"""A WebSocket server of the tests' own."""

from __future__ import annotations

import contextlib
from ssl import SSLContext

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from telephony.sip.transaction.hop import Hop
from tests.network.heard import Heard
from tests.network.peers import HOST, Answer, nothing


class WebPeer:
    """A WebSocket server that keeps what came; ``connections`` has each that it took."""

    def __init__(self) -> None:
        self.connections = Heard()
        self.messages = Heard()
        self.server: Server | None = None
        self.answer: Answer = nothing
        self.port = 0

    async def start(
        self,
        *,
        protocol: str = "sip",
        ssl: SSLContext | None = None,
        answer: Answer = nothing,
    ) -> WebPeer:
        self.answer = answer
        self.server = await serve(
            self._take, HOST, 0, subprotocols=[Subprotocol(protocol)], ssl=ssl, ping_interval=None
        )
        self.port = next(iter(self.server.sockets)).getsockname()[1]
        return self

    async def _take(self, connection: ServerConnection) -> None:
        self.connections(connection)
        with contextlib.suppress(ConnectionClosed):
            async for message in connection:
                self.messages(message)
                source = Hop(transport="WS", address=HOST, port=0)
                data = message.encode() if isinstance(message, str) else message
                for octets in self.answer(data, source):
                    await connection.send(octets)

    async def next(self) -> ServerConnection:
        return await self.connections.next(ServerConnection)

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()
