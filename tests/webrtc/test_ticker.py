"""The beat of the engine: steady, by timer and by thread, and never twice to catch up."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from telephony.webrtc.ticker import TICK_SECONDS, SteadyTicker

BOTH = pytest.mark.parametrize("by_thread", [False, True])


async def _beats(ticker: SteadyTicker, count: int, hold_at: int = -1) -> list[tuple[float, int]]:
    beats: list[tuple[float, int]] = []
    enough = asyncio.Event()

    def beat(passed: int) -> None:
        beats.append((time.perf_counter(), passed))
        if len(beats) == hold_at:
            # The loop stands still, as in somebody's long function.
            time.sleep(0.105)
        if len(beats) == count:
            enough.set()

    ticker.start(beat)
    ticker.start(beat)
    async with asyncio.timeout(10):
        await enough.wait()
    ticker.stop()
    return beats[:count]


@BOTH
async def test_it_beats_fifty_times_a_second(by_thread: bool) -> None:
    began = time.perf_counter()
    beats = await _beats(SteadyTicker(by_thread=by_thread), 25)
    counted = sum(passed for _, passed in beats)
    assert counted * TICK_SECONDS == pytest.approx(beats[-1][0] - began, abs=TICK_SECONDS)


@BOTH
async def test_what_was_missed_is_counted_and_not_made_up_for(by_thread: bool) -> None:
    beats = await _beats(SteadyTicker(by_thread=by_thread), 8, hold_at=3)
    held, after = beats[2][0], beats[3]
    assert after[1] >= 4
    # A beat at once for the present, and the next in its own time.
    assert beats[5][0] - after[0] > TICK_SECONDS / 2
    assert sum(1 for at, _ in beats if held < at < held + 0.140) <= 3


@BOTH
async def test_it_stops_and_begins_again(by_thread: bool) -> None:
    ticker = SteadyTicker(by_thread=by_thread)
    await _beats(ticker, 2)
    await _beats(ticker, 2)
    for _ in range(5):
        await asyncio.sleep(0)
    ticker.stop()


def test_a_loop_that_was_closed_ends_the_thread() -> None:
    async def scene() -> None:
        SteadyTicker(by_thread=True).start(lambda passed: None)

    asyncio.run(scene())
    for thread in threading.enumerate():
        if thread.name == "media-ticker":
            thread.join(5)
            assert not thread.is_alive()
