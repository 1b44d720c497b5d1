"""A day of calls in a minute: what was opened is closed, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from telephony.sip.sdp.profile import Profile
from tests.webrtc.beats import Time
from tests.webrtc.ends import End, agree, join, opened, strength, wish

DESCRIPTORS = Path("/proc/self/fd")
GARBAGE = (b"\x16\xfe\xfd" + os.urandom(60), b"\x16", b"\x14" * 40, b"\x17\xfe\xff" + bytes(1400))


async def _one_call(time: Time, here: End, there: End, profile: Profile) -> None:
    await join(here, there, profile=profile)
    await here.engine.put_on("call")
    await time.beat(2)
    await here.engine.close("call")
    await there.engine.close("call")
    here.events.clear()
    there.events.clear()
    del here.card.played[:]


@pytest.mark.skipif(sys.platform != "linux", reason="counts the sockets of this process")
@pytest.mark.parametrize(
    ("profile", "count"),
    [
        (Profile.RTP, 1000),
        (Profile.SDES, 200),
        (Profile.DTLS_SRTP, 60),
        (Profile.DTLS_SRTP_ICE, 60),
    ],
)
async def test_many_calls_leave_no_socket_task_or_memory(
    time: Time, here: End, there: End, profile: Profile, count: int
) -> None:
    for _ in range(count // 5):
        await _one_call(time, here, there, profile)
    before = _held()
    for _ in range(count):
        await _one_call(time, here, there, profile)
    after = _held()
    assert after.descriptors <= before.descriptors
    assert after.tasks == before.tasks
    assert after.objects - before.objects < count // 10
    assert after.resident_bytes - before.resident_bytes < 10_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds."""

    descriptors: int
    tasks: int
    objects: int
    resident_bytes: int


def _held() -> Held:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Held(
        descriptors=len(list(DESCRIPTORS.iterdir())),
        tasks=len(asyncio.all_tasks()),
        objects=len(gc.get_objects()),
        resident_bytes=pages * os.sysconf("SC_PAGESIZE"),
    )


@pytest.mark.parametrize("profile", [Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE])
async def test_garbage_that_looks_like_dtls_keeps_no_call_from_opening(
    time: Time, here: End, there: End, profile: Profile
) -> None:
    ours = await here.engine.open("call", wish(profile))
    theirs = await there.engine.open("call", wish(profile))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))

        async def disturb() -> None:
            for media in (ours, theirs):
                for data in GARBAGE * 10:
                    stranger.sendto(data, (media.address, media.port))
            await time.settle()

        await disturb()
        for end, agreement in zip((here, there), agree(ours, theirs, profile=profile), strict=True):
            await end.engine.apply("call", agreement)
            await disturb()
        await opened(time, here, there)
        await disturb()
        await here.engine.put_on("call")
        await there.engine.put_on("call")
        await time.wait(0.6)
    assert strength(here.heard(10), 1000) > 6000


async def test_a_flood_of_strangers_does_not_keep_the_call_from_being_heard(
    time: Time, here: End, there: End
) -> None:
    ours = await here.engine.open("call", wish())
    theirs = await there.engine.open("call", wish())
    for end, agreement in zip((here, there), agree(ours, theirs), strict=True):
        await end.engine.apply("call", agreement)
        await end.engine.put_on("call")
    await time.wait(0.4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(30):
            for number in range(100):
                data = b"\x80\x08" + number.to_bytes(2) + os.urandom(168)
                stranger.sendto(data, (ours.address, ours.port))
            await time.beat()
            await time.settle(turns=110)
    assert strength(here.heard(20), 1000) > 6000
