"""TLS: whom it trusts, and in which words it does not."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.network import MessageArrived
from telephony.network.settings import NetworkSettings
from telephony.network.tls import check_name
from telephony.sip.transaction.hop import Hop
from tests.logfail import LogGuard
from tests.network.certificates import Identity, identity
from tests.network.conftest import Serve, StartNetwork
from tests.network.peers import HOST, StreamPeer, options

StartServer = Callable[[ssl.SSLContext], Awaitable[StreamPeer]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return identity(tmp_path_factory.mktemp("tls") / "good")


@pytest.fixture
def server(serve: Serve) -> StartServer:
    return lambda context: serve(StreamPeer(ssl=context))


def tls(port: int, name: str = "localhost") -> Hop:
    return Hop(transport="TLS", address=name, port=port)


def settings(ca_file: str = "", *, verify: bool = True) -> NetworkSettings:
    return NetworkSettings(listens=False, ca_file=ca_file, verify_certificate=verify)


async def failure(network: StartNetwork, of: NetworkSettings, hop: Hop) -> NetworkError:
    desk, _ = await network(of)
    with pytest.raises(NetworkError) as raised:
        await desk.local_address(hop)
    return raised.value


async def test_a_trusted_server_is_reached_by_name_and_by_address(
    network: StartNetwork, server: StartServer, good: Identity
) -> None:
    peer = await server(good.context)
    desk, heard = await network(settings(good.ca_file))
    for name in ("localhost", HOST):
        address, port = await desk.local_address(tls(peer.port, name))
        assert address == HOST
        connection = await peer.next_connection()
        connection.send(options(via=f"TLS {HOST}"))
        arrived = await heard.next(MessageArrived)
        assert (arrived.hop.transport, arrived.hop.port) == ("TLS", peer.port)
        assert port


async def test_an_authority_that_is_not_known_is_not_trusted(
    network: StartNetwork, server: StartServer, good: Identity
) -> None:
    peer = await server(good.context)
    error = await failure(network, settings(), tls(peer.port))
    assert error.kind is NetworkErrorKind.CERTIFICATE
    assert "self-signed" in error.detail or "self signed" in error.detail


async def test_an_expired_certificate_says_so(
    network: StartNetwork, server: StartServer, tmp_path: Path
) -> None:
    old = identity(tmp_path / "old", days=-1)
    peer = await server(old.context)
    error = await failure(network, settings(old.ca_file), tls(peer.port))
    assert (error.kind, error.detail) == (
        NetworkErrorKind.CERTIFICATE,
        "certificate has expired",
    )


async def test_a_certificate_for_somebody_else_names_both(
    network: StartNetwork, server: StartServer, tmp_path: Path
) -> None:
    other = identity(tmp_path / "other", names="DNS:pbx.example.com")
    peer = await server(other.context)
    error = await failure(network, settings(other.ca_file), tls(peer.port))
    assert error.kind is NetworkErrorKind.CERTIFICATE
    assert "pbx.example.com" in error.detail
    assert "localhost" in error.detail


async def test_a_test_bench_may_do_without_certificates_and_the_log_says_so(
    network: StartNetwork, server: StartServer, good: Identity, expected_logs: LogGuard
) -> None:
    expected_logs.expect("certificates of servers are not checked")
    peer = await server(good.context)
    desk, _ = await network(settings(verify=False))
    await desk.local_address(tls(peer.port))


async def test_a_server_that_speaks_no_tls_is_told(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    stream_peer.answer = lambda data, source: [b"SIP/2.0 400 Bad Request\r\n\r\n"]
    error = await failure(network, settings(), tls(stream_peer.port))
    assert error.kind is NetworkErrorKind.TLS


async def test_a_server_with_old_tls_alone_is_refused(
    network: StartNetwork, server: StartServer, good: Identity, tmp_path: Path
) -> None:
    old = identity(tmp_path / "tls1")
    old.context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.context.maximum_version = ssl.TLSVersion.TLSv1_1
    peer = await server(old.context)
    error = await failure(network, settings(old.ca_file), tls(peer.port))
    assert error.kind is NetworkErrorKind.TLS


async def test_a_ca_file_that_is_not_there_is_named(network: StartNetwork) -> None:
    error = await failure(network, settings("/nowhere/ca.pem"), tls(5061))
    assert error.kind is NetworkErrorKind.CERTIFICATE
    assert "/nowhere/ca.pem" in error.detail


NAMES = {
    "the domain as a SIP URI": ([("URI", "sip:example.com")], "example.com", True),
    "case does not matter": ([("URI", "sip:Example.COM")], "EXAMPLE.com.", True),
    "a person is no domain": ([("URI", "sip:ann@example.com")], "example.com", False),
    "another scheme": ([("URI", "https:example.com")], "example.com", False),
    "the domain as a DNS name": ([("DNS", "example.com")], "example.com", True),
    "a subdomain is another": ([("DNS", "example.com")], "sip.example.com", False),
    "a wildcard for one label": ([("DNS", "*.example.com")], "sip.example.com", True),
    "not for two": ([("DNS", "*.example.com")], "a.sip.example.com", False),
    "not for none": ([("DNS", "*.example.com")], "example.com", False),
    "not for a whole country": ([("DNS", "*.com")], "example.com", False),
    "not within a label": ([("DNS", "s*.example.com")], "sip.example.com", False),
    "an address": ([("IP Address", "192.0.2.1")], "192.0.2.1", True),
    "an IPv6 address in another spelling": (
        [("IP Address", "2001:DB8:0:0::1")],
        "2001:db8::1",
        True,
    ),
    "a name in another script": ([("DNS", "xn--fiq228c.example")], "\u4e2d\u6587.example", True),
    "an address is no name": ([("DNS", "192.0.2.2")], "192.0.2.1", False),
    "none at all": ([], "example.com", False),
}


@pytest.mark.parametrize("case", NAMES)
def test_which_names_a_certificate_is_for(case: str) -> None:
    names, wanted, fits = NAMES[case]
    if fits:
        check_name({"subjectAltName": tuple(names)}, wanted, "TLS")
    else:
        with pytest.raises(NetworkError, match="certificate"):
            check_name({"subjectAltName": tuple(names)}, wanted, "TLS")
