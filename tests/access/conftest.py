"""The floor that the tests of this folder attack; made once, and every attack is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.access.server_people import ServerPeople
from db.server_address import parse_server_address
from tests.access.floor import AccessFloor, make_floor
from tests.access.staff import hire
from tests.servers.fixtures import Floor
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="session")
def attacked(postgres_server: PostgresServer, floor_template: str) -> Iterator[AccessFloor]:
    """A floor with people and records; nobody commits to it."""
    floor = make_floor(postgres_server, floor_template)
    yield floor
    floor.close()


@pytest.fixture(scope="session")
def staffed(postgres_server: PostgresServer, floor_template: str) -> Iterator[Floor]:
    """A floor with people, in which every test writes what it needs."""
    floor = Floor(postgres_server, postgres_server.create_database(template=floor_template))
    hire(floor)
    yield floor
    postgres_server.drop_database(floor.name)


@pytest.fixture
def administration(attacked: AccessFloor) -> Iterator[ServerPeople]:
    """The people of the attacked floor, as its owner keeps them."""
    address = parse_server_address(attacked.server.url(attacked.name))
    with ServerPeople.connected(address, password=attacked.server.password) as people:
        yield people
