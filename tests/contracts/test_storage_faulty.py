"""The storage contract through the fake that can fail, and its faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.domain.errors import (
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    DiskFullError,
)
from agent_desk.ports.storage import Storage
from db.sqlite_storage import SqliteStorage
from tests.contracts.storage_contract import TransactionContract
from tests.fakes.desk_file import new_desk_file
from tests.fakes.faulty_storage import FaultyStorage


@pytest.fixture
async def faulty(tmp_path: Path) -> AsyncIterator[FaultyStorage]:
    storage = FaultyStorage(inner=SqliteStorage(path=new_desk_file(tmp_path)))
    await storage.open()
    yield storage
    await storage.close()


class TestFaultyStorage(TransactionContract):
    @pytest.fixture
    def storage(self, faulty: FaultyStorage) -> Storage:
        return faulty


async def test_a_held_read_is_given_up_after_its_timeout(faulty: FaultyStorage) -> None:
    faulty.hold()

    with pytest.raises(DatabaseTimeoutError):
        await faulty.read(lambda unit: unit.catalogue.departments(), timeout_seconds=0.01)


async def test_a_held_write_goes_on_when_released(faulty: FaultyStorage) -> None:
    faulty.hold()
    writing = asyncio.ensure_future(faulty.write(lambda unit: unit.tickets.next_number()))
    await asyncio.sleep(0)
    assert not writing.done()

    faulty.release()

    assert await writing > 0


async def test_a_dead_storage_refuses_until_it_is_revived(faulty: FaultyStorage) -> None:
    faulty.die()
    with pytest.raises(DatabaseUnavailableError):
        await faulty.read(lambda unit: unit.catalogue.departments())
    with pytest.raises(DatabaseUnavailableError):
        await faulty.write(lambda unit: unit.tickets.next_number())

    faulty.revive()

    assert await faulty.read(lambda unit: unit.catalogue.departments())


async def test_only_the_next_write_fails(faulty: FaultyStorage) -> None:
    faulty.fail_next_write(DiskFullError(path="desk.sqlite"))

    with pytest.raises(DiskFullError):
        await faulty.write(lambda unit: unit.tickets.next_number())
    assert await faulty.write(lambda unit: unit.tickets.next_number())
