"""The moment in which the recorder gathers, on a loop whose time the test moves by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.services.recorder import GATHER_SECONDS
from tests.unit.services.conftest import MakeBench
from tests.unit.services.test_recorder import Rig, event

TURNS = 50
"""Turns of the loop in which whatever is due would have happened."""


class LoopTime:
    """The time of the running loop, in seconds, standing still between two calls of `forward`."""

    def __init__(self) -> None:
        self.now = asyncio.get_running_loop().time()

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
async def rig(tmp_path: Path, make_bench: MakeBench) -> AsyncIterator[Rig]:
    """A running recorder in front of a migrated database."""
    make_bench()
    made = Rig(tmp_path)
    await made.journal.open()
    await made.storage.open()
    await made.recorder.start()
    yield made
    await made.recorder.stop()
    await made.storage.close()
    await made.journal.close()


@pytest.fixture
async def loop_time(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> LoopTime:
    time = LoopTime()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", time)
    return time


async def turn_the_loop() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def test_nothing_is_written_before_the_moment_is_over(rig: Rig, loop_time: LoopTime) -> None:
    rig.recorder.record([event(1)])
    await turn_the_loop()
    loop_time.forward(GATHER_SECONDS * 0.9)
    await turn_the_loop()
    assert rig.storage.writes == 0

    loop_time.forward(GATHER_SECONDS * 0.2)
    await rig.recorder.settled()
    assert await rig.numbers() == [1]


async def test_the_steps_of_one_moment_are_one_transaction(rig: Rig, loop_time: LoopTime) -> None:
    for number in range(5):
        rig.recorder.record([event(number)])
        await turn_the_loop()
        loop_time.forward(GATHER_SECONDS / 10)
    loop_time.forward(GATHER_SECONDS)
    await rig.recorder.settled()
    assert rig.storage.writes == 1
    assert await rig.numbers() == [0, 1, 2, 3, 4]


async def test_steps_of_two_moments_are_two_transactions(rig: Rig, loop_time: LoopTime) -> None:
    for number in range(2):
        rig.recorder.record([event(number)])
        await turn_the_loop()
        loop_time.forward(GATHER_SECONDS * 1.1)
        await rig.recorder.settled()
    assert rig.storage.writes == 2


async def test_a_recorder_that_stops_waits_for_no_further_moment(rig: Rig) -> None:
    rig.recorder.record([event(1)])
    await rig.recorder.stop()
    assert await rig.numbers() == [1]


def test_a_moment_is_shorter_than_a_person_notices() -> None:
    assert 0 < GATHER_SECONDS <= 0.1
