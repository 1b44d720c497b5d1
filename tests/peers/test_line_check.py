"""The check of an account at real exchanges: what it says of a good one and of bad ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_desk.bootstrap.telephone import own_network
from agent_desk.domain.line_check import Finding, SoundTrouble
from agent_desk.domain.registration import RegistrationTrouble
from agent_desk.domain.sip_account import SipAccount, SipTransport
from telephony.phone.line_probe import SipLineProbe
from tests.peers.exchanges import Exchange, desk_account
from tests.servers.telephony.asterisk import Asterisk
from tests.servers.telephony.coturn import Coturn
from tests.servers.telephony.fixtures import DESK, PASSWORDS

PROBE = SipLineProbe(make_network=own_network)


@pytest.mark.parametrize("transport", [SipTransport.UDP, SipTransport.TLS, SipTransport.WSS])
async def test_a_good_account_is_reached_and_registered(
    exchange: Exchange, transport: SipTransport
) -> None:
    account = desk_account(exchange, transport=transport)
    assert (await PROBE.connect(account)).trouble is None
    found = await PROBE.register(account, PASSWORDS[DESK])
    assert found.trouble is None
    assert found.detail.startswith("200")


async def test_a_wrong_and_a_missing_password_are_told_apart(exchange: Exchange) -> None:
    account = desk_account(exchange, transport=SipTransport.UDP)
    wrong = await PROBE.register(account, "not it")
    missing = await PROBE.register(account, "")
    assert wrong.trouble is RegistrationTrouble.WRONG_PASSWORD
    assert missing.trouble is RegistrationTrouble.NO_PASSWORD


async def test_an_authority_that_is_not_named_is_not_trusted(exchange: Exchange) -> None:
    account = replace(desk_account(exchange, transport=SipTransport.TLS), ca_file="")
    found = await PROBE.connect(account)
    assert found.trouble is RegistrationTrouble.CERTIFICATE_AUTHORITY


async def test_a_relay_tells_the_way_back_and_refuses_a_wrong_password(coturn: Coturn) -> None:
    stun = SipAccount(user="desk", domain="pbx.example", stun=coturn.address)
    turn = replace(stun, turn=coturn.address, turn_user=coturn.user)
    assert (await PROBE.try_media(stun, "")).trouble is None
    assert (await PROBE.try_media(turn, coturn.password)).trouble is None
    refused = await PROBE.try_media(turn, "not it")
    assert refused.trouble is SoundTrouble.TURN_REFUSED


async def test_a_server_of_ipv6_is_asked_and_answers(coturn_on_ipv6: Coturn) -> None:
    stun = SipAccount(user="desk", domain="pbx.example", stun=coturn_on_ipv6.address)
    turn = replace(stun, turn=coturn_on_ipv6.address, turn_user=coturn_on_ipv6.user)
    seen = await PROBE.try_media(stun, "")
    assert seen.detail.startswith("[::1]:")
    assert (await PROBE.try_media(turn, coturn_on_ipv6.password)).detail.startswith("127.0.0.1:")


@pytest.mark.parametrize("codecs", [("opus",), ("pcma",)])
async def test_a_tone_comes_back_from_an_echo(asterisk: Asterisk, codecs: tuple[str, ...]) -> None:
    account = replace(desk_account(asterisk), echo="600", codecs=codecs)
    assert await PROBE.hear_echo(account, PASSWORDS[DESK], "") == Finding(detail="600")


async def test_a_number_that_is_silent_or_busy_is_no_echo(asterisk: Asterisk) -> None:
    account = desk_account(asterisk)
    silent = await PROBE.hear_echo(replace(account, echo="605"), PASSWORDS[DESK], "")
    busy = await PROBE.hear_echo(replace(account, echo="603"), PASSWORDS[DESK], "")
    wrong = await PROBE.hear_echo(replace(account, echo="600"), "not it", "")
    assert silent.trouble is SoundTrouble.NO_ECHO
    assert busy.trouble is SoundTrouble.ECHO_NOT_REACHED
    assert wrong.trouble is RegistrationTrouble.WRONG_PASSWORD
