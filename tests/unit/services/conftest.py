"""Desks for the service tests: started on a copy of a database that was migrated once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from agent_desk.domain.call_rules import NO_RULES, CallRules
from agent_desk.ports.local_cache import LocalCache
from agent_desk.services.desk import DeskProfile
from db.sqlite_storage import SqliteStorage
from tests.fakes.manual_clock import ManualClock
from tests.unit.services.bench import AGENT, Bench, new_bench

MakeBench = Callable[..., Bench]


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "desk.db"

    async def make() -> None:
        storage = SqliteStorage(path=path)
        await storage.open()
        await storage.close()

    asyncio.run(make())
    return path


@pytest.fixture
def make_bench(tmp_path: Path, migrated_database: Path) -> MakeBench:
    """Return how to make a desk; a second one stands on the same files as the first."""

    def make(
        *,
        clock: ManualClock | None = None,
        repeat_window: timedelta = timedelta(days=7),
        cache: LocalCache | None = None,
        call_rules: CallRules = NO_RULES,
    ) -> Bench:
        if not (tmp_path / "desk.db").exists():
            shutil.copyfile(migrated_database, tmp_path / "desk.db")
        profile = DeskProfile(
            agent_id=AGENT, region="CN", repeat_window=repeat_window, call_rules=call_rules
        )
        return new_bench(tmp_path, clock or ManualClock(), profile, cache)

    return make


@pytest.fixture
async def bench(make_bench: MakeBench) -> AsyncIterator[Bench]:
    """A started desk with nobody signed on."""
    made = make_bench()
    await made.desk.start()
    yield made
    await made.desk.stop()
