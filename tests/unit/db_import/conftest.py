"""A database, on a file and on a server, and a place for CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from db import engine as file_engine
from db import postgres_engine
from db.customer_import.importer import import_customers
from db.customer_import.report import ImportReport
from db.postgres_database import PostgresDatabase
from db.sqlite_database import SqliteDatabase
from tests.servers.fixtures import Floor

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

TABLES = {
    "customers": "id",
    "companies": "id",
    "contact_points": "id",
    "search_texts": "subject_id",
    "event_log": "seq",
}
"""What an import could touch, and by what its rows are ordered."""


class Desk:
    """Imports into one database and looks at what is stored."""

    def __init__(self, folder: Path, place: Path | str, password: str | None = None) -> None:
        self.folder = folder
        self.place = place
        self.password = password
        self.csv = folder / "customers.csv"
        self.progress: list[tuple[int, int]] = []

    @property
    def is_server(self) -> bool:
        return isinstance(self.place, str)

    def write(self, content: str | bytes, encoding: str = "utf-8") -> Path:
        data = content if isinstance(content, bytes) else content.encode(encoding)
        self.csv.write_bytes(data)
        return self.csv

    def run(
        self, *, region: str = "CN", report_path: Path | None = None, processes: int | None = None
    ) -> ImportReport:
        return import_customers(
            self.place,
            self.csv,
            password=self.password,
            region=region,
            progress=lambda done, total: self.progress.append((done, total)),
            report_path=report_path,
            now=NOW,
            processes=processes,
        )

    def import_text(self, content: str | bytes, encoding: str = "utf-8") -> ImportReport:
        self.write(content, encoding)
        return self.run()

    def engine(self, *, can_write: bool = False) -> Engine:
        make = "writing_engine" if can_write else "reading_engine"
        if isinstance(self.place, str):
            engine: Engine = getattr(postgres_engine, make)(self.place, password=self.password)
        else:
            engine = getattr(file_engine, make)(self.place)
        return engine

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.engine().connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def found(self, query: str) -> list[str]:
        """Return whom a desk finds for what is typed."""
        with self._database() as database:
            hits = database.read(lambda unit: unit.customers.search(query))
        return sorted(hit.title for hit in hits)

    def names(self) -> list[str]:
        return sorted(row[0] for row in self.query("SELECT name FROM customers"))

    def is_untouched(self) -> bool:
        """Return whether nobody has stored anything."""
        if isinstance(self.place, Path):
            return not self.place.exists()
        return self.names() == []

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that an import could touch."""
        return {
            table: self.query(f"SELECT * FROM {table} ORDER BY {key}")
            for table, key in TABLES.items()
        }

    def _database(self) -> AbstractContextManager[SqliteDatabase | PostgresDatabase]:
        if isinstance(self.place, Path):
            return SqliteDatabase(path=self.place)
        return PostgresDatabase(url=self.place, password=self.password)

    @contextmanager
    def holding_the_lock(self) -> Iterator[Connection]:
        """Keep every other import out."""
        with self.engine(can_write=True).begin() as connection:
            if self.is_server:
                connection.execute(text("SELECT pg_advisory_xact_lock(1094994738)"))
            else:
                connection.execute(text("SELECT 1"))
            yield connection


@pytest.fixture(params=["file", "server"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    if request.param == "file":
        return Desk(tmp_path, tmp_path / "desk.db")
    floor: Floor = request.getfixturevalue("floor")
    return Desk(tmp_path, floor.url, floor.password)
