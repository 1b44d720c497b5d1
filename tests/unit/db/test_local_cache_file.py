"""The cache's file: private, disposable, overwritten where a card was."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.domain.cached_card import CachedCard
from agent_desk.domain.errors import DatabaseUnavailableError
from db.local_cache import FileLocalCache, remove_cache
from tests.contracts.cache_contract import a_full_card


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cards.sqlite"


async def put_into(path: Path) -> CachedCard:
    cached = a_full_card()
    cache = FileLocalCache(path=path)
    await cache.open()
    await cache.put(cached)
    await cache.close()
    return cached


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits; the profile is private")
async def test_nobody_else_may_read_the_file(path: Path) -> None:
    former = os.umask(0)
    try:
        path.touch(mode=0o666)
        await put_into(path)
    finally:
        os.umask(former)

    assert [p.stat().st_mode & 0o777 for p in path.parent.iterdir()] == [0o600]


async def test_an_evicted_card_leaves_no_trace_in_the_file(path: Path) -> None:
    cached = await put_into(path)
    assert b"wang@example.com" in path.read_bytes()

    cache = FileLocalCache(path=path)
    await cache.open()
    await cache.forget(cached.card.customer.id)
    await cache.close()

    assert b"wang@example.com" not in path.read_bytes()


async def test_a_broken_file_is_begun_anew(path: Path) -> None:
    path.write_bytes(b"a text file\n" * 500)

    cached = await put_into(path)

    cache = FileLocalCache(path=path)
    await cache.open()
    found = await cache.get(cached.card.customer.id)
    await cache.close()
    assert found == cached


async def test_a_file_of_another_version_is_begun_anew(path: Path) -> None:
    cached = await put_into(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    cache = FileLocalCache(path=path)
    await cache.open()
    found = await cache.get(cached.card.customer.id)
    await cache.close()
    assert found is None


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = FileLocalCache(path=tmp_path / "file" / "cards.sqlite")

    with pytest.raises(DatabaseUnavailableError):
        await cache.open()
    with pytest.raises(DatabaseUnavailableError):
        await cache.ages()


async def test_who_turns_the_cache_off_has_no_file_left(path: Path) -> None:
    await put_into(path)

    remove_cache(path)
    remove_cache(path)

    assert list(path.parent.iterdir()) == []
