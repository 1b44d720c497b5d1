"""Several selects answered by one row of JSON; on the thread of its unit of work.

SQLite's driver gives the interpreter away at every row it steps to, and waits to get it back.
Beside a window that is busy painting, a card of seven statements and fifty rows would wait over
and over; packed into one row it waits once. On PostgreSQL the card is one round trip.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    String,
    Text,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from db.columns import UtcDateTime, moment
from db.prepared import PreparedSelect
from db.statement_types import AnySelect

Convert = Callable[[Any], Any]


class PackedSelects:
    """Named selects that share their parameters."""

    def __init__(self, **parts: Any) -> None:
        """Pack ``parts``; each must name its columns without repetition."""
        self._pages = {name: part.subquery() for name, part in parts.items()}
        self._rows = {
            name: namedtuple(f"{name}_row", [column.name for column in page.c])
            for name, page in self._pages.items()
        }
        self._on_sqlite = PreparedSelect(self._packed(_json_of_sqlite))
        self._on_postgresql = PreparedSelect(self._packed(_json_of_postgresql))

    def execute(
        self, connection: Connection, parameters: Mapping[str, Any]
    ) -> dict[str, list[Any]]:
        """Return the rows of every part by its name, in the part's own order."""
        on_sqlite = connection.dialect.name == "sqlite"
        statement = self._on_sqlite if on_sqlite else self._on_postgresql
        (answer,) = statement.rows(connection, parameters)
        converters = self._converters(connection.dialect)
        return {
            name: [_row(self._rows[name], values, converters[name]) for values in json.loads(text)]
            for name, text in zip(self._pages, answer, strict=True)
        }

    def _packed(self, pack: Callable[[FromClause], ColumnElement[str]]) -> AnySelect:
        # The order of a limited subquery is kept: https://www.sqlite.org/optoverview.html and
        # https://www.postgresql.org/docs/15/functions-aggregate.html
        arrays = [
            select(pack(page)).select_from(page).scalar_subquery().label(name)
            for name, page in self._pages.items()
        ]
        return select(*arrays)

    @lru_cache(maxsize=4)  # noqa: B019 one per statement, which lives as long as the program
    def _converters(self, dialect: Dialect) -> dict[str, Sequence[tuple[int, Convert]]]:
        """Return what turns a value in JSON into the one that Python wants, by its place."""
        return {
            name: [
                (place, convert)
                for place, column in enumerate(page.c)
                if (convert := _converter(column.type, dialect)) is not None
            ]
            for name, page in self._pages.items()
        }


def _json_of_sqlite(page: FromClause) -> ColumnElement[str]:
    # As stored: the types' own conversions follow in ``execute``.
    values = [type_coerce(column, String) for column in page.c]
    return func.json_group_array(func.json_array(*values), type_=Text)


def _json_of_postgresql(page: FromClause) -> ColumnElement[str]:
    rows = func.json_agg(func.json_build_array(*page.c))
    return cast(func.coalesce(rows, literal_column("'[]'::json")), Text)


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if dialect.name == "sqlite":
        return kind.dialect_impl(dialect).result_processor(dialect, None)
    # Numbers, truth and texts are JSON's own; an id is a text, times and dates are ISO 8601.
    if isinstance(kind, UtcDateTime):
        return _moment_from_iso
    return _date_from_iso if isinstance(kind, Date) else None


def _moment_from_iso(value: str | None) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(value)
    return at if at.tzinfo is UTC else moment(at)


def _date_from_iso(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _row(
    kind: Callable[..., Any], values: list[Any], converters: Sequence[tuple[int, Convert]]
) -> Any:
    for place, convert in converters:
        values[place] = convert(values[place])
    return kind(*values)
