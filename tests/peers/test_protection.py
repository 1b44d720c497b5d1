"""Every way that signalling travels and media is protected, with other makers at the far side.

baresip 1.0 of this Debian offers SDES, and DTLS-SRTP with and without ICE; SIPp has none of them.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.call_events import (
    ConnectionClearedEvent,
    DeliveredEvent,
    EstablishedEvent,
)
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.domain.sip_account import MediaProfile, SipAccount, SipTransport
from agent_desk.domain.sound import QualityMeasuredEvent
from tests.peers.desk import OWN_HZ, Desk
from tests.peers.exchanges import TONES, Exchange, desk_account, telephone, until
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.browser import BrowserTelephone, Chromium
from tests.servers.telephony.coturn import Coturn
from tests.servers.telephony.fixtures import (
    ALICE,
    BROWSER,
    BROWSER_DIRECT,
    DESK,
    DESK_DEMUX,
    DESK_DIRECT,
    DESK_DTLS,
    DESK_SDES,
    DESK_WEBRTC,
    DIRECT,
    PASSWORDS,
)
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.program import PATIENCE_SECONDS

DESKS = {
    MediaProfile.SDES: DESK_SDES,
    MediaProfile.DTLS_SRTP: DESK_DTLS,
    MediaProfile.DTLS_SRTP_ICE: DESK_WEBRTC,
}
MOST_GAP_SECONDS = 0.12
"""A frame or two that were under way when the sockets changed, on a busy machine."""

TRANSPORTS = [SipTransport.TLS, SipTransport.WS, SipTransport.WSS]


def desk_of(
    exchange: Exchange,
    folder: Path,
    user: str,
    profile: MediaProfile,
    transport: SipTransport = SipTransport.UDP,
) -> Desk:
    account = replace(desk_account(exchange, user, transport=transport), profiles=(profile,))
    return Desk(folder, account, password=PASSWORDS[user])


async def talk(desk: Desk, alice: Baresip) -> None:
    """Let alice call the desk, and the desk call alice; both hear each other each time."""
    await alice.dial(alice.at_exchange(desk.account.user))
    call = await desk.answer()
    await desk.hears(TONES[alice.line.user])
    await until(lambda: alice.sound.last(0.2).has(OWN_HZ))
    await desk.switch.clear_connection(call)
    await alice.happens("CALL_CLOSED")
    alice.forget_sounds()
    call = await desk.dial(alice.line.user)
    await alice.happens("CALL_INCOMING")
    await alice.answer()
    await desk.happens(EstablishedEvent, call)
    await desk.hears(TONES[alice.line.user])
    await until(lambda: alice.sound.last(0.2).has(OWN_HZ))


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_calls_go_over_every_transport(
    exchange: Exchange, tmp_path: Path, transport: SipTransport
) -> None:
    async with (
        desk_of(exchange, tmp_path, DESK, MediaProfile.RTP, transport) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await talk(desk, alice)


@pytest.mark.parametrize("transport", [SipTransport.TLS, SipTransport.WSS])
async def test_a_certificate_of_nobody_known_is_not_trusted(
    exchange: Exchange, tmp_path: Path, transport: SipTransport
) -> None:
    account = replace(desk_account(exchange, transport=transport), ca_file="")
    desk = Desk(tmp_path, account, password=PASSWORDS[DESK])
    try:
        await desk.switch.start()
        away = await desk.events.next(
            RegistrationChangedEvent, lambda event: event.status is RegistrationStatus.AWAY
        )
        assert away.trouble in (
            RegistrationTrouble.CERTIFICATE,
            RegistrationTrouble.CERTIFICATE_AUTHORITY,
        )
    finally:
        await desk.switch.stop()


@pytest.mark.parametrize("profile", DESKS)
async def test_media_is_protected_up_to_the_exchange(
    exchange: Exchange, tmp_path: Path, profile: MediaProfile
) -> None:
    async with (
        desk_of(exchange, tmp_path, DESKS[profile], profile) as desk,
        Baresip(tmp_path, telephone(exchange, ALICE)) as alice,
    ):
        await talk(desk, alice)


async def test_an_exchange_without_rtcp_mux_is_reached_by_ice(
    kamailio: Kamailio, tmp_path: Path
) -> None:
    """No sound passes before both components have a pair (RFC 8445 s. 6.1.2.6)."""
    async with (
        desk_of(kamailio, tmp_path, DESK_DEMUX, MediaProfile.DTLS_SRTP_ICE) as desk,
        Baresip(tmp_path, telephone(kamailio, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(DESK_DEMUX))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        await until(lambda: alice.sound.last(0.2).has(OWN_HZ))
        # The peer's first report may come after our first look at the line.
        told = await desk.events.next(
            QualityMeasuredEvent, lambda event: event.quality.there is not None
        )
        assert told.call_id == call


@pytest.mark.parametrize(
    ("profile", "media", "nat"),
    [
        (MediaProfile.RTP, "", ""),
        (MediaProfile.SDES, "srtp-mand", ""),
        (MediaProfile.DTLS_SRTP, "dtls_srtp", ""),
        (MediaProfile.DTLS_SRTP_ICE, "dtls_srtp", "ice"),
    ],
)
async def test_media_is_protected_up_to_the_far_side(
    kamailio: Kamailio, tmp_path: Path, profile: MediaProfile, media: str, nat: str
) -> None:
    line = telephone(kamailio, DIRECT, media=media, nat=nat)
    async with (
        desk_of(kamailio, tmp_path, DESK_DIRECT, profile) as desk,
        Baresip(tmp_path, line) as far,
    ):
        await talk(desk, far)


# Browsers


def browser_at(exchange: Kamailio, chromium: Chromium, user: str) -> BrowserTelephone:
    return BrowserTelephone(
        chromium,
        exchange=f"ws://{exchange.host}:{exchange.ws_port}/ws",
        uri=f"sip:{user}@{exchange.host}",
        password=PASSWORDS[user],
        tone_hz=TONES[user],
    )


async def test_a_browser_is_called_heard_held_and_left(
    kamailio: Kamailio, tmp_path: Path, chromium: Chromium
) -> None:
    """The tone of the desk stops in the browser while the desk holds, and returns.

    Asterisk 22 on loopback drops what Chromium sends from an address that it has not named.
    """
    async with (
        desk_of(kamailio, tmp_path, DESK, MediaProfile.RTP) as desk,
        browser_at(kamailio, chromium, BROWSER) as browser,
    ):
        call = await desk.dial(BROWSER)
        await desk.happens(DeliveredEvent, call)
        assert await browser.happens("incoming") == DESK
        await browser.answer()
        await desk.happens(EstablishedEvent, call)
        await desk.hears(TONES[BROWSER])
        await browser.hears(OWN_HZ)
        await desk.switch.hold_call(call)
        await browser.hears_nothing_of(OWN_HZ)
        await desk.switch.retrieve_call(call)
        await browser.hears(OWN_HZ)
        await desk.hears(TONES[BROWSER])
        await browser.press("36")
        await until(lambda: desk.digits == ["3", "6"])
        await desk.switch.clear_connection(call)
        await browser.happens("ended")


async def test_a_browser_is_talked_to_without_anybody_between(
    kamailio: Kamailio, tmp_path: Path, chromium: Chromium
) -> None:
    """DTLS-SRTP with ICE and Opus from end to end, over WebSockets."""
    async with (
        Desk(tmp_path, direct_account(kamailio), password=PASSWORDS[DESK_DIRECT]) as desk,
        browser_at(kamailio, chromium, BROWSER_DIRECT) as browser,
    ):
        await browser.dial(f"sip:{DESK_DIRECT}@{kamailio.host}")
        call = await desk.answer()
        await browser.happens("accepted")
        await desk.hears(TONES[BROWSER_DIRECT])
        await browser.hears(OWN_HZ)
        assert await browser.codec() == "audio/opus"
        await desk.switch.hold_call(call)
        await browser.hears_nothing_of(OWN_HZ)
        await desk.switch.retrieve_call(call)
        await browser.hears(OWN_HZ)
        await browser.hang_up()
        await desk.happens(ConnectionClearedEvent, call)


def direct_account(kamailio: Kamailio) -> SipAccount:
    return replace(
        desk_account(kamailio, DESK_DIRECT, transport=SipTransport.WSS),
        profiles=(MediaProfile.DTLS_SRTP_ICE,),
        codecs=("opus", "pcma"),
    )


@pytest.mark.parametrize("is_called", [True, False])
async def test_ice_begins_anew_with_a_browser_and_is_heard_throughout(
    kamailio: Kamailio, tmp_path: Path, chromium: Chromium, is_called: bool
) -> None:
    """As the browser wishes: both ends send from other ports then."""
    account, password = direct_account(kamailio), PASSWORDS[DESK_DIRECT]
    desk = Desk(tmp_path, account, password=password)
    async with desk, browser_at(kamailio, chromium, BROWSER_DIRECT) as browser:
        if is_called:
            await browser.dial(f"sip:{DESK_DIRECT}@{kamailio.host}")
            await desk.answer()
        else:
            call = await desk.dial(BROWSER_DIRECT)
            await browser.happens("incoming")
            await browser.answer()
            await desk.happens(EstablishedEvent, call)
        await desk.hears(TONES[BROWSER_DIRECT])
        await browser.hears(OWN_HZ)
        begun = desk.sound.seconds
        pairs = [await browser.pair()]
        await browser.restart_ice()
        await moved(browser, pairs)
        await browser.hears(OWN_HZ)
        heard = desk.sound.since(begun)
        assert heard.last(0.2).has(TONES[BROWSER_DIRECT])
        assert heard.longest_gap(TONES[BROWSER_DIRECT]) <= MOST_GAP_SECONDS


async def moved(browser: BrowserTelephone, pairs: list[list[object]]) -> None:
    """Return when the browser sends by other ports at both ends than ever before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (now := await browser.pair()) or any(
            new == old for pair in pairs for new, old in zip(now, pair, strict=True)
        ):
            await asyncio.sleep(0.03)
    pairs.append(now)


async def test_a_browser_that_only_a_relay_reaches_is_heard(
    kamailio: Kamailio, tmp_path: Path, chromium: Chromium, coturn: Coturn
) -> None:
    profile = MediaProfile.DTLS_SRTP_ICE
    browser = browser_at(kamailio, chromium, BROWSER_DIRECT)
    browser.relay = (f"turn:{coturn.address}?transport=udp", coturn.user, coturn.password)
    account = replace(
        desk_account(kamailio, DESK_DIRECT),
        profiles=(profile,),
        turn=coturn.address,
        turn_user=coturn.user,
    )
    before = coturn.allocations()
    desk = Desk(tmp_path, account, password=PASSWORDS[DESK_DIRECT], turn_password=coturn.password)
    async with desk, browser:
        call = await desk.dial(BROWSER_DIRECT)
        await browser.happens("incoming")
        await browser.answer()
        await desk.happens(EstablishedEvent, call)
        await desk.hears(TONES[BROWSER_DIRECT])
        await browser.hears(OWN_HZ)
    # One of the desk, one of the browser.
    assert coturn.allocations() - before >= 2
