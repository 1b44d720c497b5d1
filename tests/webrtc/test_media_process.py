"""The process of the media engine as a desk starts it, with whatever devices there are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest

from agent_desk.bootstrap.media_process import process_engine
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import MediaEngine, MediaWish
from tests.webrtc.far_end import far_end

EVERY = MediaWish(
    profiles=(Profile.DTLS_SRTP_ICE, Profile.DTLS_SRTP, Profile.SDES, Profile.RTP),
    address="127.0.0.1",
)


@pytest.fixture
async def engine() -> AsyncIterator[MediaEngine]:
    engine = process_engine()
    await engine.start()
    yield engine
    await engine.stop()


async def test_everything_is_loaded_before_the_first_call(engine: MediaEngine) -> None:
    async with far_end() as far:
        far.meet(await engine.open("call", replace(EVERY, profiles=(Profile.RTP,))))
        await engine.apply("call", far.agreement)
        await engine.put_on("call")
        await far.hear(5)
        began = time.perf_counter()
        await engine.open("other", EVERY)
        took = time.perf_counter() - began
        heard = await far.hear(10)
    # Imports would take longer even on a busy machine, and the call that goes on would hear them.
    assert took < 1.0
    assert max(b.at - a.at for a, b in pairwise(heard)) < 0.6


async def test_the_end_of_a_process_takes_a_moment(engine: MediaEngine) -> None:
    await engine.open("call", EVERY)
    async with asyncio.timeout(3):
        await engine.stop()
