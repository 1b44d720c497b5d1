"""The contracts of presence and claims on an SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.sqlite_database import SqliteDatabase
from tests.contracts.claims_contract import ClaimsContract
from tests.contracts.presence_contract import PresenceContract
from tests.contracts.reserved_work_contract import ReservedWorkContract
from tests.fakes.desk_file import new_desk_file


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with SqliteDatabase(path=new_desk_file(tmp_path)) as database:
        yield database


class TestSqlitePresence(PresenceContract):
    pass


class TestSqliteClaims(ClaimsContract):
    pass


class TestSqliteReservedWork(ReservedWorkContract):
    pass
