"""An engine in a process of its own: it dies alone, ends with its desk, and is never held up."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from agent_desk.domain.sound import AudioChoice
from telephony.rtp.packet.description import Goodbye
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import EngineLost, MediaWish
from telephony.webrtc.errors import MediaError
from telephony.webrtc.remote.process_engine import ProcessEngine
from tests.contracts.media_engine_contract import Listener
from tests.logfail import LogGuard
from tests.webrtc.far_end import far_end, plain_agreement
from tests.webrtc.kernel_clock import arrivals, stamped
from tests.webrtc.scripted_process import COMMAND

WISH = MediaWish(profiles=(Profile.RTP,), address="127.0.0.1")
STALL_US = 600_000


@pytest.fixture
async def engine() -> AsyncIterator[ProcessEngine]:
    engine = ProcessEngine(COMMAND)
    await engine.start()
    yield engine
    await engine.stop()


async def test_a_dead_engine_is_told_of_and_comes_back_with_what_was_chosen(
    engine: ProcessEngine,
) -> None:
    listener = Listener(engine)
    await engine.choose(AudioChoice(microphone="mic"))
    await engine.open("call", WISH)
    former = engine.pid
    assert former is not None
    os.kill(former, signal.SIGKILL)
    await listener.until(lambda: listener.told(EngineLost))

    with pytest.raises(MediaError, match="not open"):
        await engine.close("call")
    assert engine.pid not in (None, former)
    await engine.open("call", WISH)
    assert engine.devices().microphone_in_use == "mic"
    assert len(listener.told(EngineLost)) == 1


async def test_whoever_waits_for_an_engine_that_dies_is_told(engine: ProcessEngine) -> None:
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGSTOP)
    asked = asyncio.create_task(engine.open("call", WISH))
    await asyncio.sleep(0)
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(MediaError, match="ended"):
        await asked


async def test_an_engine_that_cannot_be_started_is_refused() -> None:
    engine = ProcessEngine(("/nowhere/at/all",))
    with pytest.raises(MediaError, match="cannot be started"):
        await engine.start()
    await engine.stop()


async def test_an_engine_that_ends_at_once_is_refused() -> None:
    engine = ProcessEngine((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(MediaError, match="3"):
        await engine.start()
    await engine.stop()


async def test_what_the_process_logs_is_in_the_log_of_the_desk(expected_logs: LogGuard) -> None:
    expected_logs.expect("media process: WARNING:root:the horn is out of tune")
    script = "import logging; logging.warning('the horn is out of tune')"
    engine = ProcessEngine((sys.executable, "-c", script))
    with pytest.raises(MediaError):
        await engine.start()
    await engine.stop()


_DESK = """
import asyncio, sys
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import MediaWish
from telephony.webrtc.remote.process_engine import ProcessEngine
from tests.webrtc.far_end import plain_agreement
from tests.webrtc.kernel_clock import arrivals, stamped
from tests.webrtc.scripted_process import COMMAND

async def main(port, rtcp_port):
    engine = ProcessEngine(COMMAND)
    await engine.open("call", MediaWish(profiles=(Profile.RTP,), address="127.0.0.1"))
    await engine.apply("call", plain_agreement(port, rtcp_port))
    await asyncio.Event().wait()

asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
"""


async def test_an_engine_ends_with_a_desk_that_was_killed() -> None:
    async with far_end() as far:
        ports = (str(far.agreement.port), str(far.agreement.rtcp_port))
        desk = subprocess.Popen((sys.executable, "-c", _DESK, *ports))
        try:
            await far.hear(5)
            desk.kill()
            await far.until(lambda: any(isinstance(each, Goodbye) for each in far.reports))
        finally:
            desk.kill()
            desk.wait()


def longest_pause(arrived: list[float]) -> float:
    """Return the longest time between two packets, in seconds.

    Exact figures are the benchmark's (`media_stall`): here a busy machine may be late, but packets
    that wait for the desk would be late by the whole of its standstill.
    """
    return max(later - earlier for earlier, later in pairwise(arrived))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells when a packet arrived")
async def test_packets_go_on_while_the_desk_stands_still(engine: ProcessEngine) -> None:
    with stamped(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        await engine.open("call", WISH)
        await engine.apply("call", plain_agreement(sock.getsockname()[1], 9))
        await asyncio.to_thread(sock.recv, 2048)
        # With the GIL held: no thread of this process runs, as in a long sort.
        ctypes.PyDLL(None).usleep(STALL_US)
        arrived = arrivals(sock)
    assert len(arrived) >= 10
    assert longest_pause(arrived) < STALL_US / 2e6


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells when a packet arrived")
async def test_packets_go_on_while_strangers_flood_the_port(engine: ProcessEngine) -> None:
    with (
        stamped(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        sock.bind(("127.0.0.1", 0))
        local = await engine.open("call", WISH)
        await engine.apply("call", plain_agreement(sock.getsockname()[1], 9))
        await asyncio.to_thread(sock.recv, 2048)
        for _ in range(5_000):
            stranger.sendto(b"\x80\x08" + bytes(170), (local.address, local.port))
        ctypes.PyDLL(None).usleep(STALL_US)
        arrived = arrivals(sock)
    assert longest_pause(arrived) < STALL_US / 2e6
