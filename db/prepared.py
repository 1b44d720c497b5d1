"""A statement compiled once and run on the driver itself, for the path of a ringing call.

Runs on the thread of its unit of work, inside its transaction. The toolkit's execution costs
three times what SQLite needs to find a caller; the statement is still written in Core.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Dialect

from db.statement_types import AnySelect


class PreparedSelect:
    """A SELECT whose rows come as the driver gives them: times are not converted."""

    def __init__(self, statement: AnySelect) -> None:
        """Prepare ``statement``; it is compiled at the first execution."""
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {}

    def rows(self, connection: Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return all rows for ``values`` of the bound parameters, by name."""
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        sql, defaults, order = found
        given = {**defaults, **values}
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, tuple(given[name] for name in order) if order else given)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> tuple[str, dict[str, Any], tuple[str, ...]]:
        compiled = self._statement.compile(dialect=dialect)
        return str(compiled), dict(compiled.params), tuple(compiled.positiontup or ())
