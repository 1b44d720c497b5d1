"""The search contract on an SQLite file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.sqlite_database import SqliteDatabase
from tests.contracts.search_contract import CALLING_CODE, SearchContract, Searched, fill
from tests.fakes.desk_file import new_desk_file


class TestSearchOnSqlite(SearchContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
        path = new_desk_file(tmp_path_factory.mktemp("search"))
        with SqliteDatabase(path=path, calling_code=CALLING_CODE) as database:
            fill(database)
            yield database
