"""The cache contract on a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.ports.local_cache import LocalCache
from db.local_cache import FileLocalCache
from tests.contracts.cache_contract import CacheContract


class TestFileLocalCache(CacheContract):
    @pytest.fixture
    async def cache(self, tmp_path: Path) -> AsyncIterator[LocalCache]:
        cache = FileLocalCache(path=tmp_path / "state" / "cards.sqlite")
        await cache.open()
        yield cache
        await cache.close()
