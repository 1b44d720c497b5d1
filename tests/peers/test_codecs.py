"""Every codec of the desk with Asterisk's own at the far end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.call_events import ConnectionClearedEvent, EstablishedEvent
from agent_desk.domain.sound import QualityMeasuredEvent
from tests.peers.desk import OWN_HZ, Desk
from tests.peers.exchanges import desk_account
from tests.servers.telephony.asterisk import Asterisk
from tests.servers.telephony.fixtures import DESK, PASSWORDS


@pytest.mark.parametrize("codec", ["opus", "g722", "pcma", "pcmu"])
async def test_asterisk_is_heard_and_hears(asterisk: Asterisk, tmp_path: Path, codec: str) -> None:
    """601 plays 1000 Hz, 600 says what it hears."""
    account = replace(desk_account(asterisk), codecs=(codec,))
    async with Desk(tmp_path, account, password=PASSWORDS[DESK]) as desk:
        for number, hz in (("601", 1000), ("600", OWN_HZ)):
            call = await desk.dial(number)
            await desk.happens(EstablishedEvent, call)
            await desk.hears(hz)
            await desk.switch.clear_connection(call)
            await desk.happens(ConnectionClearedEvent, call)
            measured = await desk.events.next(QualityMeasuredEvent, lambda event: event.is_final)
            assert measured.quality.codec == codec
