"""Fixtures of the suite's own PostgreSQL; registered in the suite's conftest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from db import postgres_administration
from db.postgres_schema import migrate
from tests.servers.postgres import PostgresServer, ServerMissingError
from tests.servers.programs import NEWEST, FolderPrograms, wanted_programs


@dataclass(frozen=True, slots=True)
class Floor:
    """A database for one test: where it is, its owner's password and its server."""

    server: PostgresServer
    name: str

    @property
    def url(self) -> str:
        """The address for the owner of the tables, without the password."""
        return self.server.url(self.name)

    @property
    def password(self) -> str:
        """The password of every login role."""
        return self.server.password


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL for the whole session; the test is skipped when there is none."""
    try:
        server = PostgresServer(programs=wanted_programs())
        server.start()
    except ServerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.remove()


@pytest.fixture(scope="session", autouse=True)
def _clients_of_the_newest_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let backups be made by the clients of the server that this run has chosen."""
    if not os.environ.get(NEWEST):
        yield
        return
    try:
        clients = FolderPrograms.newest().clients(tmp_path_factory.mktemp("clients"))
    except ServerMissingError as missing:
        pytest.skip(str(missing))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_administration, "_DEBIANS_PROGRAMS", clients)
        yield


@pytest.fixture(scope="session")
def floor_template(postgres_server: PostgresServer) -> str:
    """The name of a database with all migrations applied, to be copied."""
    name = postgres_server.create_database("floor_template")
    migrate(postgres_server.url(name), password=postgres_server.password)
    return name


@pytest.fixture
def empty_floor(postgres_server: PostgresServer) -> Iterator[Floor]:
    """An empty database of the test's own."""
    name = postgres_server.create_database()
    yield Floor(postgres_server, name)
    postgres_server.drop_database(name)


@pytest.fixture
def floor(postgres_server: PostgresServer, floor_template: str) -> Iterator[Floor]:
    """A migrated database of the test's own, with the catalogue and no more."""
    name = postgres_server.create_database(template=floor_template)
    yield Floor(postgres_server, name)
    postgres_server.drop_database(name)
