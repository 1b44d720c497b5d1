"""Checked lines wait beside the real tables until they are stored; the caller's thread.

Filling the staging tables holds no lock that a desk could feel. On SQLite they are a file of their
own, because some builds keep temporary tables in memory whatever they are told; they are filled
before the transaction begins, as a file has one writer. On PostgreSQL they are temporary tables of
the session, filled by COPY within the transaction, while earlier lines are being stored.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from db.customer_import.checking import Pack
from db.customer_import.spelling import SPELLINGS
from db.customer_import.staged_rows import StagedContact, StagedLine, StagedRows

PART_LINES = 10_000
"""Lines that a server begins to store while the next ones are checked."""

_TABLES = (
    """CREATE {table}staged (
        line integer, id {uuid}, event_id {uuid}, name text, pinyin text, language text, city text,
        address text, tier text, since {day}, external_key text, company text, company_id {uuid},
        name_words text, spelled text, company_words text)""",
    """CREATE {table}staged_contacts (
        line integer, position integer, id {uuid}, event_id {uuid}, kind text,
        value {code_points}, raw text, suffix text, suffix_reversed text)""",
    # Stored customers that a line may stand for; by_key: its customer number says so.
    "CREATE {table}candidates (line integer, customer_id {uuid}, by_key integer)",
    # Lines that have to be looked at one after the other, since they share something.
    "CREATE {table}entangled (line integer PRIMARY KEY)",
    # What such lines have said so far of a customer, by what a later line may share with it.
    """CREATE {table}learned (
        token {code_points}, customer_id {uuid}, external_key text, line integer)""",
    "CREATE {table}decided (line integer PRIMARY KEY, customer_id {uuid}, is_new integer)",
    # Lines that change the record of a known customer, and contact points new to one.
    "CREATE {table}changing (line integer PRIMARY KEY)",
    "CREATE {table}further (line integer, position integer, is_primary integer)",
)
_SQLITE_PRAGMAS = ("journal_mode = MEMORY", "synchronous = OFF", "locking_mode = EXCLUSIVE")

_INDEXES = (
    "CREATE UNIQUE INDEX ON staged (line)",
    "CREATE INDEX ON staged_contacts (line)",
    "CREATE INDEX ON learned (token)",
    "CREATE INDEX ON candidates (line)",
    "CREATE INDEX ON decided (customer_id)",
    "CREATE INDEX ON further (line)",
)
"""Of the temporary tables, which grow while they are read."""

_COUNTED = (
    "staged (line), staged_contacts (line), decided (line), learned (line), candidates (line)"
)
"""What the planner has to know; the other columns would take it as long as storing does."""

_BY_INDEX = (
    ("join_collapse_limit", "1"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_material", "off"),
    ("jit", "off"),
    ("plan_cache_mode", "force_custom_plan"),
)
"""Settings of the planner: it counts no row of a transaction that is not over yet, so it is told.

Every statement takes one part's lines and finds the rest by indexes, joined as they are written.
A plan that was made while a table was small would not do later, and compiling one costs more than
running it.
"""

_NULL = "\x01"
"""Stands for no value in COPY's text; not its usual mark, whose backslash would need care."""

_COPIES = (
    f"COPY staged FROM STDIN (NULL '{_NULL}')",
    f"COPY staged_contacts FROM STDIN (NULL '{_NULL}')",
)


class Staging(Protocol):
    """The staging tables of one import."""

    pack: Pack
    """Makes of checked lines what ``keep`` takes."""
    part_lines: int
    """Lines after which what is staged may be stored."""
    is_within_transaction: bool
    """Whether the rows are kept in the transaction that stores them."""

    def begin(self) -> None:
        """Prepare the transaction that stores the lines."""

    def keep(self, packed: Any) -> None:
        """Add what ``pack`` made."""

    def settle(self, lines: int) -> None:
        """Prepare for being read, after the last line of a part; ``lines`` of the file so far."""


class SqliteStaging:
    """Staging tables in a database file that is attached to the connection."""

    part_lines = sys.maxsize
    is_within_transaction = False

    def __init__(self, connection: Connection, folder: Path) -> None:
        """Attach a new database in ``folder``, which is removed after the connection is closed.

        Where a file may lose its name while it is open, it does so at once: not even a killed
        import leaves customers lying about.
        """
        self.pack: Pack = packed_for_sqlite
        self._connection = connection
        path = folder / "staging.db"
        self._run("ATTACH DATABASE ? AS staging", (str(path),))
        for pragma in _SQLITE_PRAGMAS:
            self._run(f"PRAGMA staging.{pragma}")
        for statement in _TABLES:
            self._run(SPELLINGS["sqlite"].said(statement))
        self._run("CREATE INDEX staging.ix_learned ON learned (token)")
        self._run("CREATE INDEX staging.ix_candidates ON candidates (line)")
        self._run("CREATE INDEX staging.ix_further ON further (line)")
        if os.name == "posix":
            path.unlink()
            folder.rmdir()

    def begin(self) -> None:
        """Leave everything as it is: SQLite joins by indexes, in the order of the statement."""

    def keep(self, packed: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]) -> None:
        """Add the rows, as a transaction of the staging area alone."""
        lines, contacts = packed
        # Deferred: it locks only what it touches.
        self._run("BEGIN DEFERRED")
        if lines:
            self._run(_insertion("staged", StagedLine._fields), lines)
        if contacts:
            self._run(_insertion("staged_contacts", StagedContact._fields), contacts)
        self._run("COMMIT")

    def settle(self, lines: int) -> None:
        """Make the indexes by which lines are found; the whole file is one part."""
        self._run("CREATE UNIQUE INDEX staging.ix_staged ON staged (line)")
        self._run("CREATE INDEX staging.ix_contacts ON staged_contacts (line)")

    def _run(self, statement: str, values: Any = ()) -> None:
        self._connection.exec_driver_sql(statement, values)


class PostgresStaging:
    """Temporary tables of the connection's session, which end with it."""

    is_within_transaction = True

    def __init__(self, connection: Connection) -> None:
        """Make the tables; raises driver errors for a role that may not make temporary ones."""
        self.pack: Pack = packed_for_postgres
        self.part_lines = PART_LINES
        self._connection = connection
        for statement in _TABLES:
            connection.exec_driver_sql(SPELLINGS["postgresql"].said(statement))
        for statement in _INDEXES:
            connection.exec_driver_sql(statement)
        connection.commit()
        self._counted = 0

    def begin(self) -> None:
        """Let the planner go by indexes until the transaction ends."""
        self._counted = 0
        for name, value in _BY_INDEX:
            self._connection.exec_driver_sql(f"SET LOCAL {name} = {value}")

    def keep(self, packed: tuple[bytes, bytes]) -> None:
        """Copy the rows in, within the caller's transaction."""
        driver = self._connection.connection.driver_connection
        assert driver is not None
        for statement, data in zip(_COPIES, packed, strict=True):
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(data)

    def settle(self, lines: int) -> None:
        """Let the planner know how much there is, when it has doubled or begins anew."""
        if not self._counted <= lines < 2 * self._counted:
            self._counted = lines
            self._connection.exec_driver_sql(f"ANALYZE {_COUNTED}")


def packed_for_sqlite(rows: StagedRows) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the values that the driver binds."""
    # Plain tuples: named ones take three times as long on their way between processes.
    lines = [(*row[:9], row.since and row.since.isoformat(), *row[10:]) for row in rows.lines]
    return lines, [tuple(row) for row in rows.contacts]


def packed_for_postgres(rows: StagedRows) -> tuple[bytes, bytes]:
    """Return the rows in COPY's text format
    (https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2).
    """
    return _copy_text(rows.lines), _copy_text(rows.contacts)


def _copy_text(rows: Iterable[Sequence[Any]]) -> bytes:
    lines = (
        "\t".join([cell if type(cell) is str else _copied(cell) for cell in row]) for row in rows
    )
    text = "".join([f"{line}\n" for line in lines])
    # What else COPY would take for a mark are control characters, which no checked value has.
    return text.replace("\\", r"\\").encode()


def _copied(cell: object) -> str:
    return _NULL if cell is None else str(cell)


def _insertion(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO staging.{table} VALUES ({', '.join('?' * len(columns))})"
