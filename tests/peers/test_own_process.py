"""The desk's real media engine, in its process of its own and without a headset, in real calls.

What it hears is read from its recordings: both sides, the far one in the second channel.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from agent_desk.bootstrap.media_process import process_engine
from agent_desk.domain.call_events import ConnectionClearedEvent
from agent_desk.domain.sound import RecordingChangedEvent, RecordingState
from telephony.webrtc.remote.process_engine import ProcessEngine
from tests.peers.desk import Desk
from tests.peers.exchanges import TONES, desk_account, telephone, until
from tests.servers.telephony.baresip import Baresip
from tests.servers.telephony.fixtures import ALICE, DESK, PASSWORDS
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.sound import read_sound

FAR = 1


async def recorded(desk: Desk) -> Path:
    """Return the file of the recording that begins next."""
    began = await desk.events.next(
        RecordingChangedEvent, lambda event: event.state is RecordingState.RECORDING
    )
    return Path(began.file)


async def hears(file: Path, hz: int) -> None:
    await until(lambda: file.exists() and read_sound(file, channel=FAR).last(0.2).has(hz))


@pytest.mark.expected_logs("the media engine is lost: its process has ended with code -9")
async def test_a_call_is_recorded_and_outlives_its_engine(
    kamailio: Kamailio, tmp_path: Path
) -> None:
    engine = process_engine()
    assert isinstance(engine, ProcessEngine)
    desk = Desk(tmp_path, desk_account(kamailio), password=PASSWORDS[DESK], engine=engine)
    async with desk, Baresip(tmp_path, telephone(kamailio, ALICE)) as alice:
        await alice.dial(alice.at_exchange(DESK))
        call = await desk.answer()
        await desk.media.start_recording(call)
        await hears(await recorded(desk), TONES[ALICE])
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            await hears(await recorded(desk), TONES[ALICE])
        await alice.press("5")
        await until(lambda: desk.digits == ["5"])
        await alice.hang_up()
        await desk.happens(ConnectionClearedEvent, call)
