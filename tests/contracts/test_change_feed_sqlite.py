"""The change feed contract on an SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.domain.change import MAX_CATCH_UP
from db.change_feed.sqlite import SqliteChangeFeed
from db.engine import writing_engine
from tests.contracts.change_feed_contract import ChangeFeedContract
from tests.contracts.feed_house import EngineHouse
from tests.fakes.desk_file import new_desk_file


class SqliteHouse(EngineHouse):
    def __init__(self, path: Path) -> None:
        super().__init__(writing_engine(path))
        self._path = path

    def feed(self, *, max_catch_up: int = MAX_CATCH_UP) -> SqliteChangeFeed:
        return SqliteChangeFeed(path=self._path, max_catch_up=max_catch_up)


class TestSqliteChangeFeed(ChangeFeedContract):
    @pytest.fixture
    def house(self, tmp_path: Path) -> SqliteHouse:
        return SqliteHouse(new_desk_file(tmp_path))
