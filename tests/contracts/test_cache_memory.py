"""The cache contract on the fake, so that tests with it mean something."""

from __future__ import annotations

import pytest

from agent_desk.ports.local_cache import LocalCache
from tests.contracts.cache_contract import CacheContract
from tests.fakes.memory_cache import MemoryCache


class TestMemoryCache(CacheContract):
    @pytest.fixture
    async def cache(self) -> LocalCache:
        cache = MemoryCache()
        await cache.open()
        return cache
