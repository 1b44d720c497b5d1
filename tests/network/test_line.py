"""A line on a real network: registered, called, lost, found again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.errors import NetworkErrorKind
from telephony.network.settings import NetworkSettings
from telephony.phone.line import Line, LineReached, LineUnreached
from telephony.sip.authentication.digest import Credentials
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallEnded,
    CallOffered,
    RegistrationChanged,
)
from telephony.sip.values.uri import SipUri
from tests.network.heard import Heard
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, DatagramPeer, StreamPeer, answers_of, free_port
from tests.sip.registrar import Registrar

OpenLine = Callable[..., Awaitable[tuple[Line, Heard]]]


def registrar(password: str = "secret") -> Registrar:
    return Registrar(credentials=Credentials(user="ann", password=password))


def account(port: int, transport: SipTransport, user: str = "ann") -> SipAccount:
    return SipAccount(user=user, domain="desk.test", server=f"{HOST}:{port}", transport=transport)


@pytest.fixture
async def line() -> AsyncIterator[OpenLine]:
    """Start lines on loopback; each comes with its news."""
    lines: list[Line] = []

    async def start(of: SipAccount, **parts: object) -> tuple[Line, Heard]:
        network = AsyncioNetwork(settings=NetworkSettings(listen_address=HOST))
        made = Line(
            account=of,
            password="secret",
            network=network,
            policy=MediaPolicy(),
            **parts,  # type: ignore[arg-type]
        )
        heard = Heard()
        made.subscribe(heard)
        lines.append(made)
        await made.start()
        return made, heard

    yield start
    for made in lines:
        await made.stop()


def is_registered(news: RegistrationChanged) -> bool:
    return news.is_registered


async def test_a_line_registers_with_its_password_and_leaves(line: OpenLine) -> None:
    exchange = registrar()
    peer = await DatagramPeer(answers_of(exchange)).start()
    made, heard = await line(account(peer.port, SipTransport.UDP))
    reached = await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)
    (contact,) = exchange.bindings
    assert contact == f"sip:ann@{HOST}:{reached.port}"
    await made.stop()
    assert exchange.bindings == {}
    peer.stop()


async def test_a_wrong_password_is_told_and_not_tried_again(line: OpenLine) -> None:
    exchange = registrar("another")
    peer = await DatagramPeer(answers_of(exchange)).start()
    _, heard = await line(account(peer.port, SipTransport.UDP))
    news = await heard.next(RegistrationChanged)
    assert (news.state, news.status) == (RegistrationState.REFUSED, 401)
    peer.stop()


async def test_a_line_whose_server_comes_back_registers_again(line: OpenLine) -> None:
    exchange, ticker = registrar(), ManualTicker()
    peer = await StreamPeer(answers_of(exchange)).start()
    _, heard = await line(account(peer.port, SipTransport.TCP), ticker=ticker)
    await heard.next(RegistrationChanged, is_registered)
    # when the server goes away, and the desk tries in vain
    await peer.stop()
    await ticker.next_alarm(within=3.0)
    ticker.advance(5.0)
    unreached = await heard.next(LineUnreached)
    assert unreached.why.kind is NetworkErrorKind.REFUSED
    # then it finds the server once that is back
    again = await StreamPeer(answers_of(exchange)).start(peer.port)
    await ticker.next_alarm(within=3.0)
    ticker.advance(30.0)
    await heard.next(LineReached)
    await heard.next(RegistrationChanged, is_registered)
    await again.stop()


async def test_a_server_that_is_not_there_is_told_over_udp_too(line: OpenLine) -> None:
    _, heard = await line(account(free_port(), SipTransport.UDP))
    news = await heard.next(RegistrationChanged)
    assert (news.state, news.status) == (RegistrationState.WAITING, 408)


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
    media = LocalMedia(address=HOST, port=20000, session_id="1")
    ann.do(lambda agent, now: agent.dial(SipUri(user="bob", host="desk.test"), media, now))
    offered = await bob_heard.next(CallOffered)
    bob.do(lambda agent, now: agent.answer(offered.call, media, now))
    answered = await ann_heard.next(CallAnswered)
    ann.do(lambda agent, now: agent.hang_up(answered.call, now))
    assert not (await bob_heard.next(CallEnded)).by_us
    await bob.stop()
