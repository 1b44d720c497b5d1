"""Tries an account at its exchange beside a line that is in use; on the `desk-loop` thread.

Each question opens a network of its own and closes it again, so that what one of them left
behind changes nothing for the next.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agent_desk.domain.line_check import AccountTrouble, Finding, StepNote
from agent_desk.domain.registration import RegistrationTrouble
from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.network import HopFailed, MessageArrived, NetworkEvent
from telephony.network.tls import client_context
from telephony.phone.account import media_policy
from telephony.phone.echo_probe import hear_echo
from telephony.phone.line import Line, LineNews, LineUnreached
from telephony.phone.line_account import address_of_record, house_uri, server_place
from telephony.phone.line_trouble import network_trouble, status_trouble
from telephony.phone.media_probe import try_media
from telephony.sip.message.headers import Headers
from telephony.sip.message.message import Request
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from telephony.sip.user_agent.news import RegistrationChanged
from telephony.sip.values.host import bracketed

PAUSES = (0.5, 1.0, 2.0, 2.0)
"""Between OPTIONS over UDP, seconds: RFC 3261's T1 doubled, as far as a person waits for it."""

REGISTER_SECONDS = 12.0

_SECURE = frozenset({"TLS", "WSS"})

MakeNetwork = Callable[[SipAccount], AsyncioNetwork]


class SipLineProbe:
    """`agent_desk.ports.line_probe.LineProbe` by SIP."""

    def __init__(self, *, make_network: MakeNetwork) -> None:
        """make_network: this machine's network as an account wants it used."""
        self._make_network = make_network

    async def read_authority(self, account: SipAccount) -> Finding:
        """Say whether the certificate file can be used."""
        if account.ca_file:
            try:
                await asyncio.to_thread(
                    client_context, ca_file=account.ca_file, verify=True, check_host=False
                )
            except NetworkError as error:
                return Finding(trouble=AccountTrouble.CA_FILE, detail=error.detail)
        return Finding()

    async def find(self, account: SipAccount) -> Finding:
        """Look the exchange up."""
        network = self._make_network(account)
        try:
            servers = await network.find(await _hop_of(account, network))
        except NetworkError as error:
            return _finding(error)
        return Finding(detail=", ".join(server.where for server in servers[:4]))

    async def connect(self, account: SipAccount) -> Finding:
        """Reach the exchange."""
        try:
            async with self._opened(account) as network:
                hop = await _hop_of(account, network)
                address, _ = await network.local_address(hop)
                if hop.transport == "UDP":
                    await _answered(network, hop, account)
        except NetworkError as error:
            return _finding(error)
        unchecked = hop.transport in _SECURE and not account.verify_certificate
        note = StepNote.UNCHECKED if unchecked else StepNote.NONE
        return Finding(detail=f"{hop.transport}, {address}", note=note)

    async def register(self, account: SipAccount, password: str) -> Finding:
        """Register and take it back at once."""
        line = Line(
            account=account,
            password=password,
            network=self._make_network(account),
            policy=media_policy(account),
        )
        said: asyncio.Queue[LineNews] = asyncio.Queue()
        line.subscribe(said.put_nowait)
        try:
            async with asyncio.timeout(REGISTER_SECONDS):
                await line.start()
                return await _outcome(said, has_password=bool(password))
        except TimeoutError:
            return Finding(trouble=RegistrationTrouble.NO_ANSWER)
        except NetworkError as error:
            return _finding(error)
        finally:
            await line.stop()

    async def try_media(self, account: SipAccount, turn_password: str) -> Finding:
        """Ask the account's STUN or TURN server for the way back."""
        return await try_media(account, turn_password)

    async def hear_echo(self, account: SipAccount, password: str, turn_password: str) -> Finding:
        """Call the account's echo number and listen."""
        if not account.echo:
            return Finding(note=StepNote.NO_ECHO_NUMBER, skipped=True)
        network = self._make_network(account)
        return await hear_echo(account, password, turn_password, network=network)

    @asynccontextmanager
    async def _opened(self, account: SipAccount) -> AsyncIterator[AsyncioNetwork]:
        network = self._make_network(account)
        try:
            await network.start()
            yield network
        finally:
            await network.stop()


async def _hop_of(account: SipAccount, network: AsyncioNetwork) -> Hop:
    """Return where requests go; raises NetworkError where a transport has to be looked up."""
    place = server_place(account)
    if place.transport is not SipTransport.AUTO:
        return place.hop(place.transport.upper())
    # RFC 3263 s. 4.1: who names a port has nothing looked up, and means UDP.
    return place.hop("UDP" if place.port else await network.transport_of(place.host))


async def _answered(network: AsyncioNetwork, hop: Hop, account: SipAccount) -> None:
    """Return once anything has answered OPTIONS; raises NetworkError, also for silence."""
    heard: asyncio.Future[NetworkError | None] = asyncio.get_running_loop().create_future()

    def take(event: NetworkEvent) -> None:
        if heard.done():
            return
        if isinstance(event, MessageArrived):
            heard.set_result(None)
        elif isinstance(event, HopFailed) and isinstance(event.why, NetworkError):
            heard.set_result(event.why)

    unsubscribe = network.subscribe(take)
    try:
        request = _options(account, await network.local_address(hop))
        for pause in PAUSES:
            network.send(Transmit(message=request, hop=hop))
            done, _ = await asyncio.wait([heard], timeout=pause)
            if done and (why := heard.result()) is not None:
                raise why
            if done:
                return
    finally:
        unsubscribe()
    raise NetworkError(NetworkErrorKind.TIMED_OUT, f"UDP {hop.address}")


def _options(account: SipAccount, local: tuple[str, int]) -> Request:
    """Return a request that any server answers somehow (RFC 3261 s. 11)."""
    host = bracketed(local[0])
    address = address_of_record(account)
    fields = [
        ("Via", f"SIP/2.0/UDP {host}:{local[1]};branch=z9hG4bK{os.urandom(8).hex()};rport"),
        ("Max-Forwards", "70"),
        ("From", str(address.with_tag(os.urandom(8).hex()))),
        ("To", str(address)),
        ("Call-ID", os.urandom(16).hex()),
        ("CSeq", "1 OPTIONS"),
        ("Contact", f"<sip:{host}:{local[1]}>"),
        ("Content-Length", "0"),
    ]
    return Request(method="OPTIONS", target=str(house_uri(account)), headers=Headers(fields))


async def _outcome(said: asyncio.Queue[LineNews], *, has_password: bool) -> Finding:
    """Return what the first final word about the registration is."""
    while True:
        news = await said.get()
        if isinstance(news, LineUnreached):
            return _finding(news.why)
        if not isinstance(news, RegistrationChanged):
            continue
        detail = f"{news.status} {news.reason}".strip()
        if news.state is RegistrationState.REGISTERED:
            return Finding(detail=detail)
        if news.state in (RegistrationState.REFUSED, RegistrationState.WAITING):
            trouble = status_trouble(news.status, has_password=has_password)
            return Finding(trouble=trouble, detail=detail)


def _finding(error: NetworkError) -> Finding:
    return Finding(trouble=network_trouble(error), detail=error.detail or error.where)
