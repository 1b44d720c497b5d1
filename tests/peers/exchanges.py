"""What the tests with an exchange share: its accounts, and telephones at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from agent_desk.domain.sip_account import SipAccount, SipTransport
from tests.servers.telephony.asterisk import Asterisk
from tests.servers.telephony.baresip import Line
from tests.servers.telephony.fixtures import PASSWORDS
from tests.servers.telephony.kamailio import Kamailio

Exchange = Kamailio | Asterisk

TONES = {"alice": 440, "bob": 1000, "carol": 1500}
"""What baresip sends, by its user; the desk sends 300 Hz, music on hold is of 620."""


def desk_account(
    exchange: Exchange, user: str = "agent", *, transport: SipTransport = SipTransport.UDP
) -> SipAccount:
    """Return the account of a desk at ``exchange``."""
    ports = {SipTransport.UDP: exchange.port, SipTransport.TCP: exchange.port}
    port = ports.get(transport, exchange.tls_port)
    server = f"{exchange.host}:{port}"
    return SipAccount(user=user, domain=exchange.host, server=server, transport=transport)


def telephone(exchange: Exchange, user: str, **options: str) -> Line:
    """Return the line of another maker's telephone at ``exchange``."""
    line = Line(
        user=user,
        password=PASSWORDS[user],
        server=f"{exchange.host}:{exchange.port}",
        tone_hz=TONES[user],
    )
    return replace(line, options=options)


async def until(is_true: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Return when it is true; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not is_true():
            await asyncio.sleep(0.02)
