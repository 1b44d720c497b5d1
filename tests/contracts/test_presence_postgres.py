"""The contracts of presence and claims on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.postgres_database import PostgresDatabase
from tests.contracts.claims_contract import ClaimsContract
from tests.contracts.presence_contract import PresenceContract
from tests.contracts.reserved_work_contract import ReservedWorkContract
from tests.servers.fixtures import Floor


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        yield database


class TestPostgresPresence(PresenceContract):
    pass


class TestPostgresClaims(ClaimsContract):
    pass


class TestPostgresReservedWork(ReservedWorkContract):
    pass
