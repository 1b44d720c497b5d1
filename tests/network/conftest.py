"""Networks and peers that are closed when their test is over, whatever came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.settings import NetworkSettings
from tests.network.heard import Heard
from tests.network.peers import HOST, DatagramPeer, StreamPeer
from tests.network.web_peer import WebPeer

Peer = DatagramPeer | StreamPeer
StartWebPeer = Callable[..., Awaitable[WebPeer]]
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
async def datagram_peer() -> AsyncIterator[DatagramPeer]:
    peer = await DatagramPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
async def stream_peer() -> AsyncIterator[StreamPeer]:
    peer = await StreamPeer().start()
    yield peer
    await peer.stop()


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
