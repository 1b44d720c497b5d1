"""What a call hears of a desk that stands still: the spacing of packets with and without stalls."""

from __future__ import annotations

import asyncio
import ctypes
import json
import socket
import sys
from itertools import pairwise
from typing import Any

from agent_desk.bootstrap.media_process import process_engine
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import MediaEngine, MediaWish
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.sound_card import NoSoundCard
from telephony.webrtc.ticker import SteadyTicker
from tests.benchmarks.rounds import percentile_ms
from tests.webrtc.far_end import HOST, plain_agreement
from tests.webrtc.kernel_clock import arrivals, stamped
from tests.webrtc.plain_codecs import PlainCodecs

STALL_SECONDS = 0.300
_STALLS = 12
_PAUSE_SECONDS = 0.200


def run() -> dict[str, Any]:
    """Return milliseconds between packets, as the kernel stamps them where they arrive.

    stalled: while this process, the desk, has its interpreter held in C for 300 ms, twelve times
    with 200 ms between. same_process: the same stalls with the engine in the desk's own process,
    which is what the process of its own is for.
    """
    if sys.platform != "linux":
        return {"skipped": "the kernel's time stamps are read on Linux alone"}
    return {
        "stall_ms": round(1000 * STALL_SECONDS),
        "quiet": asyncio.run(_measure(process_engine(), stall=False)),
        "stalled": asyncio.run(_measure(process_engine(), stall=True)),
        "same_process_stalled": asyncio.run(_measure(_local(), stall=True)),
    }


def _local() -> MediaEngine:
    return LocalEngine(card=NoSoundCard(), codecs=PlainCodecs(), ticker=SteadyTicker())


async def _measure(engine: MediaEngine, *, stall: bool) -> dict[str, float]:
    await engine.start()
    with stamped(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.bind((HOST, 0))
        await engine.open("call", MediaWish(profiles=(Profile.RTP,), address=HOST))
        await engine.apply("call", plain_agreement(sock.getsockname()[1], 9))
        await asyncio.to_thread(sock.recv, 2048)
        for _ in range(_STALLS):
            if stall:
                ctypes.PyDLL(None).usleep(round(1e6 * STALL_SECONDS))
            else:
                await asyncio.sleep(STALL_SECONDS)
            await asyncio.sleep(_PAUSE_SECONDS)
        at = arrivals(sock)
    await engine.stop()
    spaces = [later - earlier for earlier, later in pairwise(at)]
    return {
        "packets": len(at),
        "median_ms": percentile_ms(spaces, 0.5),
        "p99_ms": percentile_ms(spaces, 0.99),
        "longest_ms": percentile_ms(spaces, 1.0),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
