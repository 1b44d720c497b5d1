"""The SIP core and its line at both exchanges, with another maker's telephones, by plain sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.domain.sip_account import SipTransport
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.user_agent.news import (
    CallCancelled,
    CallFailed,
    CallHeld,
    CallProgressed,
    CallRetrieved,
    CallTransferred,
    RegistrationChanged,
)
from tests.peers.exchanges import TONES, Exchange, desk_account, telephone, until
from tests.peers.plain_phone import PlainPhone
from tests.servers.telephony.asterisk import MUSIC_HZ, Asterisk
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, BOB, DESK, PASSWORDS, QUEUE

OWN_HZ = 300


def desk(exchange: Exchange, transport: SipTransport = SipTransport.UDP) -> PlainPhone:
    account = desk_account(exchange, transport=transport)
    return PlainPhone(account, password=PASSWORDS[DESK], tone_hz=OWN_HZ)


@pytest.mark.parametrize("transport", [SipTransport.UDP, SipTransport.TCP])
async def test_the_right_password_registers(exchange: Exchange, transport: SipTransport) -> None:
    async with desk(exchange, transport) as phone:
        assert (await phone.registered()).status == 200


async def test_a_wrong_password_is_refused_and_tried_once(exchange: Exchange) -> None:
    async with PlainPhone(desk_account(exchange), password="wrong") as phone:
        refused = await phone.news.next(RegistrationChanged)
        assert refused.state is RegistrationState.REFUSED
        assert refused.status in (401, 403)


async def test_a_call_out_is_heard_both_ways_with_its_digits(
    exchange: Exchange, tmp_path: Path
) -> None:
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        call = await phone.dial(ALICE)
        await phone.news.next(CallProgressed)
        await alice.happens("CALL_INCOMING")
        await alice.answer()
        await phone.answered(call)
        await phone.hears(call, TONES[ALICE])
        await until(lambda: alice.sound.last(0.3).has(OWN_HZ))
        phone.sounds[call].press("42*")
        assert await alice.pressed(3) == "42*"
        await alice.press("7#")
        await until(lambda: phone.sounds[call].digits == ["7", "#"])
        await alice.hang_up()
        assert not (await phone.ended(call)).by_us


async def test_a_call_in_names_its_caller_and_is_ended_by_us(
    exchange: Exchange, tmp_path: Path
) -> None:
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        await alice.dial(phone.uri(DESK))
        offered = await phone.offered()
        assert f"sip:{ALICE}@" in str(offered.invite.from_address.uri)
        await phone.answer(offered.call)
        await phone.hears(offered.call, TONES[ALICE])
        phone.hang_up(offered.call)
        await alice.happens("CALL_CLOSED")


async def test_what_is_held_is_silent_until_it_is_taken_back(
    exchange: Exchange, tmp_path: Path
) -> None:
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        await alice.dial(phone.uri(DESK))
        call = (await phone.offered()).call
        await phone.answer(call)
        await phone.hears(call, TONES[ALICE])
        phone.hold(call)
        await phone.news.next(CallHeld, lambda news: news.by_us)
        heard = phone.sounds[call].sound.seconds
        phone.retrieve(call)
        await phone.news.next(CallRetrieved, lambda news: news.by_us)
        assert phone.sounds[call].sound.seconds - heard < 0.1
        await phone.hears(call, TONES[ALICE])


async def test_whoever_is_held_hears_music_or_is_told(exchange: Exchange, tmp_path: Path) -> None:
    """Kamailio passes a hold on; Asterisk keeps it to itself and plays music."""
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        await alice.dial(phone.uri(DESK))
        call = (await phone.offered()).call
        await phone.answer(call)
        await phone.hears(call, TONES[ALICE])
        await alice.hold()
        if isinstance(exchange, Asterisk):
            await phone.hears(call, MUSIC_HZ)
        else:
            await phone.news.next(CallHeld, lambda news: not news.by_us)
        await alice.resume()
        await phone.hears(call, TONES[ALICE])


async def test_a_busy_telephone_says_so(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        await phone.dial(ALICE)
        await alice.happens("CALL_INCOMING")
        await alice.hang_up()
        assert (await phone.news.next(CallFailed)).status == 486


async def test_calls_are_taken_back_both_ways(exchange: Exchange, tmp_path: Path) -> None:
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        call = await phone.dial(ALICE)
        await alice.happens("CALL_INCOMING")
        phone.hang_up(call)
        await alice.happens("CALL_CLOSED")
        await alice.dial(phone.uri(DESK))
        await phone.offered()
        await alice.hang_up()
        await phone.news.next(CallCancelled)


async def test_a_blind_transfer_joins_the_caller_with_a_third(
    exchange: Exchange, tmp_path: Path
) -> None:
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        Baresip(tmp_path, telephone(exchange, BOB)) as bob,
    ):
        await phone.registered()
        await alice.dial(phone.uri(DESK))
        call = (await phone.offered()).call
        await phone.answer(call)
        # Asterisk refuses to transfer what it has not bridged yet.
        await phone.hears(call, TONES[ALICE])
        phone.transfer(call, BOB)
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await phone.news.next(CallTransferred)
        await until(lambda: bob.sound.last(0.3).has(TONES[ALICE]))
        await bob.hang_up()
        await alice.happens("CALL_CLOSED")


async def test_an_attended_transfer_joins_both_far_sides(
    exchange: Exchange, tmp_path: Path
) -> None:
    """baresip 1.0 knows no Replaces: behind Kamailio it rings anew. Asterisk does it by itself."""
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
        Baresip(tmp_path, telephone(exchange, BOB)) as bob,
    ):
        await phone.registered()
        await alice.dial(phone.uri(DESK))
        call = (await phone.offered()).call
        await phone.answer(call)
        await phone.hears(call, TONES[ALICE])
        phone.hold(call)
        await phone.news.next(CallHeld)
        consultation = await phone.dial(BOB)
        await bob.happens("CALL_INCOMING")
        await bob.answer()
        await phone.answered(consultation)
        phone.transfer(call, BOB, consultation=consultation)
        if not isinstance(exchange, Asterisk):
            await bob.happens("CALL_INCOMING")
            await bob.answer()
        await phone.news.next(CallTransferred)
        await until(lambda: bob.sound.last(0.3).has(TONES[ALICE]))
        await alice.hang_up()
        await bob.happens("CALL_CLOSED")


async def test_a_queue_call_names_its_queue_and_caller(exchange: Exchange, tmp_path: Path) -> None:
    queue, number = ("support", "602") if isinstance(exchange, Asterisk) else (QUEUE, QUEUE)
    async with (
        desk(exchange) as phone,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await phone.registered()
        await alice.dial(phone.uri(number))
        offered = await phone.offered()
        headers = offered.invite.headers
        assert headers.get("X-Queue") == queue
        assert f"sip:{ALICE}@" in (headers.get("P-Asserted-Identity") or "")
        await phone.answer(offered.call)
        await phone.hears(offered.call, TONES[ALICE])
        await alice.hang_up()
        await phone.ended(offered.call)
