"""The proxy does what its name says; else the suite behind it proves nothing."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from time import perf_counter

import pytest

from tests.servers.proxy import COMMIT, Moment, Proxy

QUIET_SECONDS = 0.3


class Echo(socketserver.BaseRequestHandler):
    """Sends back what it gets, and remembers it."""

    heard: list[bytes]

    def handle(self) -> None:
        while data := self.request.recv(1000):
            self.heard.append(data)
            self.request.sendall(data)


@pytest.fixture
def heard() -> list[bytes]:
    """What the server has got."""
    return []


@pytest.fixture
def proxy(heard: list[bytes]) -> Iterator[Proxy]:
    """A proxy in front of a server that echoes."""
    handler = type("Echo", (Echo,), {"heard": heard})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        with Proxy(server=server.server_address[1]) as proxy:
            yield proxy
        server.shutdown()
        serving.join()


def client_of(proxy: Proxy) -> socket.socket:
    return socket.create_connection((proxy.host, proxy.port), timeout=10)


def asked(client: socket.socket, question: bytes) -> bytes:
    client.sendall(question)
    return client.recv(1000)


def test_it_passes_everything_on_both_ways(proxy: Proxy) -> None:
    with client_of(proxy) as client:
        assert asked(client, b"one") == b"one"
        assert asked(client, COMMIT) == COMMIT


def test_a_delay_is_a_round_trip(proxy: Proxy) -> None:
    proxy.delay_seconds = 0.05
    with client_of(proxy) as client:
        began = perf_counter()
        asked(client, b"late")
        assert perf_counter() - began >= 0.1


def test_a_hanging_one_takes_everything_and_passes_it_on_later(
    proxy: Proxy, heard: list[bytes]
) -> None:
    with client_of(proxy) as former:
        assert asked(former, b"before") == b"before"
        proxy.hang()
        with client_of(proxy) as client:
            client.sendall(b"kept")
            client.settimeout(QUIET_SECONDS)
            with pytest.raises(TimeoutError):
                client.recv(1)
            assert heard == [b"before"]
            client.settimeout(10)
            proxy.resume()
            assert client.recv(1000) == b"kept"


def test_a_reset_is_told_as_one_and_new_connections_work(proxy: Proxy) -> None:
    with client_of(proxy) as client:
        asked(client, b"before")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            asked(client, b"after")
    with client_of(proxy) as client:
        assert asked(client, b"again") == b"again"


@pytest.mark.parametrize("moment", Moment)
def test_a_commit_is_cut_before_or_after_the_server(
    moment: Moment, proxy: Proxy, heard: list[bytes]
) -> None:
    proxy.reset_at(moment)
    with client_of(proxy) as client:
        asked(client, b"work")
        with pytest.raises(ConnectionResetError):
            asked(client, COMMIT)
    assert heard == ([b"work", COMMIT] if moment is Moment.AFTER_SERVER else [b"work"])
    assert proxy.resets == 1
    with client_of(proxy) as client:
        assert asked(client, COMMIT) == COMMIT


def test_it_refuses_and_comes_back_on_its_port(proxy: Proxy) -> None:
    port = proxy.port
    with client_of(proxy) as client:
        asked(client, b"before")
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            asked(client, b"after")
    with pytest.raises(ConnectionRefusedError):
        client_of(proxy)
    proxy.accept()
    assert proxy.port == port
    with client_of(proxy) as client:
        assert asked(client, b"again") == b"again"
