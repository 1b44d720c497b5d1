"""A statement compiled once and run on the driver itself, where every microsecond is asked for.

Runs on the thread of its unit of work, inside its transaction. The toolkit's execution costs
three times what SQLite needs to find a caller, and as much as a whole round trip to PostgreSQL;
the statement is still written in Core.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Delete, Dialect, Float, Insert, Update

from db.pending_writes import PendingWrites, execute, flush_pending, open_cursor
from db.statement_types import AnySelect

T = TypeVar("T")

AnyWrite: TypeAlias = Insert | Update | Delete
Convert: TypeAlias = Callable[[Any], Any]


class _Prepared:
    """What all prepared statements share: one compilation for each database's words."""

    def __init__(self, statement: AnySelect | AnyWrite) -> None:
        """Prepare ``statement``; it is compiled at the first execution."""
        self.statement = statement
        self._compiled: dict[tuple[str, frozenset[str]], _Compiled] = {}

    def _for(self, dialect: Dialect, names: frozenset[str]) -> _Compiled:
        """Return the statement in the words of ``dialect``, with columns of these ``names``."""
        compiled = self._compiled.get((dialect.name, names))
        if compiled is None:
            compiled = _Compiled.of(self.statement, dialect, sorted(names))
            self._compiled[dialect.name, names] = compiled
        return compiled


class PreparedSelect(_Prepared):
    """A SELECT; a read sees what its unit of work has written before.

    sees_writes: False for what no unit of work both writes and reads, which saves a round trip.
    """

    def __init__(self, statement: AnySelect, *, sees_writes: bool = True) -> None:
        """Prepare ``statement``; it is compiled at the first execution."""
        super().__init__(statement)
        self._select = statement
        self._sees_writes = sees_writes
        self._records: dict[str, _Records] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return all rows for ``values`` of the bound parameters, by name.

        As the driver gives them: ids and times are not converted. The types of the parameters
        convert these as elsewhere: a time may be given as such to both databases.
        """
        compiled = self._for(connection.dialect, _NO_NAMES)
        if self._sees_writes:
            flush_pending(connection)
        cursor = open_cursor(connection)
        try:
            execute(cursor, compiled.sql, compiled.parameters(values))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def chunks(
        self, connection: Connection, values: Mapping[str, Any], *, size: int
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of `rows` in lists of ``size``: longer ones stall the other threads."""
        compiled = self._for(connection.dialect, _NO_NAMES)
        if self._sees_writes:
            flush_pending(connection)
        cursor = open_cursor(connection)
        try:
            execute(cursor, compiled.sql, compiled.parameters(values))
            while rows := cursor.fetchmany(size):
                yield list(rows)
        finally:
            cursor.close()

    def records(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Return all rows with their columns as attributes, converted as the toolkit does."""
        dialect = connection.dialect
        kind = self._records.get(dialect.name)
        if kind is None:
            kind = self._records[dialect.name] = _Records.of(self._select, dialect)
        return [kind.record(row) for row in self.rows(connection, values)]

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """Return the first of `records`, None when there is none."""
        return next(iter(self.records(connection, values)), None)


class PreparedWrite(_Prepared):
    """An INSERT, UPDATE or DELETE."""

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it at once and return how many rows it was about."""
        return self._run(connection, values, lambda cursor: int(cursor.rowcount))

    def row(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it at once and return the row that it returns, as the driver gives it.

        None when it is about no row.
        """
        return self._run(connection, values, lambda cursor: next(iter(cursor.fetchall()), None))

    def _run(
        self, connection: Connection, values: Mapping[str, Any], take: Callable[[Any], T]
    ) -> T:
        compiled = self._for(connection.dialect, frozenset(values))
        flush_pending(connection)
        cursor = open_cursor(connection)
        try:
            execute(cursor, compiled.sql, compiled.parameters(values))
            return take(cursor)
        finally:
            cursor.close()

    def send(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it before the next read or the commit, whichever comes first.

        On PostgreSQL it shares a round trip with the others that were sent; what it raises comes
        then. Where nothing is gathered it runs at once.
        """
        pending = PendingWrites.of(connection)
        if pending is None:
            self.run(connection, values)
            return
        compiled = self._for(connection.dialect, frozenset(values))
        pending.add(compiled.sql, compiled.parameters(values))


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in the words of one driver.

    order: names of the parameters by place. converters: of the values that their types change.
    """

    sql: str
    defaults: Mapping[str, Any]
    order: tuple[str, ...]
    converters: Mapping[str, Convert]

    @classmethod
    def of(
        cls, statement: AnySelect | AnyWrite, dialect: Dialect, names: Sequence[str]
    ) -> _Compiled:
        if isinstance(statement, Insert):
            # Else the toolkit asks for the key that the database has counted.
            statement = statement.inline()
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        sql, order = str(compiled), tuple(compiled.positiontup or ())
        if dialect.name != "sqlite":
            order = tuple(compiled.params)
            sql = _numbered(sql, order)
        found = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for bound, name in compiled.bind_names.items()
        }
        return cls(
            sql=sql,
            defaults=dict(compiled.params),
            order=order,
            converters={name: convert for name, convert in found.items() if convert is not None},
        )

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        given = {**self.defaults, **values}
        for name, convert in self.converters.items():
            given[name] = convert(given[name])
        return tuple(given[name] for name in self.order)


@dataclass(frozen=True, slots=True)
class _Records:
    """How rows of one statement become records."""

    kind: Callable[..., Any]
    converters: tuple[tuple[int, Convert], ...]

    @classmethod
    def of(cls, statement: AnySelect, dialect: Dialect) -> _Records:
        columns = list(statement.selected_columns)
        found = [
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(columns)
            # Both drivers give floats; PostgreSQL's would want to know the type on the wire.
            if not isinstance(column.type, Float)
        ]
        return cls(
            namedtuple("Record", [str(column.key) for column in columns]),
            tuple((place, convert) for place, convert in found if convert is not None),
        )

    def record(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for place, convert in self.converters:
            values[place] = convert(values[place])
        return self.kind(*values)


_NO_NAMES: frozenset[str] = frozenset()


def _numbered(sql: str, order: Sequence[str]) -> str:
    """Return ``sql`` with $1, $2... for ``%(name)s``; each name is sent once."""
    places = {f"%({name})s": f"${place}" for place, name in enumerate(order, start=1)}
    return _NAMED.sub(lambda found: places.get(found.group(), "%"), sql)


_NAMED = re.compile(r"%\(\w+\)s|%%")
