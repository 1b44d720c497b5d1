"""Checked lines wait in a database of their own until the whole file is read; the caller's thread.

Filling it holds no lock that a running desk could feel. It is a file, because some builds of
SQLite keep temporary tables in memory whatever they are told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from agent_desk.domain.customer import Tier
from db.customer_import.report import RefusedValue
from db.customer_import.row_check import CheckedRow

_TABLES = (
    """CREATE TABLE staging.staged (
        line INTEGER PRIMARY KEY, name TEXT, numbers TEXT, email TEXT, company TEXT, city TEXT,
        address TEXT, language TEXT, tier TEXT, external_key TEXT, since TEXT)""",
    "CREATE TABLE staging.refused (line INTEGER, field TEXT, value TEXT, accepted TEXT)",
    """CREATE TABLE staging.touched (
        customer_id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID""",
)
_PRAGMAS = ("journal_mode = MEMORY", "synchronous = OFF", "locking_mode = EXCLUSIVE")
_STAGE = "INSERT INTO staging.staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NEXT = "SELECT * FROM staging.staged WHERE line > ? ORDER BY line LIMIT ?"
_MAX_VALUE_LENGTH = 200


class Staging:
    """The tables of one import that wait to be stored."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        """Attach a new database in ``folder``, which is removed after the connection is closed.

        Where a file may lose its name while it is open, it does so at once: not even a killed
        import leaves customers lying about.
        """
        self._connection = connection
        path = folder / "staging.db"
        connection.exec_driver_sql("ATTACH DATABASE ? AS staging", (str(path),))
        for pragma in _PRAGMAS:
            connection.exec_driver_sql(f"PRAGMA staging.{pragma}")
        for statement in _TABLES:
            connection.exec_driver_sql(statement)
        if os.name == "posix":
            path.unlink()
            folder.rmdir()

    def keep(self, rows: Sequence[CheckedRow], refused: Sequence[RefusedValue]) -> None:
        """Keep what was found in some lines, as one transaction of the staging area alone."""
        # Deferred: it locks only what it touches.
        self._connection.exec_driver_sql("BEGIN DEFERRED")
        self._add(rows)
        self.refuse(refused)
        self._connection.exec_driver_sql("COMMIT")

    def _add(self, rows: Sequence[CheckedRow]) -> None:
        if rows:
            self._connection.exec_driver_sql(_STAGE, [_stored(row) for row in rows])

    def refuse(self, refused: Sequence[RefusedValue]) -> None:
        """Keep reasons why lines do not go in."""
        if refused:
            cells = [(r.line, r.field, r.value[:_MAX_VALUE_LENGTH], r.accepted) for r in refused]
            self._connection.exec_driver_sql(
                "INSERT INTO staging.refused VALUES (?, ?, ?, ?)", cells
            )

    def batches(self, size: int) -> Iterator[list[CheckedRow]]:
        """Yield the staged lines in the order of the file, ``size`` at a time."""
        last = 0
        while found := self._connection.exec_driver_sql(_NEXT, (last, size)).all():
            yield [_checked(row) for row in found]
            last = found[-1].line

    def refused(self) -> Iterator[RefusedValue]:
        """Yield all reasons in the order of the file."""
        query = "SELECT line, field, value, accepted FROM staging.refused ORDER BY line, rowid"
        for row in self._connection.exec_driver_sql(query):
            yield RefusedValue(*row)

    def refused_lines(self) -> int:
        """Return how many lines were refused."""
        query = "SELECT count(DISTINCT line) FROM staging.refused"
        return int(self._connection.exec_driver_sql(query).scalar_one())

    def touched(self, customer_ids: Sequence[str]) -> dict[str, int]:
        """Return which of the customers an earlier line stood for, and which line."""
        query = (
            "SELECT customer_id, line FROM staging.touched "
            "WHERE customer_id IN (SELECT value FROM json_each(?))"
        )
        found = self._connection.exec_driver_sql(query, (json.dumps(customer_ids),))
        return {row.customer_id: row.line for row in found}

    def touch(self, lines: dict[str, int]) -> None:
        """Remember that these customers have had their line."""
        if lines:
            self._connection.exec_driver_sql(
                "INSERT INTO staging.touched VALUES (?, ?)", list(lines.items())
            )


def _stored(row: CheckedRow) -> tuple[object, ...]:
    return (
        row.line,
        row.name,
        json.dumps(row.numbers, ensure_ascii=False),
        row.email,
        row.company,
        row.city,
        row.address,
        row.language,
        row.tier,
        row.external_key,
        row.since and row.since.isoformat(),
    )


def _checked(row: Sequence[str]) -> CheckedRow:
    line, name, numbers, email, company, city, address, language, tier, key, since = row
    return CheckedRow(
        line=int(line),
        name=name,
        numbers=tuple((value, raw) for value, raw in json.loads(numbers)),
        email=email,
        company=company,
        city=city,
        address=address,
        language=language,
        tier=Tier(tier) if tier else None,
        external_key=key,
        since=date.fromisoformat(since) if since else None,
    )
