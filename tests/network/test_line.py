"""A line on a real network: registered, called, lost, found again."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest

from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.dns_names import DnsNames
from telephony.network.dns_records import DnsRecords
from telephony.network.errors import NetworkErrorKind
from telephony.network.network import MessageArrived
from telephony.network.settings import NetworkSettings
from telephony.phone.line import Line, LineMoved, LineReached, LineUnreached
from telephony.sip.message.message import AnyMessage, Request
from telephony.sip.message.reply import reply
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.timing import DEFAULT_TIMINGS
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallEnded,
    CallFailed,
    CallOffered,
    RegistrationChanged,
)
from telephony.sip.values.uri import SipUri
from tests.logfail import LogGuard
from tests.network.certificates import identity
from tests.network.conftest import Serve, StartNameServer, StartWebPeer
from tests.network.heard import Heard
from tests.network.lines import OpenLine, account, is_registered, registrar
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, DatagramPeer, StreamPeer, answers_of, free_port, nothing
from tests.network.web_peer import WebPeer

MEDIA = LocalMedia(address=HOST, port=20000, session_id="1")


async def test_a_line_registers_with_its_password_and_leaves(line: OpenLine, serve: Serve) -> None:
    exchange = registrar()
    peer = await serve(DatagramPeer(answers_of(exchange)))
    made, heard = await line(account(peer.port, SipTransport.UDP))
    reached = await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)
    (contact,) = exchange.bindings
    assert contact == f"sip:ann@{HOST}:{reached.port}"
    await made.stop()
    assert exchange.bindings == {}


async def test_a_wrong_password_is_told_and_not_tried_again(line: OpenLine, serve: Serve) -> None:
    exchange = registrar("another")
    peer = await serve(DatagramPeer(answers_of(exchange)))
    _, heard = await line(account(peer.port, SipTransport.UDP))
    news = await heard.next(RegistrationChanged)
    assert (news.state, news.status) == (RegistrationState.REFUSED, 401)


async def test_a_password_that_was_mended_is_used_at_once(line: OpenLine, serve: Serve) -> None:
    exchange = registrar("mended")
    peer = await serve(DatagramPeer(answers_of(exchange)))
    made, heard = await line(account(peer.port, SipTransport.UDP))
    refused = await heard.next(RegistrationChanged)
    assert refused.state is RegistrationState.REFUSED
    made.use_password("mended")
    await heard.next(RegistrationChanged, is_registered)
    assert len(exchange.bindings) == 1


async def test_a_line_whose_server_comes_back_registers_again(line: OpenLine, serve: Serve) -> None:
    exchange, ticker = registrar(), ManualTicker()
    peer = await serve(StreamPeer(answers_of(exchange)))
    _, heard = await line(account(peer.port, SipTransport.TCP), ticker=ticker)
    await heard.next(RegistrationChanged, is_registered)
    # when the server goes away, and the desk tries in vain
    await peer.stop()
    assert (await heard.next(LineUnreached)).why.kind is NetworkErrorKind.CLOSED
    await ticker.next_alarm(within=3.0)
    ticker.advance(5.0)
    assert (await heard.next(LineUnreached)).why.kind is NetworkErrorKind.REFUSED
    # then it finds the server once that is back
    await serve(StreamPeer(answers_of(exchange)), peer.port)
    await ticker.next_alarm(within=3.0)
    ticker.advance(30.0)
    await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)


async def test_a_server_that_is_not_there_is_told_over_udp_too(
    line: OpenLine, serve: Serve
) -> None:
    exchange, ticker, port = registrar(), ManualTicker(), free_port(socket.SOCK_DGRAM)
    _, heard = await line(account(port, SipTransport.UDP), ticker=ticker)
    unreached = await heard.next(LineUnreached)
    assert unreached.why.kind is NetworkErrorKind.REFUSED
    news = await heard.next(RegistrationChanged)
    assert (news.state, news.status) == (RegistrationState.WAITING, 408)
    # then it is found within seconds of its coming
    await serve(DatagramPeer(answers_of(exchange)), port)
    await ticker.next_alarm(within=3.0)
    ticker.advance(3.0)
    await heard.next(RegistrationChanged, is_registered)


async def test_an_agent_who_dials_in_vain_does_not_keep_the_line_from_its_server(
    line: OpenLine,
) -> None:
    ticker, port = ManualTicker(), free_port()
    made, heard = await line(account(port, SipTransport.TCP), ticker=ticker)
    await heard.next(LineUnreached)
    first = await ticker.next_alarm(within=3.0)
    for _ in range(5):
        ticker.advance(0.05)
        made.do(lambda agent, now: agent.dial(SipUri(user="bob", host="desk.test"), MEDIA, now))
        assert (await heard.next(CallFailed)).status == 503
    assert await ticker.next_alarm(within=3.0) == pytest.approx(first - 0.25)


async def test_a_line_that_leaves_a_server_which_is_gone_leaves_nothing_behind(
    line: OpenLine, serve: Serve
) -> None:
    peer = await serve(StreamPeer(answers_of(registrar())))
    made, heard = await line(account(peer.port, SipTransport.TCP))
    await heard.next(RegistrationChanged, is_registered)
    before = asyncio.all_tasks()
    await peer.stop()
    await made.stop()
    assert asyncio.all_tasks() <= before


async def test_two_lines_call_each_other_over_udp(line: OpenLine) -> None:
    # Without an exchange: each is the other's server.
    port = free_port()
    bob_network = AsyncioNetwork(settings=NetworkSettings(listen_address=HOST, listen_port=port))
    bob = Line(
        account=account(free_port(), SipTransport.UDP, "bob"),
        password="",
        network=bob_network,
        policy=MediaPolicy(),
    )
    bob_heard = Heard()
    bob.subscribe(bob_heard)
    await bob.start()
    ann, ann_heard = await line(account(port, SipTransport.UDP))
    await ann_heard.next(LineReached)
    ann.do(lambda agent, now: agent.dial(SipUri(user="bob", host="desk.test"), MEDIA, now))
    offered = await bob_heard.next(CallOffered)
    bob.do(lambda agent, now: agent.answer(offered.call, MEDIA, now))
    answered = await ann_heard.next(CallAnswered)
    ann.do(lambda agent, now: agent.hang_up(answered.call, now))
    assert not (await bob_heard.next(CallEnded)).by_us
    await bob.stop()


async def test_a_call_outlives_the_connection_that_it_was_made_on(line: OpenLine) -> None:
    ticker, port = ManualTicker(), free_port()
    bob_network = AsyncioNetwork(settings=NetworkSettings(listen_address=HOST, listen_port=port))
    arrived = Heard()
    bob_network.subscribe(arrived)
    bob, bob_heard = await line(account(free_port(), SipTransport.TCP, "bob"), network=bob_network)
    ann, ann_heard = await line(account(port, SipTransport.TCP), ticker=ticker)
    await ann_heard.next(LineReached)
    ann.do(lambda agent, now: agent.dial(SipUri(user="bob", host="desk.test"), MEDIA, now))
    offered = await bob_heard.next(CallOffered)
    bob.do(lambda agent, now: agent.answer(offered.call, MEDIA, now))
    await ann_heard.next(CallAnswered)
    # when the far side drops the connection, and the line is back
    for connection in tuple(bob_network.connections):
        connection.abort()
    await ann_heard.next(LineUnreached)
    await ticker.next_alarm(within=3.0)
    ticker.advance(3.0)
    await ann_heard.next(LineReached)
    # then the far side hears where the call is now
    await arrived.next(MessageArrived, lambda came: came.data.startswith(b"UPDATE "))
    assert len(ann.agent.calls) == 1


def unwilling(status: int) -> DatagramPeer:
    """Return a server that answers every request with ``status``."""

    def answer(message: AnyMessage, source: Hop) -> list[tuple[AnyMessage, Hop]]:
        if not isinstance(message, Request) or message.method == "ACK":
            return []
        return [(reply(message, status, to_tag="x"), source)]

    return DatagramPeer(answers_of(answer))


async def two_servers(
    start_name_server: StartNameServer, first: DatagramPeer, second: DatagramPeer
) -> AsyncioNetwork:
    """Return a network to which desk.test has two servers, in this order."""
    names = await start_name_server()
    names.add(
        "_sip._udp.desk.test", "SRV", f"1 0 {first.port} a.test.", f"2 0 {second.port} a.test."
    )
    names.add("a.test", "A", HOST)
    records = DnsRecords(ticker=ManualTicker(), make_resolver=names.resolver)
    return AsyncioNetwork(
        settings=NetworkSettings(listen_address=HOST),
        names=DnsNames(records=records, chance=lambda: 0.0),
    )


AT_DOMAIN = SipAccount(user="ann", domain="desk.test", transport=SipTransport.UDP)


async def test_a_server_that_is_overloaded_is_left_for_the_next(
    line: OpenLine, start_name_server: StartNameServer, serve: Serve
) -> None:
    exchange = registrar()
    first = await serve(unwilling(503))
    second = await serve(DatagramPeer(answers_of(exchange)))
    network = await two_servers(start_name_server, first, second)
    _, heard = await line(AT_DOMAIN, network=network)
    await heard.next(RegistrationChanged, is_registered)
    assert len(first.packets.items) == 1
    assert exchange.bindings


async def test_a_server_that_is_silent_is_left_for_the_next(
    line: OpenLine, start_name_server: StartNameServer, serve: Serve
) -> None:
    ticker = ManualTicker()
    first = await serve(DatagramPeer())
    second = await serve(DatagramPeer(answers_of(registrar())))
    network = await two_servers(start_name_server, first, second)
    _, heard = await line(AT_DOMAIN, network=network, ticker=ticker)
    await first.packets.next(tuple)
    ticker.advance(DEFAULT_TIMINGS.patience)
    await heard.next(RegistrationChanged, is_registered)


async def test_a_call_into_silence_moves_the_line_to_the_next_server(
    line: OpenLine, start_name_server: StartNameServer, serve: Serve
) -> None:
    ticker, other = ManualTicker(), registrar()
    first = await serve(DatagramPeer(answers_of(registrar())))
    second = await serve(DatagramPeer(answers_of(other)))
    network = await two_servers(start_name_server, first, second)
    made, heard = await line(AT_DOMAIN, network=network, ticker=ticker)
    await heard.next(RegistrationChanged, is_registered)
    # when the server vanishes without a word
    first.answer = nothing
    made.do(lambda agent, now: agent.dial(SipUri(user="bob", host="desk.test"), MEDIA, now))
    await first.packets.next(tuple, lambda packet: packet[0].startswith(b"INVITE"))
    ticker.advance(DEFAULT_TIMINGS.patience)
    assert (await heard.next(CallFailed)).status == 408
    while not other.bindings:
        await heard.next(RegistrationChanged)


async def test_a_domain_chooses_the_transport(
    line: OpenLine, start_name_server: StartNameServer, serve: Serve
) -> None:
    exchange = registrar()
    peer = await serve(StreamPeer(answers_of(exchange)))
    names = await start_name_server()
    names.add("desk.test", "NAPTR", '1 1 "s" "SIP+D2T" "" _sip._tcp.desk.test.')
    names.add("_sip._tcp.desk.test", "SRV", f"1 0 {peer.port} a.test.")
    names.add("a.test", "A", HOST)
    records = DnsRecords(ticker=ManualTicker(), make_resolver=names.resolver)
    network = AsyncioNetwork(
        settings=NetworkSettings(listen_address=HOST),
        names=DnsNames(records=records, chance=lambda: 0.0),
    )
    made, heard = await line(SipAccount(user="ann", domain="desk.test"), network=network)
    await heard.next(RegistrationChanged, is_registered)
    assert made.server.transport == "TCP"
    (contact,) = exchange.bindings
    assert contact.endswith(";transport=tcp")
    await made.stop()


async def test_a_domain_that_was_not_found_is_asked_for_its_transport_again(
    line: OpenLine, start_name_server: StartNameServer, serve: Serve
) -> None:
    exchange, ticker = registrar(), ManualTicker()
    names = await start_name_server()
    network = AsyncioNetwork(
        settings=NetworkSettings(listen_address=HOST),
        names=DnsNames(
            records=DnsRecords(ticker=ManualTicker(), make_resolver=names.resolver),
            chance=lambda: 0.0,
        ),
    )
    at = SipAccount(user="ann", domain="desk.invalid")
    made, heard = await line(at, network=network, ticker=ticker)
    assert (await heard.next(LineUnreached)).why.kind is NetworkErrorKind.NAME_NOT_FOUND
    # when its records are there, and say TCP
    peer = await serve(StreamPeer(answers_of(exchange)))
    names.add("_sip._tcp.desk.invalid", "SRV", f"1 0 {peer.port} a.test.")
    names.add("a.test", "A", HOST)
    await ticker.next_alarm(within=3.0)
    ticker.advance(3.0)
    await heard.next(RegistrationChanged, is_registered)
    assert made.server.transport == "TCP"
    assert made.agent.account.transport == "TCP"
    await made.stop()


@pytest.mark.parametrize("transport", [SipTransport.UDP, SipTransport.TCP])
async def test_a_line_over_ipv6_is_reached_there(
    line: OpenLine, serve: Serve, transport: SipTransport
) -> None:
    exchange = registrar()
    kind = DatagramPeer if transport is SipTransport.UDP else StreamPeer
    peer = await serve(kind(answers_of(exchange), host="::1"))
    network = AsyncioNetwork(settings=NetworkSettings(listen_address="::1"))
    at = SipAccount(
        user="ann", domain="desk.test", server=f"[::1]:{peer.port}", transport=transport
    )
    made, heard = await line(at, network=network)
    reached = await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)
    (contact,) = exchange.bindings
    assert contact.startswith(f"sip:ann@[::1]:{reached.port}")
    await made.stop()
    assert exchange.bindings == {}


async def test_a_listener_that_fails_keeps_no_news_from_others(
    line: OpenLine, serve: Serve, expected_logs: LogGuard
) -> None:
    expected_logs.expect("A listener failed")
    peer = await serve(DatagramPeer(answers_of(registrar())))
    made, heard = await line(account(peer.port, SipTransport.UDP))
    later = Heard()

    def fail(_news: object) -> None:
        raise ValueError

    made.subscribe(fail)
    made.subscribe(later)
    await heard.next(RegistrationChanged, is_registered)
    await later.next(RegistrationChanged, is_registered)


async def test_a_line_over_tls_registers_on_the_connection_that_it_opened(
    line: OpenLine, tmp_path: Path, serve: Serve
) -> None:
    exchange, made_for = registrar(), identity(tmp_path / "tls")
    peer = await serve(StreamPeer(answers_of(exchange), ssl=made_for.context))
    network = AsyncioNetwork(settings=NetworkSettings(listens=False, ca_file=made_for.ca_file))
    _, heard = await line(account(peer.port, SipTransport.TLS), network=network)
    reached = await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)
    assert list(exchange.bindings) == [f"sip:ann@{HOST}:{reached.port};transport=tls"]


async def test_a_line_over_a_web_socket_registers_by_its_url(
    line: OpenLine, start_web_peer: StartWebPeer
) -> None:
    exchange = registrar()
    peer: WebPeer = await start_web_peer(answer=answers_of(exchange))
    network = AsyncioNetwork(
        settings=NetworkSettings(listens=False, uses_proxy=False, web_socket_path="/ws")
    )
    at = SipAccount(user="ann", domain="desk.test", server=f"ws://{HOST}:{peer.port}/ws")
    made, heard = await line(at, network=network)
    await heard.next(RegistrationChanged, is_registered)
    assert made.server.transport == "WS"
    (contact,) = exchange.bindings
    assert contact.endswith(";transport=ws")
    await made.stop()


async def test_a_line_whose_machine_moved_registers_there(line: OpenLine, serve: Serve) -> None:
    exchange, ticker = registrar(), ManualTicker()
    peer = await serve(DatagramPeer(answers_of(exchange)))
    address = HOST
    network = AsyncioNetwork(ticker=ticker, source=lambda far, port: address)
    _, heard = await line(account(peer.port, SipTransport.UDP), network=network)
    reached = await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)
    # when the machine gets another address
    address = "192.0.2.44"
    ticker.advance(NetworkSettings().watch_seconds)
    assert (await heard.next(LineMoved)).addresses == (address,)
    await heard.next(RegistrationChanged, lambda news: news.state is RegistrationState.REGISTERED)
    assert list(exchange.bindings) == [f"sip:ann@{address}:{reached.port}"]


async def test_desks_that_lose_their_server_together_come_back_apart(
    line: OpenLine, serve: Serve
) -> None:
    waits: list[float] = []
    for drawn in (b"\0", b"\x80", b"\xff"):
        ticker = ManualTicker()
        peer = await serve(StreamPeer(answers_of(registrar())))
        made, heard = await line(
            account(peer.port, SipTransport.TCP),
            ticker=ticker,
            random_bytes=lambda octets, drawn=drawn: (
                drawn * octets if octets == 4 else os.urandom(octets)
            ),
        )
        await heard.next(RegistrationChanged, is_registered)
        await peer.stop()
        waits.append(await ticker.next_alarm(within=3.0))
        await made.stop()
    assert 0.45 < waits[0] < waits[1] < waits[2] <= 1.0
