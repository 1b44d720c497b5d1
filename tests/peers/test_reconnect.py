"""The way to a real exchange is cut in a call: the desk comes back, and so does the call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agent_desk.domain.sip_account import SipTransport
from telephony.phone.line import LineUnreached
from tests.peers.exchanges import TONES, Exchange, desk_account, telephone
from tests.peers.plain_phone import PlainPhone
from tests.servers.proxy import Proxy
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, DESK, PASSWORDS


def through(proxy: Proxy, exchange: Exchange) -> PlainPhone:
    """Return the desk's telephone, whose connection goes through ``proxy``."""
    account = desk_account(exchange, transport=SipTransport.TCP)
    account = replace(account, server=f"{proxy.host}:{proxy.port}")
    return PlainPhone(account, password=PASSWORDS[DESK], listens=False)


def uri(exchange: Exchange, user: str) -> str:
    return f"sip:{user}@{exchange.host}:{exchange.port}"


async def test_a_call_can_be_ended_by_the_other_side_after_the_connection_was_cut(
    exchange: Exchange, tmp_path: Path
) -> None:
    with Proxy(server=exchange.port) as proxy:
        async with (
            through(proxy, exchange) as phone,
            Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        ):
            await phone.registered()
            call = await phone.dial_uri(uri(exchange, ALICE))
            await alice.happens("CALL_INCOMING")
            await alice.answer()
            await phone.answered(call)
            await phone.hears(call, TONES[ALICE])
            proxy.reset()
            await phone.news.next(LineUnreached)
            await phone.registered()
            await phone.hears(call, TONES[ALICE])
            await alice.hang_up()
            assert not (await phone.ended(call)).by_us


async def test_a_desk_whose_connection_was_cut_is_called_on_the_new_one(
    exchange: Exchange, tmp_path: Path
) -> None:
    with Proxy(server=exchange.port) as proxy:
        async with (
            through(proxy, exchange) as phone,
            Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        ):
            await phone.registered()
            proxy.reset()
            await phone.news.next(LineUnreached)
            await phone.registered()
            await alice.dial(uri(exchange, DESK))
            offered = await phone.offered()
            await phone.answer(offered.call)
            await phone.hears(offered.call, TONES[ALICE])
            phone.hang_up(offered.call)
            await alice.happens("CALL_CLOSED")
