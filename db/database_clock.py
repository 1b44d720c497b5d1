"""The database's own clock in a statement, and commits that need not wait for the disk; any thread.

Leases and heartbeats of many desks are compared with each other, so none of their clocks counts.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from db.columns import UtcDateTime


class database_time(FunctionElement[Any]):  # noqa: N801 reads as SQL, like sqlalchemy.func
    """The present time plus ``seconds``, a number or a bound parameter, as an aware UTC time."""

    type = UtcDateTime()
    inherit_cache = True
    name = "database_time"

    def __init__(self, seconds: float | ColumnElement[float] = 0.0) -> None:
        """Tell the time ``seconds`` from now, or before it when negative."""
        if isinstance(seconds, int | float):
            seconds = bindparam(None, float(seconds), type_=Float)
        super().__init__(seconds)


class without_waiting_for_the_disk(FunctionElement[Any]):  # noqa: N801
    """Put into RETURNING: the transaction's commit does not wait for the disk on PostgreSQL.

    For what the next moment repeats anyway. A crash of the server may lose the last half second
    of it and nothing else (https://www.postgresql.org/docs/current/wal-async-commit.html).
    """

    type = Text()
    inherit_cache = True
    name = "without_waiting_for_the_disk"


@compiles(database_time, "postgresql")
def _time_on_postgresql(element: database_time, compiler: SQLCompiler, **more: Any) -> str:
    seconds = compiler.process(element.clauses, **more)
    # Of the statement: a transaction may have waited for a lock since its start. Stable, unlike
    # clock_timestamp, so that an index can be searched with it.
    return f"(statement_timestamp() + make_interval(secs => {seconds}))"


@compiles(database_time, "sqlite")
def _time_on_sqlite(element: database_time, compiler: SQLCompiler, **more: Any) -> str:
    seconds = compiler.process(element.clauses, **more)
    since_1970 = "(julianday('now') - 2440587.5) * 86400000.0"
    return f"(1000 * CAST({since_1970} + 0.5 AS INTEGER) + CAST(1000000 * {seconds} AS INTEGER))"


@compiles(without_waiting_for_the_disk, "postgresql")
def _lazily_on_postgresql(
    element: without_waiting_for_the_disk, compiler: SQLCompiler, **more: Any
) -> str:
    return "set_config('synchronous_commit', 'off', true)"


@compiles(without_waiting_for_the_disk, "sqlite")
def _lazily_on_sqlite(
    element: without_waiting_for_the_disk, compiler: SQLCompiler, **more: Any
) -> str:
    return "NULL"
