"""Networks and peers that are closed when their test is over, whatever came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar

import pytest

from agent_desk.domain.sip_account import SipAccount
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.settings import NetworkSettings
from telephony.phone.line import Line
from telephony.sip.sdp.policy import MediaPolicy
from tests.network.heard import Heard
from tests.network.lines import PASSWORD, OpenLine
from tests.network.name_server import NameServer
from tests.network.peers import HOST, DatagramPeer, StreamPeer
from tests.network.web_peer import WebPeer

PeerT = TypeVar("PeerT", bound=DatagramPeer | StreamPeer)


class Serve(Protocol):
    async def __call__(self, peer: PeerT, port: int = 0) -> PeerT: ...


StartWebPeer = Callable[..., Awaitable[WebPeer]]
StartNameServer = Callable[[], Awaitable[NameServer]]
StartNetwork = Callable[..., Awaitable[tuple[AsyncioNetwork, Heard]]]


@pytest.fixture
async def network() -> AsyncIterator[StartNetwork]:
    """Start networks on loopback; each comes with what it tells."""
    started: list[AsyncioNetwork] = []

    async def start(
        settings: NetworkSettings | None = None, **parts: object
    ) -> tuple[AsyncioNetwork, Heard]:
        made = AsyncioNetwork(
            settings=settings or NetworkSettings(listen_address=HOST),
            **parts,  # type: ignore[arg-type]
        )
        heard = Heard()
        made.subscribe(heard)
        started.append(made)
        await made.start()
        return made, heard

    yield start
    for made in started:
        await made.stop()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start peers of UDP, TCP and TLS; they are stopped when the test is over."""
    started: list[DatagramPeer | StreamPeer] = []

    async def start(peer: PeerT, port: int = 0) -> PeerT:
        started.append(peer)
        await peer.start(port)
        return peer

    yield start
    for peer in started:
        if isinstance(peer, StreamPeer):
            await peer.stop()
        else:
            peer.stop()


@pytest.fixture
async def datagram_peer(serve: Serve) -> DatagramPeer:
    return await serve(DatagramPeer())


@pytest.fixture
async def stream_peer(serve: Serve) -> StreamPeer:
    return await serve(StreamPeer())


@pytest.fixture
async def start_web_peer() -> AsyncIterator[StartWebPeer]:
    started: list[WebPeer] = []

    async def start(**options: object) -> WebPeer:
        started.append(await WebPeer().start(**options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for peer in started:
        await peer.stop()


@pytest.fixture
async def web_peer(start_web_peer: StartWebPeer) -> WebPeer:
    return await start_web_peer()


@pytest.fixture
async def start_name_server() -> AsyncIterator[StartNameServer]:
    started: list[NameServer] = []

    async def start() -> NameServer:
        started.append(await NameServer().start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
async def line() -> AsyncIterator[OpenLine]:
    """Start lines on loopback; each comes with its news."""
    lines: list[Line] = []

    async def start(of: SipAccount, **parts: object) -> tuple[Line, Heard]:
        own = AsyncioNetwork(settings=NetworkSettings(listen_address=HOST))
        made = Line(
            account=of,
            password=PASSWORD,
            policy=MediaPolicy(),
            **{"network": own, **parts},  # type: ignore[arg-type]
        )
        heard = Heard()
        made.subscribe(heard)
        lines.append(made)
        await made.start()
        return made, heard

    yield start
    for made in lines:
        await made.stop()
