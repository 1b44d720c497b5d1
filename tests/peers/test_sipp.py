"""SIPp plays what telephones rarely do, and the SIP core does as the RFCs say.

SIPp 3.6 of this Debian speaks UDP and TCP; it has no TLS and no WebSocket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.phone.line import LineReached
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallCancelled,
    CallHeld,
    CallProgressed,
    DigitReceived,
    MediaAgreed,
)
from tests.peers.exchanges import desk_account, until
from tests.peers.plain_phone import PlainPhone
from tests.servers.telephony.fixtures import DESK, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.program import HOST
from tests.servers.telephony.sipp import Sipp


@pytest.fixture
async def phone(kamailio: Kamailio) -> AsyncIterator[PlainPhone]:
    """A registered telephone, to be called directly."""
    async with PlainPhone(desk_account(kamailio), password=PASSWORDS[DESK]) as made:
        yield made


async def where(phone: PlainPhone) -> str:
    reached = await phone.news.next(LineReached)
    await phone.registered()
    return f"{reached.address}:{reached.port}"


def at(sipp: Sipp, transport: SipTransport = SipTransport.UDP) -> PlainPhone:
    """Return a telephone whose exchange is SIPp: it takes any registration, then one call."""
    server = f"{HOST}:{sipp.port}"
    account = SipAccount(user=DESK, domain=HOST, server=server, transport=transport)
    return PlainPhone(account, password="")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_five_calls_are_taken_one_after_the_other(
    phone: PlainPhone, tmp_path: Path, transport: str
) -> None:
    target = await where(phone)
    caller = Sipp(
        tmp_path, "caller", target=target, user=DESK, transport=transport, calls=5, rate=50
    )
    async with caller as sipp:
        for _ in range(5):
            await phone.answer((await phone.offered()).call)
        await sipp.finishes()


async def test_a_caller_without_an_offer_is_offered_one(phone: PlainPhone, tmp_path: Path) -> None:
    target = await where(phone)
    async with Sipp(tmp_path, "caller_late_offer", target=target, user=DESK) as sipp:
        call = (await phone.offered()).call
        await phone.answer(call)
        await until(lambda: phone.sounds[call].agreement is not None)
        await sipp.finishes()


async def test_a_call_that_was_answered_elsewhere_says_so(
    phone: PlainPhone, tmp_path: Path
) -> None:
    target = await where(phone)
    async with Sipp(tmp_path, "caller_hung_up_elsewhere", target=target, user=DESK) as sipp:
        cancelled = await phone.news.next(CallCancelled)
        assert cancelled.cancel is not None
        assert "cause=200" in (cancelled.cancel.headers.get("Reason") or "")
        await sipp.finishes()


async def test_a_digit_comes_by_info(phone: PlainPhone, tmp_path: Path) -> None:
    target = await where(phone)
    async with Sipp(tmp_path, "caller_presses", target=target, user=DESK) as sipp:
        await phone.answer((await phone.offered()).call)
        assert (await phone.news.next(DigitReceived)).digit == "5"
        await sipp.finishes()


async def test_a_message_is_refused_politely(phone: PlainPhone, tmp_path: Path) -> None:
    target = await where(phone)
    async with Sipp(tmp_path, "caller_unknown_method", target=target, user=DESK) as sipp:
        await sipp.finishes()


@pytest.mark.parametrize("transport", [SipTransport.UDP, SipTransport.TCP])
async def test_a_call_is_made(tmp_path: Path, transport: SipTransport) -> None:
    async with (
        Sipp(tmp_path, "callee", calls=2, transport=transport.value) as sipp,
        at(sipp, transport) as phone,
    ):
        await phone.registered()
        call = await phone.dial("callee")
        await phone.news.next(CallProgressed)
        await phone.answered(call)
        phone.hang_up(call)
        await sipp.finishes()


async def test_early_sound_is_acknowledged_and_agreed_on(tmp_path: Path) -> None:
    async with (
        Sipp(tmp_path, "callee_reliable", calls=2) as sipp,
        at(sipp) as phone,
    ):
        await phone.registered()
        call = await phone.dial("callee")
        await phone.news.next(MediaAgreed)
        await phone.answered(call)
        phone.hang_up(call)
        await sipp.finishes()
        kinds = [type(news) for news in phone.news.items]
        assert kinds.index(MediaAgreed) < kinds.index(CallAnswered)


async def test_a_callee_may_ask_for_an_offer_and_move(tmp_path: Path) -> None:
    async with (
        Sipp(tmp_path, "callee_renews", calls=2) as sipp,
        at(sipp) as phone,
    ):
        await phone.registered()
        call = await phone.dial("callee")
        await phone.ended(call)
        await sipp.finishes()
        assert len(phone.news.all(MediaAgreed)) == 3


async def test_a_callee_that_moved_is_followed(tmp_path: Path) -> None:
    async with (
        Sipp(tmp_path, "callee_moved", calls=2, keys={"moved": "elsewhere"}) as sipp,
        at(sipp) as phone,
    ):
        await phone.registered()
        call = await phone.dial("callee")
        await phone.answered(call)
        phone.hang_up(call)
        await sipp.finishes()


async def test_two_that_change_a_call_at_once_take_turns(tmp_path: Path) -> None:
    """491 is followed by a wait of up to four seconds (RFC 3261 s. 14.1)."""
    async with (
        Sipp(tmp_path, "callee_glare", calls=2) as sipp,
        at(sipp) as phone,
    ):
        await phone.registered()
        call = await phone.dial("callee")
        await phone.answered(call)
        phone.hold(call)
        await phone.news.next(CallHeld)
        phone.hang_up(call)
        await sipp.finishes()
