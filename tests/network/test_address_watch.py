"""This machine has another address now."""

from __future__ import annotations

from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.network import HopFailed, NetworkChanged
from telephony.network.settings import NetworkSettings
from telephony.sip.transaction.hop import Hop
from tests.network.conftest import StartNetwork
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, StreamPeer

SETTINGS = NetworkSettings()


class Routes:
    """A routing table that a test changes; None for no way at all."""

    def __init__(self) -> None:
        self.address: str | None = HOST

    def __call__(self, address: str, port: int) -> str:
        if self.address is None:
            raise NetworkError(NetworkErrorKind.UNREACHABLE, address)
        return self.address


async def test_another_address_is_told_and_old_connections_are_closed(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    ticker, routes = ManualTicker(), Routes()
    desk, heard = await network(SETTINGS, ticker=ticker, source=routes)
    hop = Hop(transport="TCP", address=HOST, port=stream_peer.port)
    await desk.local_address(hop)
    connection = await stream_peer.next_connection()
    ticker.advance(2 * SETTINGS.watch_seconds)
    assert heard.items == []
    # when the cable is pulled, and another network is found
    routes.address = None
    ticker.advance(SETTINGS.watch_seconds)
    assert heard.items == []
    routes.address = "192.0.2.9"
    ticker.advance(SETTINGS.watch_seconds)
    assert (await heard.next(HopFailed)).hop == hop
    assert (await heard.next(NetworkChanged)).addresses == ("192.0.2.9",)
    await connection.wait_closed()


async def test_datagrams_go_on_from_the_new_address(network: StartNetwork) -> None:
    ticker, routes = ManualTicker(), Routes()
    desk, heard = await network(SETTINGS, ticker=ticker, source=routes)
    hop = Hop(transport="UDP", address=HOST, port=9)
    before = await desk.local_address(hop)
    routes.address = "192.0.2.9"
    ticker.advance(SETTINGS.watch_seconds)
    await heard.next(NetworkChanged)
    assert heard.all(HopFailed) == []
    assert await desk.local_address(hop) == ("192.0.2.9", before[1])
    # then it is told once
    ticker.advance(3 * SETTINGS.watch_seconds)
    await ticker.settle()
    assert len(heard.all(NetworkChanged)) == 1
