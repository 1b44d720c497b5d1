"""A database that takes its time: events are safe meanwhile, and nobody waits for it for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from agent_desk.domain.errors import DatabaseTimeoutError
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services import recorder as recorder_module
from agent_desk.services.recorder import StorageStateChangedEvent
from tests.logfail import LogGuard
from tests.unit.services.conftest import MakeBench
from tests.unit.services.faults import BreakableStorage
from tests.unit.services.test_recorder import Rig, event

T = TypeVar("T")


@pytest.fixture
async def rig(
    tmp_path: Path, make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rig]:
    """A running recorder in a hurry, in front of a migrated database."""
    make_bench()
    monkeypatch.setattr(recorder_module, "SAFE_SECONDS", 0.01)
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 0.01)
    made = Rig(tmp_path)
    await made.journal.open()
    await made.storage.open()
    await made.recorder.start()
    yield made
    made.storage.release()
    await made.recorder.stop()
    await made.storage.close()
    await made.journal.close()


async def until_spooled(rig: Rig, numbers: list[int]) -> None:
    async with asyncio.timeout(20):
        while await rig.spooled() != numbers:
            await asyncio.sleep(0)


async def test_what_a_slow_database_was_given_is_in_the_journal_meanwhile(rig: Rig) -> None:
    rig.storage.hold()
    rig.recorder.record([event(0)])
    await until_spooled(rig, [0])
    rig.recorder.record([event(1)])
    await until_spooled(rig, [0, 1])
    assert rig.storage.writes == 1
    rig.storage.release()

    await rig.recorder.settled()

    assert await rig.numbers() == [0, 1]
    assert await rig.spooled() == []
    assert rig.states() == []


async def test_a_database_that_hangs_is_told_of_once_and_again_when_it_is_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away, 2 events spooled")
    monkeypatch.setattr(recorder_module, "PATIENCE_SECONDS", 0.02)
    rig.storage.hold()
    rig.recorder.record([event(0), event(1)])
    await rig.seen.nth(StorageStateChangedEvent)
    await rig.recorder.settled()
    assert rig.states() == [DatabaseTimeoutError]
    rig.storage.release()

    await rig.seen.nth(StorageStateChangedEvent, 2)
    await rig.recorder.settled()

    assert rig.states() == [DatabaseTimeoutError, None]
    assert await rig.numbers() == [0, 1]
    assert await rig.spooled() == []


async def test_stopping_does_not_wait_for_a_database_that_hangs(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "LAST_SECONDS", 0.01)
    rig.storage.hold()
    rig.recorder.record([event(0)])
    await until_spooled(rig, [0])
    rig.recorder.record([event(1)])

    async with asyncio.timeout(5):
        await rig.recorder.stop()

    assert await rig.spooled() == [0, 1]


class SlowStorage(BreakableStorage):
    """A database each of whose writes takes longer than is safe."""

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        await asyncio.sleep(3 * recorder_module.SAFE_SECONDS)
        return await super().write(work)


async def test_a_database_that_is_always_slow_gets_everything_and_nothing_twice(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "BATCH", 4)
    rig.storage = SlowStorage(inner=rig.storage)
    slow = rig.new_recorder()
    await slow.start()
    slow.record([event(number) for number in range(12)])

    await slow.settled()
    await slow.stop()

    assert await rig.numbers() == list(range(12))
    assert await rig.spooled() == []
    assert rig.storage.writes == 3
    assert rig.states() == []
