"""The search contract on PostgreSQL, whose language does not compare by code points."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.postgres_database import PostgresDatabase
from tests.contracts.search_contract import CALLING_CODE, SearchContract, Searched, fill
from tests.servers.postgres import PostgresServer


class TestSearchOnPostgres(SearchContract):
    @pytest.fixture(scope="class")
    @classmethod
    def database(cls, postgres_server: PostgresServer, floor_template: str) -> Iterator[Searched]:
        name = postgres_server.create_database(template=floor_template)
        with PostgresDatabase(
            url=postgres_server.url(name),
            password=postgres_server.password,
            calling_code=CALLING_CODE,
        ) as database:
            fill(database)
            yield database
        postgres_server.drop_database(name)
