"""Articles in an SQLite file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.sqlite_database import SqliteDatabase
from tests.contracts.articles_contract import ArticlesContract
from tests.contracts.database_samples import Database
from tests.fakes.desk_file import new_desk_file


class TestArticlesOnSqlite(ArticlesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
        with SqliteDatabase(path=new_desk_file(tmp_path_factory.mktemp("articles"))) as database:
            yield database
