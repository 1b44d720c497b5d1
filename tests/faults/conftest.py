"""A server that may be killed, a way to it that may be cut, and stations at work behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agent_desk.services import outbox, recorder
from db.postgres_schema import migrate
from tests.faults.house import House
from tests.servers.fixtures import Floor
from tests.servers.postgres import PostgresServer, ServerMissingError
from tests.servers.proxy import Proxy


@pytest.fixture(scope="package")
def mortal_server() -> Iterator[PostgresServer]:
    """A server that a test may stop and kill: others share the session's."""
    server = PostgresServer()
    try:
        server.start()
    except ServerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.remove()


@pytest.fixture(scope="package")
def mortal_template(mortal_server: PostgresServer) -> str:
    """The name of a migrated database, to be copied."""
    name = mortal_server.create_database("fault_template")
    migrate(mortal_server.url(name), password=mortal_server.password)
    return name


@pytest.fixture
def mortal_floor(mortal_server: PostgresServer, mortal_template: str) -> Iterator[Floor]:
    """A migrated database of the test's own; its server runs again afterwards."""
    name = mortal_server.create_database(template=mortal_template)
    yield Floor(mortal_server, name)
    if mortal_server.is_running:
        mortal_server.thaw()
    else:
        mortal_server.start()
    mortal_server.drop_database(name)


@pytest.fixture
def proxy(mortal_floor: Floor) -> Iterator[Proxy]:
    """The way from the stations to the server."""
    with Proxy(server=mortal_floor.server.port) as proxy:
        yield proxy


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let desks wait for tenths of seconds where they wait for seconds otherwise."""
    monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(outbox, "FIRST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE_SECONDS", 0.4)
    monkeypatch.setattr(recorder, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(recorder, "RETRY_SECONDS", 0.2)


@pytest.fixture
async def house(mortal_floor: Floor, proxy: Proxy, tmp_path: Path) -> AsyncIterator[House]:
    """A floor without stations; those that a test opens are closed afterwards."""
    made = House(mortal_floor, proxy, tmp_path)
    yield made
    await made.close()
