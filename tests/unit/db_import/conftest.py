"""A desk's database and a place for CSV files."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.customer_import import ImportReport, import_customers

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Desk:
    """Imports into one database and looks at what is stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "desk.db"
        self.csv = folder / "customers.csv"
        self.progress: list[tuple[int, int]] = []

    def write(self, content: str | bytes, encoding: str = "utf-8") -> Path:
        data = content if isinstance(content, bytes) else content.encode(encoding)
        self.csv.write_bytes(data)
        return self.csv

    def run(self, *, region: str = "CN", report_path: Path | None = None) -> ImportReport:
        return import_customers(
            self.database,
            self.csv,
            region=region,
            progress=lambda done, total: self.progress.append((done, total)),
            report_path=report_path,
            now=NOW,
        )

    def import_text(self, content: str | bytes, encoding: str = "utf-8") -> ImportReport:
        self.write(content, encoding)
        return self.run()

    def query(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql, values).fetchall()

    def names(self) -> list[object]:
        return [row[0] for row in self.query("SELECT name FROM customers ORDER BY name")]

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row that an import could touch."""
        tables = ("customers", "companies", "contact_points", "search_texts")
        return {table: self.query(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
