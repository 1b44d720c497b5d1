"""What takes a minute and a half, all at once: ringing both ways, and a desk that died in a call.

Nobody gives up while it rings, and talk begins then. Whoever dies leaves no call at the exchange.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import EstablishedEvent
from agent_desk.domain.sip_account import MediaProfile
from tests.peers.desk import OWN_HZ, Desk
from tests.peers.exchanges import TONES, desk_account, telephone
from tests.servers.telephony.asterisk import Asterisk
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, DESK, DESK_SDES, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio

LONG_SECONDS = 90.0
"""Longer than timer B (RFC 3261 s. 17.1.1.2), and than a queue rings one desk."""


async def call_what_rings_long(asterisk: Asterisk, folder: Path) -> None:
    """604 of Asterisk's rings for 90 s, answers, and says what it hears."""
    desk = Desk(folder, desk_account(asterisk), password=PASSWORDS[DESK])
    async with desk:
        begin = time.monotonic()
        call = await desk.dial("604")
        async with asyncio.timeout(LONG_SECONDS + 10):
            while not any(isinstance(event, EstablishedEvent) for event in desk.events.items):
                await asyncio.sleep(0.1)
        assert time.monotonic() - begin >= LONG_SECONDS - 1
        await desk.hears(OWN_HZ)
        await desk.switch.clear_connection(call)


async def let_it_ring_long(kamailio: Kamailio, folder: Path) -> None:
    desk = Desk(folder, desk_account(kamailio), password=PASSWORDS[DESK])
    async with desk, Baresip(folder, telephone(kamailio, ALICE)) as alice:
        await alice.dial(alice.at_exchange(DESK))
        call = (await desk.rings()).call_id
        await asyncio.sleep(LONG_SECONDS)
        assert desk.switch.connections()[call] is LocalConnectionState.ALERTING
        await desk.switch.answer_call(call)
        await desk.hears(TONES[ALICE])


async def die_in_a_call(asterisk: Asterisk, folder: Path) -> None:
    """The shortest session timer that SIP knows (RFC 4028 s. 5) ends what nobody refreshes."""
    account = replace(
        desk_account(asterisk, DESK_SDES), profiles=(MediaProfile.SDES,), session_seconds=90
    )
    desk = Desk(folder, account, password=PASSWORDS[DESK_SDES])
    async with desk:
        call = await desk.dial("601")
        await desk.happens(EstablishedEvent, call)
        await desk.hears(1000)
        assert f"PJSIP/{DESK_SDES}" in asterisk.tell("core show channels concise")
        # From here on nothing of it leaves, as after a kill: neither BYE nor refresh.
        await desk.network.stop()
        async with asyncio.timeout(LONG_SECONDS + 10):
            while f"PJSIP/{DESK_SDES}" in asterisk.tell("core show channels concise"):
                await asyncio.sleep(1.0)


@pytest.mark.slow
async def test_long_ringing_ends_in_talk_and_a_dead_desk_leaves_no_call(
    kamailio: Kamailio, asterisk: Asterisk, tmp_path: Path
) -> None:
    await asyncio.gather(
        die_in_a_call(asterisk, tmp_path / "dead"),
        call_what_rings_long(asterisk, tmp_path / "out"),
        let_it_ring_long(kamailio, tmp_path / "in"),
    )
