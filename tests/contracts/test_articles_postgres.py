"""Articles in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.postgres_database import PostgresDatabase
from tests.contracts.articles_contract import ArticlesContract
from tests.contracts.database_samples import Database
from tests.servers.postgres import PostgresServer


class TestArticlesOnPostgres(ArticlesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database(cls, postgres_server: PostgresServer, floor_template: str) -> Iterator[Database]:
        name = postgres_server.create_database(template=floor_template)
        url, password = postgres_server.url(name), postgres_server.password
        with PostgresDatabase(url=url, password=password) as database:
            yield database
        postgres_server.drop_database(name)
