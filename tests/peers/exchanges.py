"""What the tests with an exchange share: its accounts, and telephones at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent_desk.domain.sip_account import MediaProfile, SipAccount, SipTransport
from tests.servers.telephony.asterisk import Asterisk
from tests.servers.telephony.baresip import Line
from tests.servers.telephony.fixtures import (
    ALICE,
    BOB,
    BROWSER,
    BROWSER_DIRECT,
    CAROL,
    DESK,
    DIRECT,
    PASSWORDS,
)
from tests.servers.telephony.kamailio import Kamailio

Exchange = Kamailio | Asterisk

TONES = {ALICE: 440, BOB: 1000, CAROL: 1500, DIRECT: 700, BROWSER: 850, BROWSER_DIRECT: 1250}
"""What others send, by their user; the desk sends 300 Hz, music on hold is of 620."""


def desk_account(
    exchange: Exchange, user: str = DESK, *, transport: SipTransport = SipTransport.UDP
) -> SipAccount:
    """Return the account of a desk at ``exchange``."""
    ports = {SipTransport.TLS: exchange.tls_port, SipTransport.WS: exchange.ws_port}
    place = f"{exchange.host}:{ports.get(transport, exchange.port)}"
    if transport is SipTransport.WSS:
        place = f"{exchange.host}:{exchange.wss_port}"
    if transport in (SipTransport.WS, SipTransport.WSS):
        place = f"{transport.value}://{place}/ws"
    return SipAccount(
        user=user,
        domain=exchange.host,
        server=place,
        transport=transport,
        ca_file=str(exchange.certificate.certificate),
        profiles=(MediaProfile.RTP,),
        codecs=("pcma", "pcmu"),
        queues={"support": "Support", "sales": "Sales"},
        directory={ALICE: "Alice", BOB: "Bob", CAROL: "Carol"},
    )


def telephone(exchange: Exchange, user: str, *, media: str = "", nat: str = "") -> Line:
    """Return the line of baresip at ``exchange``; media, nat: see there."""
    return Line(
        user=user,
        password=PASSWORDS[user],
        server=f"{exchange.host}:{exchange.port}",
        tone_hz=TONES[user],
        media=media,
        nat=nat,
    )


async def until(is_true: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Return when it is true; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not is_true():
            await asyncio.sleep(0.02)
