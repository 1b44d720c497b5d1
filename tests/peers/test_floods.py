"""More calls than anybody can take, and sound of strangers, in the middle of a call."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

from agent_desk.domain.call import LocalConnectionState
from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.sound.g711 import Law, encode
from telephony.sip.transaction.hop import Hop
from tests.peers.desk import Desk
from tests.peers.exchanges import TONES, desk_account, telephone
from tests.rtp.tones import tone
from tests.servers.lossy_relay import LossyRelay
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, DESK, DESK_DIRECT, DIRECT, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.program import HOST
from tests.servers.telephony.sipp import Sipp

CALLS = 1500
A_SECOND = 500
STRANGE_HZ = 2500


async def test_a_thousand_calls_are_refused_while_one_goes_on(
    kamailio: Kamailio, tmp_path: Path
) -> None:
    """Each hears 486 in time; SIPp fails when one hears nothing or anything else."""
    account = replace(desk_account(kamailio), lines=1)
    async with (
        Desk(tmp_path, account, password=PASSWORDS[DESK]) as desk,
        Baresip(tmp_path, telephone(kamailio, ALICE)) as alice,
    ):
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.hears(TONES[ALICE])
        exchange = Hop(transport="UDP", address=kamailio.host, port=kamailio.port)
        address, port = await desk.network.local_address(exchange)
        flood = Sipp(
            tmp_path,
            "caller_of_busy",
            target=f"{address}:{port}",
            user=DESK,
            calls=CALLS,
            rate=A_SECOND,
            at_once=CALLS,
        )
        async with flood as sipp:
            await desk.hears(TONES[ALICE])
            await sipp.finishes()
        assert desk.switch.connections() == {call: LocalConnectionState.CONNECTED}
        await desk.hears(TONES[ALICE])


async def test_a_strangers_sound_is_not_heard(kamailio: Kamailio, tmp_path: Path) -> None:
    """A tone of another, sent to the desk's port from an address that nobody named."""
    async with LossyRelay() as relay:
        account = desk_account(kamailio, DESK_DIRECT)
        desk = Desk(tmp_path, account, password=PASSWORDS[DESK_DIRECT], relay=relay)
        async with desk, Baresip(tmp_path, telephone(kamailio, DIRECT)) as far:
            await far.dial(far.at_exchange(DESK_DIRECT))
            await desk.answer()
            await desk.hears(TONES[DIRECT])
            target = relay.ends[0].peer
            assert target is not None
            with socket.socket(type=socket.SOCK_DGRAM) as stranger:
                stranger.bind((HOST, 0))
                for number in range(100):
                    packet = RtpPacket(
                        payload_type=8,
                        sequence_number=number,
                        timestamp=number * 160,
                        source=0xBAD,
                        payload=encode(Law.PCMA, tone(STRANGE_HZ, 160, since=number * 160)),
                    )
                    stranger.sendto(packet.encode(), target)
            await desk.hears_nothing_of(STRANGE_HZ)
            await desk.hears(TONES[DIRECT])
            assert not desk.sound.last(2.0).has(STRANGE_HZ)
