"""Servers found in DNS, tried in their order, left when they fail."""

from __future__ import annotations

from collections import Counter
from random import Random

import dns.asyncresolver
import dns.resolver
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.black_list import FIRST_SECONDS, MOST_SECONDS, BlackList
from telephony.network.dns_names import DnsNames, Target, ordered
from telephony.network.dns_records import DnsRecords
from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.flow import Server
from telephony.network.network import HopFailed
from telephony.network.settings import NetworkSettings
from telephony.sip.message.parser import parse_message
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from tests.network.conftest import Serve, StartNameServer, StartNetwork
from tests.network.heard import Heard
from tests.network.manual_ticker import ManualTicker
from tests.network.name_server import NameServer
from tests.network.peers import HOST, DatagramPeer, StreamPeer, free_port, options


@pytest.fixture
async def name_server(start_name_server: StartNameServer) -> NameServer:
    return await start_name_server()


def names(server: NameServer, ticker: ManualTicker | None = None) -> DnsNames:
    records = DnsRecords(ticker=ticker or ManualTicker(), make_resolver=server.resolver)
    return DnsNames(records=records, chance=Random(1).random)


def hop(transport: str, address: str = "example.test", port: int = 0) -> Hop:
    return Hop(transport=transport, address=address, port=port)


async def places(of: DnsNames, to: Hop) -> list[tuple[str, int]]:
    return [(server.address, server.port) for server in await of.servers(to)]


async def test_srv_records_lead_to_servers_by_priority(name_server: NameServer) -> None:
    name_server.add(
        "_sip._tcp.example.test", "SRV", "20 0 5070 second.test.", "10 0 5060 first.test."
    )
    name_server.add("first.test", "A", "192.0.2.1")
    name_server.add("second.test", "A", "192.0.2.2")
    found = await names(name_server).servers(hop("TCP"))
    assert [(s.address, s.port, s.name) for s in found] == [
        ("192.0.2.1", 5060, "example.test"),
        ("192.0.2.2", 5070, "example.test"),
    ]


async def test_each_transport_has_records_of_its_own(name_server: NameServer) -> None:
    for prefix, port in (("_sip._udp", 1), ("_sip._tcp", 2), ("_sips._tcp", 3)):
        name_server.add(f"{prefix}.example.test", "SRV", f"0 0 {port} host.test.")
    name_server.add("host.test", "A", "192.0.2.1")
    found = [await places(names(name_server), hop(kind)) for kind in ("UDP", "TCP", "TLS")]
    assert found == [[("192.0.2.1", 1)], [("192.0.2.1", 2)], [("192.0.2.1", 3)]]


async def test_a_target_has_addresses_of_both_kinds(name_server: NameServer) -> None:
    name_server.add("_sip._udp.example.test", "SRV", "0 0 5060 host.test.")
    name_server.add("host.test", "A", "192.0.2.1")
    name_server.add("host.test", "AAAA", "2001:db8::1")
    found = await places(names(name_server), hop("UDP"))
    assert sorted(found) == [("192.0.2.1", 5060), ("2001:db8::1", 5060)]


@pytest.mark.parametrize("address", [HOST, "[::1]", "::1"])
async def test_numbers_are_not_looked_up(name_server: NameServer, address: str) -> None:
    found = await places(names(name_server), hop("UDP", address))
    assert found == [(address.strip("[]"), 5060)]
    assert not name_server.asked


async def test_a_port_says_that_records_do_not_matter(name_server: NameServer) -> None:
    found = await places(names(name_server), hop("TLS", "localhost", 5099))
    assert (HOST, 5099) in found
    assert not name_server.asked


async def test_a_host_that_only_this_machine_knows_is_found(name_server: NameServer) -> None:
    assert (HOST, 5061) in await places(names(name_server), hop("TLS", "localhost"))


async def test_a_domain_without_anything_is_not_found(name_server: NameServer) -> None:
    with pytest.raises(NetworkError) as raised:
        await names(name_server).servers(hop("UDP", "nothing.invalid"))
    assert raised.value.kind is NetworkErrorKind.NAME_NOT_FOUND


async def test_targets_without_addresses_are_not_found(name_server: NameServer) -> None:
    name_server.add("_sip._udp.example.test", "SRV", "0 0 5060 nothing.invalid.")
    with pytest.raises(NetworkError, match="none of 1 servers"):
        await names(name_server).servers(hop("UDP"))


async def test_a_service_that_is_decidedly_not_there_is_not_tried(name_server: NameServer) -> None:
    name_server.add("_sip._udp.example.test", "SRV", "0 0 0 .")
    with pytest.raises(NetworkError, match="offers no UDP"):
        await names(name_server).servers(hop("UDP"))


async def test_naptr_tells_the_transport_and_where_its_servers_are(
    name_server: NameServer,
) -> None:
    name_server.add(
        "example.test",
        "NAPTR",
        '50 50 "s" "SIP+D2U" "" _sip._udp.example.test.',
        '10 50 "s" "SIPS+D2T" "" _sips._tcp.edge.test.',
        '5 50 "s" "SIP+D2S" "" _sip._sctp.example.test.',
        '1 50 "u" "E2U+sip" "!^.*$!sip:x@y!" .',
    )
    name_server.add("_sips._tcp.edge.test", "SRV", "0 0 5071 host.test.")
    name_server.add("host.test", "A", "192.0.2.1")
    of = names(name_server)
    assert await of.transport("example.test") == "TLS"
    assert await places(of, hop("TLS")) == [("192.0.2.1", 5071)]


async def test_without_naptr_the_safest_transport_that_is_there_is_used(
    name_server: NameServer,
) -> None:
    name_server.add("_sips._tcp.example.test", "SRV", "0 0 0 .")
    name_server.add("_sip._udp.example.test", "SRV", "0 0 5060 host.test.")
    name_server.add("_sip._tcp.example.test", "SRV", "0 0 5060 host.test.")
    assert await names(name_server).transport("example.test") == "TCP"
    assert await names(name_server).transport("other.test") == "UDP"
    assert await names(name_server).transport("192.0.2.1") == "UDP"


async def test_records_are_kept_as_long_as_they_live_and_no_longer(
    name_server: NameServer,
) -> None:
    ticker = ManualTicker()
    name_server.add("_sip._udp.example.test", "SRV", "0 0 5060 old.test.", ttl=60)
    name_server.add("old.test", "A", "192.0.2.1", ttl=60)
    of = names(name_server, ticker)
    for _ in range(3):
        assert await places(of, hop("UDP")) == [("192.0.2.1", 5060)]
    assert name_server.asked["_sip._udp.example.test", "SRV"] == 1
    name_server.add("_sip._udp.example.test", "SRV", "0 0 5060 new.test.", ttl=60)
    name_server.add("new.test", "A", "192.0.2.2", ttl=60)
    ticker.advance(61)
    assert await places(of, hop("UDP")) == [("192.0.2.2", 5060)]


async def test_a_machine_without_name_servers_asks_its_system() -> None:
    def none() -> dns.asyncresolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    records = DnsRecords(ticker=ManualTicker(), make_resolver=none)
    of = DnsNames(records=records, chance=Random(1).random)
    with pytest.raises(NetworkError) as raised:
        await of.servers(hop("UDP", "nothing.invalid"))
    assert raised.value.kind is NetworkErrorKind.NAME_NOT_FOUND


def target(host: str, priority: int, weight: int) -> Target:
    return Target(host=host, port=5060, priority=priority, weight=weight)


def test_weights_share_the_load_as_rfc_2782_says() -> None:
    chance = Random(7).random
    targets = [target("heavy", 1, 75), target("light", 1, 25), target("never", 1, 0)]
    first = Counter(ordered(targets, chance)[0].host for _ in range(4000))
    assert 2850 < first["heavy"] < 3150
    assert 850 < first["light"] < 1150
    assert first["never"] == 0


@given(
    drawn=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 65535)), max_size=8),
    seed=st.integers(0, 999),
)
def test_every_target_is_tried_once_in_the_order_of_priorities(
    drawn: list[tuple[int, int]], seed: int
) -> None:
    targets = [target(str(i), priority, weight) for i, (priority, weight) in enumerate(drawn)]
    found = ordered(targets, Random(seed).random)
    assert sorted(found, key=lambda t: t.host) == sorted(targets, key=lambda t: t.host)
    assert [t.priority for t in found] == sorted(t.priority for t in targets)


def test_a_black_list_heals_later_after_each_failure() -> None:
    ticker = ManualTicker()
    black_list = BlackList(ticker)
    server = Server(transport="UDP", address=HOST, port=1, name="x")
    other = Server(transport="UDP", address=HOST, port=2, name="x")
    for seconds in (30.0, 60.0, 120.0, 240.0, MOST_SECONDS, MOST_SECONDS):
        black_list.add(server)
        assert black_list.ordered([server, other]) == [other, server]
        ticker.advance(seconds - 1)
        assert black_list.has(server)
        ticker.advance(1)
        assert not black_list.has(server)
    # then, after a long time without one, it begins again
    ticker.advance(2 * MOST_SECONDS)
    black_list.add(server)
    ticker.advance(FIRST_SECONDS)
    assert not black_list.has(server)


async def failing_over(
    network: StartNetwork, name_server: NameServer, transport: str, *ports: int
) -> tuple[AsyncioNetwork, Heard, Hop]:
    """Return a network and a domain whose servers are on ``ports``, in this order."""
    kind = {"UDP": "_sip._udp", "TCP": "_sip._tcp"}[transport]
    values = [f"{number} 0 {port} host.test." for number, port in enumerate(ports)]
    name_server.add(f"{kind}.example.test", "SRV", *values)
    name_server.add("host.test", "A", HOST)
    desk, heard = await network(
        NetworkSettings(listen_address=HOST), names=names(name_server), ticker=ManualTicker()
    )
    return desk, heard, hop(transport)


def wish(to: Hop, number: int) -> Transmit:
    data = options(via=f"{to.transport} {HOST}", call_id=str(number), branch=f"z9hG4bK{number}")
    return Transmit(parse_message(data), to)


async def test_the_next_server_takes_what_the_first_one_refuses(
    network: StartNetwork, name_server: NameServer, stream_peer: StreamPeer
) -> None:
    desk, _, to = await failing_over(network, name_server, "TCP", free_port(), stream_peer.port)
    desk.send(wish(to, 1))
    connection = await stream_peer.next_connection()
    assert parse_message(await connection.data.next(bytes)).call_id == "1"


async def test_a_datagram_server_that_refuses_is_left_for_the_next(
    network: StartNetwork, name_server: NameServer, datagram_peer: DatagramPeer
) -> None:
    desk, heard, to = await failing_over(
        network, name_server, "UDP", free_port(), datagram_peer.port
    )
    desk.send(wish(to, 1))
    assert (await heard.next(HopFailed)).hop == to
    desk.send(wish(to, 2))
    data, _ = await datagram_peer.packets.next(tuple)
    assert parse_message(data).call_id == "2"


async def test_a_server_that_does_not_serve_is_left_when_there_is_another(
    network: StartNetwork, name_server: NameServer, serve: Serve
) -> None:
    first, second = await serve(StreamPeer()), await serve(StreamPeer())
    desk, _, to = await failing_over(network, name_server, "TCP", first.port, second.port)
    desk.send(wish(to, 1))
    connection = await first.next_connection()
    await connection.data.next(bytes)
    assert desk.fail_over(to)
    await connection.wait_closed()
    desk.send(wish(to, 2))
    other = await second.next_connection()
    assert parse_message(await other.data.next(bytes)).call_id == "2"
    # then there is none that has not failed, and the present one is kept
    assert not desk.fail_over(to)
    desk.send(wish(to, 3))
    assert parse_message(await other.data.next(bytes)).call_id == "3"
